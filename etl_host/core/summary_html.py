"""How a run ended, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from etl_host.core.summary import RunSummary, TaskSummary

_COLUMNS: Final[Sequence[tuple[str, Callable[[RunSummary | TaskSummary], str]]]] = (
    ("read", lambda part: f"{part.balance.read:,}"),
    ("rejected", lambda part: f"{part.balance.rejected:,}"),
    ("dropped", lambda part: f"{part.balance.dropped:,}"),
    ("written", lambda part: f"{part.balance.written:,}"),
    ("resumed", lambda part: f"{part.rows_before:,}"),
    ("time", lambda part: f"{part.seconds:.1f} s"),
    ("rows/s", lambda part: f"{part.rows_per_second:,.0f}"),
)
_NOT_WHERE_ZERO: Final = ("dropped", "resumed")


def html_of(summary: RunSummary) -> str:
    """A small table of its tasks, and below it what became of the rows. Users' text is escaped; there is no script."""
    name = summary.pipeline or summary.run_id
    outcome = f"<strong>{escape(name)}: {escape(summary.outcome)}</strong> (exit code {int(summary.exit_code)})"
    paragraphs = [*map(escape, summary.failures), *([escape(summary.delivered)] if summary.delivered else []), outcome]
    table = _table(summary) if summary.tasks else ""
    return f"<div>{table}{''.join(f'<p>{paragraph}</p>' for paragraph in paragraphs)}</div>"


def _table(summary: RunSummary) -> str:
    columns = [(name, text) for name, text in _COLUMNS if name not in _NOT_WHERE_ZERO or text(summary) != "0"]
    head = _row("th", ["task", *(name for name, _ in columns), "status"])
    rows = [_row("td", [task.name, *(text(task) for _, text in columns), task.outcome]) for task in summary.tasks]
    if len(rows) > 1:
        rows.append(_row("th", ["total", *(text(summary) for _, text in columns), ""]))
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"
