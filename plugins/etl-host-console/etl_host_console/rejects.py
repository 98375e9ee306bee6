"""The first rows that the tasks have set aside, those with the same reason together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from etl_host import TaskSummary
from etl_host_console.console import visible
from etl_host_console.layout import GAP, INDENT, aligned, width_of, wrapped
from etl_host_console.phrases import counted

REASONS_SHOWN = 5
_ROWS_READ = 1_000


@dataclass
class Reason:
    """Why values of a field were refused: the place of the first such row, and how many there are."""

    place: str
    field: str
    message: str
    rows: int = 0

    @property
    def text(self) -> str:
        return self.message + (f" ({counted(self.rows, 'row')})" if self.rows > 1 else "")


class Rejects:
    """What the file of a task's rejects says, as far as it is read."""

    def __init__(self, task: TaskSummary, file: str) -> None:
        self._file = file
        self._rows = task.rejected_rows
        self._seen: list[list[Reason]] = []
        reasons: dict[tuple[str, str], Reason] = {}
        for entry in _first_entries(Path(file), min(self._rows, _ROWS_READ)):
            keys = {(visible(_field(error)), visible(error["message"])) for error in entry["errors"]}
            found = [reasons.setdefault(key, Reason(visible(entry["place"] or ""), *key)) for key in sorted(keys)]
            for reason in found:
                reason.rows += 1
            self._seen.append(found)
        self.reasons = list(reasons.values())

    def rest(self, shown: Sequence[Reason]) -> str:
        """How many rows have none of the reasons ``shown``, and where all are."""
        rows = self._rows - sum(any(reason in shown for reason in reasons) for reasons in self._seen)
        others = f"and {rows:,} more; " if rows < self._rows else f"{counted(rows, 'row')}; "
        return (others if rows > 0 else "") + f"all: {_short(self._file)}"


def rejects_of(tasks: Iterable[TaskSummary], width: int | None = None) -> Iterator[str]:
    """The first reasons in columns, and a line for each task that says where its rows are."""
    found = [Rejects(task, task.rejects_file) for task in tasks if task.rejects_file]
    shown = _first([rejects.reasons for rejects in found])
    yield from _columns(shown, width)
    for rejects in found:
        yield rejects.rest(shown)


def _columns(reasons: Sequence[Reason], width: int | None) -> Iterator[str]:
    columns = ([reason.place for reason in reasons], [reason.field for reason in reasons])
    before = INDENT + sum(wide + len(GAP) for wide in map(width_of, columns) if wide)
    cells: list[tuple[str, str, str]] = []
    for reason in reasons:
        first, *more = wrapped(reason.text, width, before) or [""]
        cells += [(reason.place, reason.field, first), *(("", "", line) for line in more)]
    return aligned(cells)


def _first(reasons: Sequence[Sequence[Reason]]) -> list[Reason]:
    """Of each task some: first ones before second ones."""
    ranked = ((rank, task, reason) for task, of_task in enumerate(reasons) for rank, reason in enumerate(of_task))
    first = sorted(ranked, key=lambda entry: entry[:2])[:REASONS_SHOWN]
    return [reason for _, _, reason in sorted(first, key=lambda entry: (entry[1], entry[0]))]


def _first_entries(file: Path, rows: int) -> Iterator[dict[str, Any]]:
    """The first rows in a file of rejects; none, or fewer, where it can't be read. What follows isn't committed."""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in islice(lines, rows):
                yield json.loads(line)
    except (OSError, ValueError):
        return


def _field(error: dict[str, Any]) -> str:
    return ".".join(map(str, error["loc"]))


def _short(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
