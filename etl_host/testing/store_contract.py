"""What a store of runs and checkpoints must keep to."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from etl_host.core.checkpoint import CheckpointKey, Run
from etl_host.core.errors import Fenced
from etl_host.core.store import CheckpointStore, RunRecord
from etl_host.testing.checks import check, must_raise

DETAILS: Mapping[str, Any] = {
    "plan": ({"task": "one", "source": {"name": "csv", "options": {"file": "ä.csv"}}}, {"task": "two"}),
    "parameters": {"feed": "x.zip", "limit": 3, "nothing": None},
    "plugins": {"etl-host-csv": "1.2"},
    "rejects_dir": "/somewhere/rejects",
    "process": {"host": "etl-7", "pid": 4711},
}
SOON = 30.0
"""Seconds that no test needs."""

SUMMARY: Mapping[str, Any] = {"status": "ok", "seconds": 1.5, "tasks": [{"name": "ä", "error": None}]}


def new_run(pipeline: str = "contract", **details: Any) -> Run:
    """A run that nobody has recorded yet."""
    return replace(Run.new(pipeline, **details), id=str(uuid4()))


def another_owner(run: Run) -> Run:
    """The run as another process goes on with it."""
    return replace(run, owner=str(uuid4()))


class CheckpointStoreContract:
    """The checks of a store, by its calls alone. Give the fixture ``store``, empty for each check.

    ``SinkContract`` has them for the store of its sink, together with what only sink and store can keep together.
    """

    pipeline: ClassVar[str] = "contract"

    @pytest.fixture
    def store(self) -> CheckpointStore:
        """An empty store."""
        pytest.fail("give your contract's class the fixture store")

    def record_of(self, store: CheckpointStore, run: Run) -> RunRecord:
        """The record of ``run``, of which there must be one."""
        records = [record for record in store.runs(run.pipeline) if record.run.id == run.id]
        assert len(records) == 1, f"{len(records)} records of the run"
        return records[0]

    @check("store each field of the run, mappings as JSON", where="store")
    def test_a_run_is_recorded(self, store: CheckpointStore) -> None:
        """begin() records a new run as it is, unfinished, under its pipeline only."""
        assert list(store.runs(self.pipeline)) == []
        run = new_run(self.pipeline, **DETAILS)
        assert store.begin(run) == run
        record = self.record_of(store, run)
        assert record.active
        assert replace(record.run, plan=tuple(record.run.plan)) == run
        assert list(store.runs("another pipeline")) == []

    @check("give the run that has the id the new owner, plan and versions, and one attempt more", where="store")
    def test_an_unfinished_run_is_gone_on_with(self, store: CheckpointStore) -> None:
        """begin() with the id of the unfinished run goes on with it: its start and rejects stay, the owner is the new
        one, and it is one attempt more; also after a failure.
        """
        first = store.begin(new_run(self.pipeline, **DETAILS))
        store.finish(first, "failed", 1, {"status": "failed"})
        assert self.record_of(store, first).active, "a failed run is unfinished"
        second = another_owner(first)
        later = replace(second, started="2099-01-01T00:00:00+00:00", rejects_dir="/elsewhere", process={"pid": 8})
        begun = store.begin(later, after=first.owner)
        assert (begun.id, begun.owner, begun.attempt) == (first.id, second.owner, 2)
        assert begun.process == {"pid": 8}
        assert (begun.started, begun.rejects_dir) == (first.started, first.rejects_dir)
        assert self.record_of(store, first).run.status == "running"

    @check("compare the id of the unfinished run, and change nothing where it is another", where="store")
    def test_anothers_run_is_left_as_it_is(self, store: CheckpointStore) -> None:
        """begin() with another id than the pipeline's unfinished run has returns that one, and changes nothing: the
        process that has just begun it goes on, and the one that comes too late learns of it.
        """
        first = store.begin(new_run(self.pipeline))
        assert store.begin(new_run(self.pipeline)) == first
        assert store.begin(another_owner(first)) == first
        assert [record.run for record in store.runs(self.pipeline)] == [first]

    @check("look for unfinished runs of that pipeline only", where="store")
    def test_pipelines_are_apart(self, store: CheckpointStore) -> None:
        """A run of another pipeline is left alone."""
        mine, other = new_run(self.pipeline), new_run("another pipeline")
        store.begin(other)
        assert store.begin(mine).id == mine.id
        assert self.record_of(store, other).run.owner == other.owner

    @pytest.mark.parametrize("status", sorted(Run.FINISHED))
    @check("a status in Run.FINISHED ends the run", where="store")
    def test_a_finished_run_stays_finished(self, store: CheckpointStore, status: str) -> None:
        """A finished run is kept with how it ended; the next one is a new one, and comes first in the list."""
        run = store.begin(new_run(self.pipeline))
        store.finish(run, status, 3, SUMMARY)
        record = self.record_of(store, run)
        assert (record.active, record.run.status, record.exit_code) == (False, status, 3)
        assert record.summary == SUMMARY
        assert record.ended is not None
        later = replace(new_run(self.pipeline), started="2099-01-01T00:00:00+00:00")
        assert store.begin(later).id == later.id
        assert [record.run.id for record in store.runs(self.pipeline)] == [later.id, run.id]

    @check("begin() with the id of a finished run makes it unfinished again", where="store")
    def test_a_finished_run_is_reopened_by_its_id(self, store: CheckpointStore) -> None:
        """Of a run with several stores, some may know that it is finished and some not, after a crash between: the
        next attempt begins it in all of them.
        """
        run = store.begin(new_run(self.pipeline))
        store.finish(run, "success", 0, SUMMARY)
        begun = store.begin(replace(run, owner=str(uuid4())))
        assert (begun.id, begun.attempt) == (run.id, 2)
        assert self.record_of(store, run).active

    @check("with abandon, end the unfinished run and record the new one, in one transaction", where="store")
    def test_an_unfinished_run_is_given_up(self, store: CheckpointStore) -> None:
        """begin(abandon=True) gives up the unfinished run, keeps its record, and takes it from its owner."""
        old = store.begin(new_run(self.pipeline))
        new = new_run(self.pipeline)
        assert store.begin(new, after=old.owner, abandon=True).id == new.id
        record = self.record_of(store, old)
        assert (record.active, record.run.status) == (False, "abandoned")
        with must_raise(Fenced, "who worked on the run that was given up could take it over again"):
            store.take_over(old, [CheckpointKey(old.id, "one")])

    @check("compare the owner of the unfinished run with ``after``, in the transaction that changes it", where="store")
    def test_of_two_that_go_on_at_once_one_does(self, store: CheckpointStore) -> None:
        """begin() with an owner in ``after`` that the unfinished run no longer has changes nothing, and returns the run
        as it is; with ``abandon`` as well.
        """
        first = store.begin(new_run(self.pipeline))
        faster = store.begin(another_owner(first), after=first.owner)
        late = another_owner(first)
        assert store.begin(late, after=first.owner) == faster
        assert store.begin(new_run(self.pipeline), after=first.owner, abandon=True) == faster
        assert [record.run for record in store.runs(self.pipeline)] == [faster]

    @check("beat() changes the heartbeat, of its own run only; ``silence`` counts from it", where="store")
    def test_a_beat_is_seen(self, store: CheckpointStore) -> None:
        """begin() counts as a beat, and each beat() changes ``heartbeat``, but of a run that has another owner."""
        run = store.begin(new_run(self.pipeline))
        begun = self.record_of(store, run)
        assert begun.silence is not None
        assert 0 <= begun.silence < SOON
        time.sleep(0.01)
        store.beat(another_owner(run))
        assert self.record_of(store, run).heartbeat == begun.heartbeat
        store.beat(run)
        assert self.record_of(store, run).heartbeat != begun.heartbeat

    @check("list the runs of every pipeline where none is named", where="store")
    def test_all_runs_are_listed(self, store: CheckpointStore) -> None:
        """runs() without a name gives those of all pipelines."""
        runs = [store.begin(new_run(pipeline)) for pipeline in (self.pipeline, "another pipeline")]
        assert {record.run.id for record in store.runs()} == {run.id for run in runs}

    @check("delete a run and its checkpoints, but none that is being worked on", where="store")
    def test_an_old_run_is_deleted(self, store: CheckpointStore) -> None:
        """delete() forgets an ended run, and no other; it leaves alone one whose process was heard of just now."""
        run = store.begin(new_run(self.pipeline))
        store.take_over(run, [CheckpointKey(run.id, "one")])
        assert not store.delete(run.id), "a run that is being worked on was deleted"
        store.finish(run, "failed", 1, SUMMARY)
        other = store.begin(new_run("another pipeline"))
        assert store.delete(run.id)
        assert not store.delete(run.id), "it said twice that it had deleted the run"
        assert list(store.runs(self.pipeline)) == []
        assert self.record_of(store, other).active
        assert self.begun_anew(store, run) == (0, "")

    def begun_anew(self, store: CheckpointStore, run: Run) -> tuple[int, str]:
        """What is left of the checkpoint of a run that was deleted."""
        key = CheckpointKey(run.id, "one")
        begun = store.begin(another_owner(run))
        return store.take_over(begun, [key])[key]

    @check("make the checkpoints that lack, with position 0 and an empty state; store the plan", where="store")
    def test_taking_over_makes_checkpoints(self, store: CheckpointStore) -> None:
        """take_over() returns position and state of each key that it is given, makes those that lack, and stores the
        plan as it is by now.
        """
        run = store.begin(new_run(self.pipeline))
        keys = [CheckpointKey(run.id, task, part, bucket) for task in ("a/b", "ä") for part, bucket in ((0, 0), (1, 2))]
        planned = replace(run, plan=({"task": "a/b"}, {"task": "ä"}))
        assert dict(store.take_over(planned, keys[:1])) == {keys[0]: (0, "")}
        assert dict(store.take_over(planned, keys)) == dict.fromkeys(keys, (0, ""))
        record = self.record_of(store, run)
        assert set(record.checkpoints) == set(keys)
        assert list(record.run.plan) == list(planned.plan)

    @check("compare the owner of the run, in the transaction that takes over", where="store")
    def test_who_was_overtaken_takes_nothing_over(self, store: CheckpointStore) -> None:
        """take_over() by somebody who is no longer the run's owner raises Fenced."""
        run = store.begin(new_run(self.pipeline))
        store.begin(another_owner(run), after=run.owner)
        with must_raise(Fenced, "a process that was overtaken took the checkpoints back"):
            store.take_over(run, [CheckpointKey(run.id, "one")])

    @check("change the record only where the owner is still the same", where="store")
    def test_who_was_overtaken_finishes_nothing(self, store: CheckpointStore) -> None:
        """finish() by somebody who is no longer the run's owner changes nothing."""
        run = store.begin(new_run(self.pipeline))
        begun = store.begin(another_owner(run), after=run.owner)
        store.finish(run, "success", 0, SUMMARY)
        record = self.record_of(store, begun)
        assert (record.active, record.run.status) == (True, "running")
