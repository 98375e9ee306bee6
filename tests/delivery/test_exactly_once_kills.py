"""A load of two tasks is killed (really: ``kill -9`` of a child process) and started again, with other batch sizes."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from etl_host import BatchResults, Checkpoint, ETLContext, ExactlyOnce, Row, Source, Statistics, TaskGroup
from etl_host.core.rejects import RejectsFile
from etl_host.delivery.progress import Progress
from forked import in_a_child, kill_me
from moments import Trap
from number_links import GAP, passed_on, rejected
from sqlite_sink import LoadNumbers, SQLiteSink
from sqlite_target import SQLiteTarget

COUNTS = {"first": 16, "second": 30}


def start(folder: Path, batch_size: int, trap: Trap, sink: type[SQLiteSink] = SQLiteSink) -> dict[str, Any]:
    """One attempt, in this process; its summary."""

    class Load(LoadNumbers):
        pass

    Load.sink = sink
    target = SQLiteTarget(folder / "target.db", trap=trap)
    delivery = ExactlyOnce("numbers")
    with ETLContext(delivery=delivery, connections={"sqlite": target}, rejects_dir=folder / "rejects") as context:
        sizes = (batch_size, batch_size + 2)
        tasks = [
            Load(context, count, name=name, batch_size=size, trap=trap)
            for (name, count), size in zip(COUNTS.items(), sizes, strict=True)
        ]
        TaskGroup(context, tasks, name="all").execute()
    return context.summary.as_dict()


def with_system_calls(trap: Trap) -> Trap:
    """From now on in this process, files that are synced or replaced are moments, too.

    Synced only in name: what is written survives the death of a process without it.
    """
    real_replace = os.replace

    def fsync(handle: int) -> None:
        trap("syncing")

    def replace(old: Path, new: Path) -> None:
        trap("replacing")
        real_replace(old, new)
        trap("replaced")

    os.fsync, os.replace = fsync, replace  # type: ignore[assignment]
    return trap


def assert_each_row_once(folder: Path, summary: dict[str, Any]) -> None:
    """Each row is in the target once or in the rejects once, and the counts are those of an undisturbed load."""
    target = SQLiteTarget(folder / "target.db")
    assert target.loaded() == [(name, n) for name, count in COUNTS.items() for n in passed_on(count)]
    record, *begun_anew = target.runs("numbers")
    target.close()
    for other in begun_anew:  # since nothing was committed
        assert (other.run.status, other.started_tasks()) == ("abandoned", set())
    for name, count in COUNTS.items():
        file = folder / "rejects" / f"{name}.{record.run.id}.jsonl"
        origins = [json.loads(line)["origin"] for line in file.read_text().splitlines()]
        assert sorted(origins) == [n * GAP for n in rejected(count)]
    assert (record.active, record.run.status, record.run.id) == (False, "rejects", summary["run_id"])
    assert [task["statistics"] for task in summary["tasks"]] == [statistics(count) for count in COUNTS.values()]
    for task, count in zip(summary["tasks"], COUNTS.values(), strict=True):
        written = len(set(passed_on(count)))
        wrong = len(rejected(count))
        dropped = count - written - wrong
        assert task["balance"] == {"read": count, "written": written, "rejected": wrong, "dropped": dropped}
    assert (summary["exit_code"], summary["guarantee"]) == (3, "exactly once")


def statistics(count: int) -> dict[str, int]:
    rows = passed_on(count)
    return {
        "numbers_read": count,
        "rejected_rows": len(rejected(count)),
        "valid_rows": len(set(rows)),
        "rows_inserted": len(rows),
    }


class Hazards:
    """Dies, or loses the connection, at moments that a seed chooses; without chances, or a moment, at none."""

    def __init__(self, seed: str = "", *, dies: float = 0, loses: float = 0, dies_at: int | None = None) -> None:
        self.dice = Random(seed)
        self.dies = dies
        self.loses = loses
        self.dies_at = dies_at
        self.moments = 0

    def __call__(self, moment: str) -> None:
        self.moments += 1
        if self.moments == self.dies_at or self.dice.random() < self.dies:
            kill_me()
        if moment in ("sink writes", "before commit", "after commit") and self.dice.random() < self.loses:
            raise ConnectionError(moment)


def attempt(folder: Path, batch_size: int, hazards: Hazards, sink: type[SQLiteSink] = SQLiteSink) -> Any:
    """One attempt in a child process: its summary, or None where it died."""
    return in_a_child(lambda: start(folder, batch_size, with_system_calls(hazards), sink), folder / "result")


def load_with_random_kills(folder: Path, seed: int, sink: type[SQLiteSink] = SQLiteSink) -> dict[str, Any]:
    """Start it again and again until it ends by itself; the last summary."""
    folder.mkdir()
    for number in range(100):
        dice = f"{seed} {number}"
        batch_size = Random(dice).randint(1, 12)
        summary = attempt(folder, batch_size, Hazards(dice, dies=0.03, loses=0.15), sink)
        if summary is not None:
            return dict(summary)
    raise RuntimeError("it never ends")


def something_is_amiss(folder: Path, seed: int, sink: type[SQLiteSink] = SQLiteSink) -> bool:
    """Whether the check fails after a load with random kills."""
    summary = load_with_random_kills(folder, seed, sink)
    try:
        assert_each_row_once(folder, summary)
    except AssertionError:
        return True
    return False


def test_a_load_killed_at_any_moment_goes_on_exactly_there(tmp_path: Path) -> None:
    for moment in range(1, 1000):
        folder = tmp_path / str(moment)
        folder.mkdir()
        if attempt(folder, 9, Hazards(dies_at=moment)) is not None:
            break
        summary = attempt(folder, 4, Hazards(str(moment), dies=0.03)) or attempt(folder, 6, Hazards())
        assert_each_row_once(folder, summary)
    assert moment > 50


class Fails(Hazards):
    """Raises where the others die."""

    def __call__(self, moment: str) -> None:
        self.moments += 1
        if self.moments == self.dies_at:
            raise RuntimeError(moment)


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


@pytest.mark.parametrize("seed", range(12))
def test_a_load_killed_and_cut_off_at_random_loads_each_row_once(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "load"
    assert_each_row_once(folder, load_with_random_kills(folder, seed))


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
    assert any(something_is_amiss(tmp_path / str(seed), seed, mutant) for seed in range(12))


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
