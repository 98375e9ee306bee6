"""A load into a file whose machine loses power at any moment goes on to the same bytes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree
from typing import IO, Any

import pytest

from etl_host.core.files import part, state
from file_load import COMPLETE, REFUSED, load
from forked import in_a_child
from power_failure import WORLDS, fail_at


def failed_at(moment: int, folder: Path) -> bool:
    """Whether the power failed at that moment, before the load was over; what is left is in ``folder / left``."""
    (folder / "disk").mkdir(parents=True)

    def attempt() -> int:
        fail_at(moment, folder / "disk", folder / "left")
        return load(folder / "disk")

    return in_a_child(attempt, folder / "result") is None


def ends_well(folder: Path, world: str) -> bool:
    """Whether the load goes on, and to the same bytes and rejects, from what is left there."""
    disk = folder / "disk"
    rmtree(disk)
    (folder / "left" / world).rename(disk)

    def again() -> int:
        setattr(os, "fsync", not_needed)  # noqa: B010  not as an assignment: mypy would refuse the shorter signature
        return load(disk)

    done = in_a_child(again, folder / "result")
    return done == 0 and (disk / "out.txt").read_bytes() == COMPLETE and rejected(disk)


def not_needed(handle: int) -> None:
    """A sync, where the power stays on."""


def rejected(disk: Path) -> bool:
    """Whether each run has the one row in its rejects: there are two where the first was over."""
    files = [file.read_text().splitlines() for file in (disk / "rejects").iterdir()]
    return bool(files) and all([json.loads(line)["row"] for line in lines] == [REFUSED] for lines in files)


def moments_that_end_badly(folder: Path) -> Iterator[int]:
    """Those of all moments that there are."""
    moment = 1
    while failed_at(moment, folder / str(moment)):
        if not all(ends_well(folder / str(moment), world) for world in WORLDS):
            yield moment
        moment += 1
    assert moment > 30


def test_a_load_goes_on_to_the_same_bytes_whenever_the_power_fails(tmp_path: Path) -> None:
    assert [*moments_that_end_badly(tmp_path)] == []


def state_first(self: part.FilePart, length: int, data: bytes) -> int:
    """A mutant of ``append``: the rows are not safe when the state says that they are."""
    with self.path.open("r+b" if self.path.exists() else "xb") as file:
        file.truncate(length)
        file.seek(length)
        file.write(data)
    return length + len(data)


def sync_of_nothing(file: IO[Any]) -> None:
    """A mutant of ``sync``: the new state is not safe when it gets its name."""
    file.flush()


MUTANTS = [
    (part.FilePart, "append", state_first),
    (state, "sync", sync_of_nothing),
]


@pytest.mark.parametrize(("place", "name", "mutant"), MUTANTS, ids=[mutant.__name__ for _, _, mutant in MUTANTS])
def test_a_store_that_leaves_out_a_sync_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, mutant: Callable[..., Any]
) -> None:
    monkeypatch.setattr(place, name, mutant)
    assert next(moments_that_end_badly(tmp_path), None)
