"""The summary of a run: a table of its tasks, what became of the rows, and what to do next."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from etl_host import EtlHostError, ExitCode, RunSummary, TaskSummary

REJECTS_SHOWN = 5
_COUNTED = {"nodes_created": "nodes", "relationships_created": "relationships"}


def lines_of(summary: RunSummary) -> Iterator[str]:
    """The summary, a line of text at a time."""
    yield ""
    if summary.tasks:
        yield from _table(summary)
        yield ""
    yield from _rejects(summary)
    yield from _graph(summary)
    yield from _delivery(summary)
    yield from _next(summary)
    yield f"{summary.pipeline}: {_outcome(summary)} (exit code {int(summary.exit_code)})"


def _table(summary: RunSummary) -> Iterator[str]:
    dropped, before = summary.balance.dropped, summary.rows_before
    head = ["TASK", "READ", "VALID", "REJECTED", *(["DROPPED"] if dropped else []), "WRITTEN"]
    head += [*(["RESUMED"] if before else []), "NODES", "RELATIONSHIPS", "TIME", "ROWS/S", "STATUS"]
    rows = [[task.name, *_figures(task, dropped, before), status_of(task)] for task in summary.tasks]
    total = ["total", *_figures(summary, dropped, before), ""]
    lines = [head, *rows, *([total] if len(rows) > 1 else [])]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:-1], strict=True)),
        ]
        yield "  ".join([*cells, line[-1]]).rstrip()


def _figures(part: RunSummary | TaskSummary, dropped: int, before: int) -> Sequence[str]:
    balance, statistics, seconds = part.balance, part.statistics, max(part.seconds, 1e-9)
    rate = part.rows_per_second if isinstance(part, TaskSummary) else (balance.read - part.rows_before) / seconds
    return [
        f"{balance.read:,}",
        f"{statistics['valid_rows']:,.0f}" if "valid_rows" in statistics else "-",
        f"{balance.rejected:,}",
        *([f"{balance.dropped:,}"] if dropped else []),
        f"{balance.written:,}",
        *([f"{part.rows_before:,}"] if before else []),
        f"{statistics.get('nodes_created', 0):,.0f}",
        f"{statistics.get('relationships_created', 0):,.0f}",
        f"{part.seconds:.1f} s",
        f"{rate:,.0f}",
    ]


def status_of(task: TaskSummary) -> str:
    """How a task ended, in a word or two."""
    names = {"success": "ok", "rejects": f"{task.balance.rejected:,} rejected"}
    return names.get(task.status, task.status) + (" (optional)" if _forgiven(task) else "")


def _forgiven(task: TaskSummary) -> bool:
    return task.error is not None and task.exit_code is ExitCode.REJECTS


def _rejects(summary: RunSummary) -> Iterator[str]:
    for task in summary.tasks:
        if task.rejects_file is None:
            continue
        shown = list(islice(_entries(Path(task.rejects_file)), REJECTS_SHOWN))
        for number, entry in enumerate(shown):
            reasons = "; ".join(": ".join(filter(None, [_loc(error), error["message"]])) for error in entry["errors"])
            yield f"{'' if number else 'rejected':10} {entry['place'] or ''}  {reasons}"
        more = task.balance.rejected - len(shown)
        yield f"{'':10} {f'and {more:,} more; ' if more > 0 else ''}all: {_short(task.rejects_file)}"


def _entries(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _loc(error: dict[str, Any]) -> str:
    return ".".join(map(str, error["loc"]))


def _short(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _graph(summary: RunSummary) -> Iterator[str]:
    counts = [f"{summary.statistics[key]:,.0f} {what}" for key, what in _COUNTED.items() if key in summary.statistics]
    if counts:
        yield f"{'graph':10} {', '.join(counts)} created"


def _delivery(summary: RunSummary) -> Iterator[str]:
    if summary.guarantee:
        b = summary.balance
        dropped = f" + {b.dropped:,} dropped" if b.dropped else ""
        parts = f"{b.read:,} read = {b.written:,} written + {b.rejected:,} rejected{dropped}"
        yield f"{'delivery':10} {summary.guarantee}; {parts}"


def _next(summary: RunSummary) -> Iterator[str]:
    if summary.exit_code is ExitCode.INTERRUPTED or summary.status == "failed":
        yield from _how_to_go_on(summary)
    elif summary.look:
        yield f"{'look':10} {summary.look}"


def _how_to_go_on(summary: RunSummary) -> Iterator[str]:
    if summary.guarantee == "exactly once" and summary.balance.read:
        yield f"{'next':10} start the same command again: it goes on after {summary.balance.read:,} rows"


def _outcome(summary: RunSummary) -> str:
    match summary.status:
        case "success":
            return "done"
        case "rejects":
            failed = sum(1 for task in summary.tasks if _forgiven(task))
            rejected = f"{summary.balance.rejected:,} rows rejected" if summary.balance.rejected else ""
            return "done, " + ", ".join(filter(None, [rejected, f"{failed} optional failed" if failed else ""]))
        case status:
            errors = [error for error in (summary.error, *(task.error for task in summary.tasks)) if error]
            names = [error.code if isinstance(error, EtlHostError) else type(error).__name__ for error in errors]
            return f"{status} [{names[0]}]" if names else status
