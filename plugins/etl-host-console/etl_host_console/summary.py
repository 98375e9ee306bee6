"""The summary of a run: a table of its tasks, what became of the rows, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from etl_host import RunSummary, TaskSummary
from etl_host_console.layout import INDENT, wrapped
from etl_host_console.next_step import next_steps
from etl_host_console.phrases import counted
from etl_host_console.rejects import rejects_of
from etl_host_console.table import table_of

_GRAPH: Final = {"nodes_created": "node", "relationships_created": "relationship"}
_TIMES: Final = {"source": "source", "validators": "validators", "sink": "sink", "target": "waiting for the target"}


def lines_of(summary: RunSummary, width: int | None = None) -> Iterator[str]:
    """The summary, a line of text at a time. ``width``: columns of the screen, None where lines may be long."""
    yield ""
    if summary.tasks:
        yield from table_of(summary, width)
        yield ""
    yield from _entry("rejected", rejects_of(summary.tasks, width))
    yield from _entry("graph", wrapped(_graph(summary), width))
    if summary.delivered:
        yield from _entry("delivery", wrapped(summary.delivered, width))
    yield from _entry("time", wrapped(_time(summary), width))
    for title, text in next_steps(summary):
        yield from _entry(title, [text] if title == "look" else wrapped(text, width))
    name = f"{summary.pipeline}: " if summary.pipeline else ""
    yield f"{name}{summary.outcome} (exit code {int(summary.exit_code)})"


def _entry(title: str, lines: Iterable[str]) -> Iterator[str]:
    """``lines`` below each other, behind a title."""
    for number, line in enumerate(lines):
        yield f"{'' if number else title:{INDENT}}{line}"


def _graph(summary: RunSummary) -> str:
    counts = [counted(summary.statistics[key], what) for key, what in _GRAPH.items() if key in summary.statistics]
    uncounted = [task.name for task in summary.tasks if _may_hide_unmatched(task)]
    hint = f"; rows of {', '.join(uncounted)} that matched nothing are not counted" if uncounted else ""
    return f"{', '.join(counts)} created{hint}" if counts else ""


def _time(summary: RunSummary) -> str:
    times = summary.times
    parts = [f"{_TIMES[what]} {times[what]:,.1f} s" for what in _TIMES if what in times]
    again = f"; tried again: {counted(summary.retries, 'transaction')}" if summary.retries else ""
    return ", ".join(parts) + again if parts else ""


def _may_hide_unmatched(task: TaskSummary) -> bool:
    """Whether it made fewer relationships than it wrote rows, and nobody counted those that found no nodes."""
    statistics = task.statistics
    if "unmatched_rows" in statistics or statistics.get("nodes_created"):
        return False
    return 0 < statistics.get("relationships_created", 0) < task.balance.written
