"""A load of two tasks is killed or fails, anywhere, and is started again, with other batch sizes."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl_host import BatchResults, Checkpoint, Row, Source, Statistics
from etl_host.core.rejects import RejectsFile
from etl_host.delivery.progress import Progress
from killed_loads import (
    Fails,
    Hazards,
    assert_each_row_once,
    attempt,
    load_with_random_kills,
    something_is_amiss,
    start,
)
from picky_sink import LoadPicky
from running_total import LoadPickyRunningTotal, LoadRunningTotal
from sqlite_sink import LoadNumbers, SQLiteSink


def test_a_load_killed_at_any_moment_goes_on_exactly_there(tmp_path: Path) -> None:
    for moment in range(1, 1000):
        folder = tmp_path / str(moment)
        folder.mkdir()
        if attempt(folder, 9, Hazards(dies_at=moment)) is not None:
            break
        summary = attempt(folder, 4, Hazards(str(moment), dies=0.03)) or attempt(folder, 6, Hazards())
        assert_each_row_once(folder, summary)
    assert moment > 50


def test_a_load_killed_anywhere_while_bad_rows_are_looked_for_goes_on_exactly_there(tmp_path: Path) -> None:
    for moment in range(1, 1000):
        folder = tmp_path / str(moment)
        folder.mkdir()
        if attempt(folder, 30, Hazards(dies_at=moment), LoadPickyRunningTotal) is not None:
            break
        summary = attempt(folder, 7, Hazards(), LoadPickyRunningTotal)
        assert_each_row_once(folder, summary, LoadPickyRunningTotal)
    assert moment > 60


def test_a_load_that_fails_at_any_moment_goes_on_exactly_there(tmp_path: Path) -> None:
    for moment in range(1, 1000):
        folder = tmp_path / str(moment)
        folder.mkdir()
        hazards = Fails(dies_at=moment)
        with suppress(RuntimeError):  # the end of the run could not be stored
            summary = start(folder, 9, hazards)
            assert summary["exit_code"] == (1 if hazards.moments >= moment else 3)
        if hazards.moments < moment:
            break
        assert_each_row_once(folder, start(folder, 6, Hazards()))
    assert moment > 30


@pytest.mark.parametrize("kind", [LoadNumbers, LoadPicky, LoadRunningTotal, LoadPickyRunningTotal])
@pytest.mark.parametrize("seed", range(6))
def test_a_load_killed_and_cut_off_at_random_loads_each_row_once(
    tmp_path: Path, seed: int, kind: type[LoadNumbers]
) -> None:
    folder = tmp_path / "load"
    assert_each_row_once(folder, load_with_random_kills(folder, seed, kind), kind)


class WritesAgain(SQLiteSink):
    """Does not look whether a batch is committed already."""

    def committed_before(self, db: sqlite3.Connection, checkpoint: Checkpoint) -> None:
        return None


class CommitsRowsFirst(SQLiteSink):
    """Rows and checkpoint in two transactions."""

    def insert(self, db: sqlite3.Connection, batch: BatchResults[Row]) -> Statistics:
        counted = super().insert(db, batch)
        db.execute("COMMIT")
        self.trap("between")
        db.execute("BEGIN IMMEDIATE")
        return counted


class CommitsCheckpointFirst(SQLiteSink):
    """The other way round."""

    def insert(self, db: sqlite3.Connection, batch: BatchResults[Row]) -> Statistics:
        return {"rows_inserted": len(batch.chunk)}

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        counted = super().write(batch, checkpoint)
        with self.store.transaction() as db:
            super().insert(db, batch)
            db.execute("COMMIT")
        return counted


@pytest.mark.parametrize("mutant", [WritesAgain, CommitsRowsFirst, CommitsCheckpointFirst])
def test_the_check_catches_a_sink_that(tmp_path: Path, mutant: type[SQLiteSink]) -> None:
    class Load(LoadNumbers):
        sink = mutant

    assert any(something_is_amiss(tmp_path / str(seed), seed, Load) for seed in range(12))


def never_cuts(rejects: RejectsFile, committed: object) -> int:
    return len(rejects.path.read_text().splitlines()) if rejects.path.exists() else 0


def counts_nothing(progress: Progress, batch: BatchResults[Any], counted: Statistics) -> Progress:
    return replace(REAL_INCLUDING(progress, batch, counted), state=progress.state)


REAL_INCLUDING = Progress.including

MUTANTS = {
    "never cuts the rejects": (RejectsFile, "begin", never_cuts),
    "never syncs the rejects": (RejectsFile, "sync", lambda rejects: None),
    "never stores what was counted": (Progress, "including", counts_nothing),
    "always begins the source anew": (Source, "after", property(lambda source: None, lambda source, after: None)),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_the_check_catches_a_delivery_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(*MUTANTS[name])
    assert any(something_is_amiss(tmp_path / str(seed), seed) for seed in range(12))
