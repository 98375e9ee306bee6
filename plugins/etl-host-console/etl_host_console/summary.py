"""The summary of a run: a table of its tasks, what became of the rows, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from etl_host import RunSummary
from etl_host_console.layout import INDENT, wrapped
from etl_host_console.next_step import next_steps
from etl_host_console.phrases import counted
from etl_host_console.rejects import rejects_of
from etl_host_console.table import table_of

_GRAPH: Final = {"nodes_created": "node", "relationships_created": "relationship"}


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
    return f"{', '.join(counts)} created" if counts else ""
