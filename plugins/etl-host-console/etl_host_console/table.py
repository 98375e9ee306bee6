"""The table of a run's tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from etl_host import RunSummary, TaskSummary
from etl_host_console.labels import Labels
from etl_host_console.layout import GAP, aligned, shortened, width_of

_SPARED: Final = ("ROWS/S", "TIME", "REJECTED")
"""Columns that are left out where there is no room, in this order. STATUS has the rejects, too."""

_SHORTEST_NAME: Final = 10


def table_of(summary: RunSummary, width: int | None) -> Iterator[str]:
    """A line for each task, and a total of several, of at most ``width`` columns where that can be::

    TASK          READ  REJECTED  WRITTEN   TIME  ROWS/S  STATUS
    stop times  37,790         0   37,790  4.2 s   8,997  ok

    Columns that hold only zeros are left out where these are the rule.
    """
    labels = Labels()
    parts: list[RunSummary | TaskSummary] = [*summary.tasks, *([summary] if len(summary.tasks) > 1 else [])]
    columns = {
        "TASK": [labels.of(task.path) for task in summary.tasks] + ["total"] * (len(parts) > 1),
        "READ": [f"{part.balance.read:,}" for part in parts],
        "REJECTED": [f"{part.balance.rejected:,}" for part in parts],
        "DROPPED": [f"{part.balance.dropped:,}" for part in parts] if summary.balance.dropped else [],
        "WRITTEN": [f"{part.balance.written:,}" for part in parts],
        "RESUMED": [f"{part.rows_before:,}" for part in parts] if summary.rows_before else [],
        "TIME": [f"{part.seconds:.1f} s" for part in parts],
        "ROWS/S": [f"{part.rows_per_second:,.0f}" for part in parts],
        "STATUS": [task.outcome for task in summary.tasks] + [""] * (len(parts) > 1),
    }
    shown = [[head, *cells] for head, cells in columns.items() if cells]
    if width is not None:
        _fit(shown, width)
    numbers = range(1, len(shown) - 1)
    yield from aligned(list(zip(*shown, strict=True)), numbers)


def _fit(columns: list[list[str]], width: int) -> None:
    """Cut names, and leave columns out, until the lines fit."""
    for spared in (None, *_SPARED):
        columns[:] = [column for column in columns if column[0] != spared]
        names, *others = columns
        room = width - sum(width_of(column) + len(GAP) for column in others)
        if room >= min(width_of(names), _SHORTEST_NAME):
            break
    columns[0] = [shortened(name, max(room, _SHORTEST_NAME)) for name in names]
