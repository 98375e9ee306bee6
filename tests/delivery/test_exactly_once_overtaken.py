"""A process is overtaken by another one while it is still at work: it was paused, say, and its heartbeat ran out."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from attempts import Attempts, load, numbers_in
from etl_host import BatchResults, Checkpoint, ETLContext, Fenced, Row, TaskGroup, TaskReturn
from number_links import GAP, SortOut, passed_on, rejected
from sqlite_sink import LoadNumbers, SQLiteSink
from sqlite_target import SQLiteTarget

pytestmark = pytest.mark.usefixtures("nobody_is_heard_of")

MOMENTS = [
    ("source opened", 1),
    ("source reads", 1),
    ("source reads", 3),
    ("validator processes", 2),
    ("sink writes", 1),
    ("sink writes", 3),
    ("after commit", 2),
]


class Meanwhile:
    """At one moment another process does its work; only then does this one go on."""

    def __init__(self, moment: str, occurrence: int, work: Callable[[], object]) -> None:
        self.moment = moment
        self.occurrence = occurrence
        self.work = work

    def __call__(self, moment: str) -> None:
        if moment == self.moment:
            self.occurrence -= 1
            if self.occurrence == 0:
                self.work()


def rejected_origins(attempts: Attempts, target: SQLiteTarget) -> list[int]:
    """The origins in the file of rejects of the newest run."""
    file = attempts.rejects / f"numbers.{target.runs('numbers')[0].run.id}.jsonl"
    return [json.loads(line)["origin"] for line in file.read_text().splitlines()]


@pytest.mark.parametrize(("moment", "occurrence"), MOMENTS)
@pytest.mark.parametrize("heir", ["finishes", "restarts", "fails half way"])
def test_whoever_is_overtaken_writes_nothing_any_more(
    attempts: Attempts, target: SQLiteTarget, moment: str, occurrence: int, heir: str
) -> None:
    before: list[int] = []

    def overtake() -> None:
        before.extend(numbers_in(target))
        if heir == "fails half way":
            half = Meanwhile("sink writes", 3, lambda: 1 / 0)
            assert isinstance(load(attempts.begin(), batch_size=5, trap=half).error, ZeroDivisionError)
        else:
            assert load(attempts.begin(restart=heir == "restarts"), batch_size=5).success

    overtaken = attempts.begin()
    result = load(overtaken, trap=Meanwhile(moment, occurrence, overtake))
    assert isinstance(result.error, Fenced)
    assert overtaken.summary.exit_code == 6
    if heir == "fails half way":
        assert load(attempts.begin()).success
    if heir == "restarts":
        assert numbers_in(target) == sorted(before + passed_on(40))
    else:
        assert numbers_in(target) == passed_on(40)
    assert rejected_origins(attempts, target) == [n * GAP for n in rejected(40)]


def test_whoever_is_overtaken_before_its_rejects_are_cut_leaves_them_alone(
    attempts: Attempts, target: SQLiteTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(load(attempts.begin(), trap=Meanwhile("sink writes", 3, lambda: 1 / 0)).error, ZeroDivisionError)
    take_over = SQLiteTarget.take_over

    def and_is_paused(store: SQLiteTarget, *args: Any) -> Any:
        taken = take_over(store, *args)
        monkeypatch.setattr(SQLiteTarget, "take_over", take_over)
        assert load(attempts.begin()).success
        return taken

    monkeypatch.setattr(SQLiteTarget, "take_over", and_is_paused)
    assert isinstance(load(attempts.begin()).error, Fenced)
    assert numbers_in(target) == passed_on(40)
    assert rejected_origins(attempts, target) == [n * GAP for n in rejected(40)]
    [_] = attempts.rejects.iterdir()


class WritesAllTheSame(SQLiteSink):
    """The mutant: does not ask whose checkpoint it is."""

    def committed_before(self, db: sqlite3.Connection, checkpoint: Checkpoint) -> None:
        return None


class RejectsNothing(SortOut):
    """So that it is not the file of rejects by which a process finds that it was overtaken."""

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        self.trap("validator processes")
        return batch


class LoadsAllTheSame(LoadNumbers):
    validator = RejectsNothing
    sink = WritesAllTheSame


@pytest.mark.parametrize(("moment", "occurrence"), MOMENTS)
def test_the_check_catches_a_sink_that_does_not_ask_whose_checkpoint_it_is(
    attempts: Attempts, target: SQLiteTarget, moment: str, occurrence: int
) -> None:
    overtake = Meanwhile(moment, occurrence, lambda: load(attempts.begin()))
    result = load(attempts.begin(), LoadsAllTheSame, trap=overtake)
    assert result.success
    loaded = [n for n in numbers_in(target) if n % 11]  # of others there are two anyway
    assert len(loaded) > len(set(loaded))


@pytest.mark.parametrize("restart", [False, True])
def test_whoever_is_overtaken_between_two_tasks_does_not_take_the_run_back(
    attempts: Attempts, target: SQLiteTarget, restart: bool
) -> None:
    class Overtaken(LoadNumbers):
        """After whose end another process takes the run over, and finishes it."""

        def close_rejects(self) -> None:
            super().close_rejects()
            assert both(attempts.begin(restart=restart), LoadNumbers).success

    context = attempts.begin()
    result = both(context, Overtaken)
    assert isinstance(result.error, Fenced)
    assert target.runs("numbers")[0].run.owner != context.run.owner
    times_of_a = 2 if restart else 1
    assert target.loaded() == sorted([("a", n) for n in passed_on(40) * times_of_a] + [("b", n) for n in passed_on(40)])


def both(context: ETLContext, first: type[LoadNumbers]) -> TaskReturn:
    with context:
        tasks = [first(context, name="a"), LoadNumbers(context, name="b")]
        return TaskGroup(context, tasks, name="all").execute()


def test_whoever_is_overtaken_does_not_change_how_the_run_ended(attempts: Attempts, target: SQLiteTarget) -> None:
    load(attempts.begin(), trap=Meanwhile("sink writes", 3, lambda: load(attempts.begin())))
    [record] = target.runs("numbers")
    assert (record.active, record.run.status, record.exit_code) == (False, "rejects", 3)
