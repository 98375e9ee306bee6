"""The first rows that a task has set aside, those with the same reason together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from etl_host import TaskSummary

REASONS_SHOWN = 5
_ROWS_READ = 1_000


@dataclass
class _Group:
    """Rows with the same reason: the place of the first, and how many there are."""

    place: str | None
    rows: int = 0


def rejects_of(task: TaskSummary) -> Iterator[str]:
    """A line for each of the first reasons, and one that says where all rows are; none where there is no file."""
    if task.rejects_file is None:
        return
    groups: dict[str, _Group] = {}
    for entry in _first_entries(Path(task.rejects_file)):
        groups.setdefault(_reason(entry), _Group(entry["place"])).rows += 1
    shown = dict(islice(groups.items(), REASONS_SHOWN))
    for reason, group in shown.items():
        place = f"{group.place}  " if group.place else ""
        yield f"{place}{reason}" + (f" ({group.rows:,} rows)" if group.rows > 1 else "")
    rest = task.rejected_rows - sum(group.rows for group in shown.values())
    others = f"and {rest:,} more; " if shown else f"{rest:,} rows; "
    yield (others if rest > 0 else "") + f"all: {_short(task.rejects_file)}"


def _first_entries(file: Path) -> Iterator[dict[str, Any]]:
    """The first rows in a file of rejects; none, or fewer, where it can't be read."""
    try:
        with file.open(encoding="utf-8", errors="replace") as lines:
            for line in islice(lines, _ROWS_READ):
                yield json.loads(line)
    except (OSError, ValueError):
        return


def _reason(entry: dict[str, Any]) -> str:
    return "; ".join(": ".join(filter(None, [_loc(error), error["message"]])) for error in entry["errors"])


def _loc(error: dict[str, Any]) -> str:
    return ".".join(map(str, error["loc"]))


def _short(file: str) -> str:
    path = Path(file)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
