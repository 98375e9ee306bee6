"""A replay that dies at any moment and is started again gives what one gives that nobody disturbs."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from etl_host.pipeline.replay.files import RunOfRejects
from forked import in_a_child
from killed_loads import Hazards, with_system_calls
from replays import correct, load, loaded, refused, replay

NUMBERS = [1, 2, 4, 5, 6, 9]


def attempt(folder: Path, hazards: Hazards) -> Any:
    """One in a child process: its exit code, or None where it died."""
    return in_a_child(lambda: int(replay(folder, with_system_calls(hazards)).exit_code), folder / "result")


def begun(folder: Path) -> Path:
    """A load whose rejects are corrected, all but one."""
    folder.mkdir()
    correct(file := load(folder, "1 7 8 13 2 7 8"), "4", "5", None, "6", "9")
    return file


def killed_at(folder: Path, moment: int) -> bool:
    """Whether it died at that moment; it is gone on with then."""
    begun(folder)
    if attempt(folder, Hazards(dies_at=moment)) is not None:
        return False
    assert attempt(folder, Hazards()) is not None
    return True


def test_it_ends_well_wherever_it_dies(tmp_path: Path) -> None:
    moment = 1
    while killed_at(folder := tmp_path / str(moment), moment):
        assert loaded(folder) == NUMBERS
        assert len(refused(folder)) == 1
        # two where it died after the renaming: then the next one replays what failed again
        assert len([*(folder / "rejects").glob("*.replayed")]) in (1, 2)
        moment += 1
    assert moment > 15


def test_without_an_id_that_stays_rows_are_loaded_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def another(self: RunOfRejects) -> RunOfRejects:
        return RunOfRejects(self.task, str(uuid4()), 1)

    monkeypatch.setattr(RunOfRejects, "replay", property(another))
    amiss = 0
    moment = 1
    while killed_at(folder := tmp_path / str(moment), moment):
        amiss += loaded(folder) != NUMBERS
        moment += 1
    assert amiss
