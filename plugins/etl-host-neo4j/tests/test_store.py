"""Run records in real databases: who owns them, and what becomes of those who don't any more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from etl_host import CheckpointKey, Fenced, Run, RunRecord
from etl_host_neo4j import Neo4jConnection
from etl_host_neo4j.store import Neo4jStore


@pytest.fixture
def store(graph: Any) -> Iterator[Neo4jStore]:
    connection = Neo4jConnection.from_settings(graph.settings, "neo4j")
    yield connection.store
    connection.close()


def new_run() -> Run:
    return Run.new("things", plan=({"task": "load"},), parameters={"region": "cairns"}, rejects_dir="/rejects")


def started(store: Neo4jStore) -> tuple[Run, CheckpointKey]:
    run = store.begin(new_run())
    key = CheckpointKey(run.id, "load")
    store.take_over(run, [key])
    return run, key


def test_what_is_recorded_is_read_back(store: Neo4jStore) -> None:
    wanted = new_run()
    assert store.begin(wanted) == wanted
    [record] = store.runs("things")
    assert record == RunRecord(wanted, active=True, silence=record.silence, heartbeat=record.heartbeat)
    assert store.runs("others") == []


def test_an_unfinished_run_is_gone_on_with_by_a_new_owner_as_its_next_attempt(store: Neo4jStore) -> None:
    first, key = started(store)
    store.finish(first, "failed", 1, {})
    second = store.begin(replace(new_run(), id=first.id), after=first.owner)
    assert (second.id, second.attempt, second.started) == (first.id, 2, first.started)
    assert second.owner != first.owner
    assert store.take_over(second, [key]) == {key: (0, "")}


def test_who_comes_second_finds_the_run_of_the_first_and_changes_nothing(store: Neo4jStore) -> None:
    first = store.begin(new_run())
    assert store.begin(new_run()) == first
    assert [record.run for record in store.runs("things")] == [first]


def test_the_owner_of_an_abandoned_run_is_fenced(store: Neo4jStore) -> None:
    first, key = started(store)
    second = store.begin(new_run(), after=first.owner, abandon=True)
    assert second.id != first.id
    with pytest.raises(Fenced):
        store.take_over(first, [key])
    owners = store.connection.run("MATCH (c:EtlHostCheckpoint {run: $run}) RETURN c.owner", {"run": first.id})[1]
    assert owners == [[second.owner]]
    store.finish(first, "success", 0, {})
    assert {record.run.id: record.run.status for record in store.runs("things")} == {
        first.id: "abandoned",
        second.id: "running",
    }


def test_a_process_that_was_overtaken_can_not_take_the_run_back(store: Neo4jStore) -> None:
    first, key = started(store)
    second = store.begin(replace(new_run(), id=first.id), after=first.owner)
    with pytest.raises(Fenced):
        store.take_over(first, [key])
    store.take_over(second, [key])
    store.finish(first, "success", 0, {})
    [record] = store.runs("things")
    assert record.active
    assert record.run.owner == second.owner


def test_a_finished_run_is_reopened_by_its_id(store: Neo4jStore) -> None:
    first, _ = started(store)
    store.finish(first, "success", 0, {})
    again = store.begin(replace(new_run(), id=first.id))
    assert (again.id, again.attempt) == (first.id, 2)
    [record] = store.runs("things")
    assert record.active


@pytest.mark.parametrize(("status", "active"), [("success", False), ("rejects", False), ("failed", True)])
def test_only_some_ends_finish_a_run(store: Neo4jStore, status: str, active: bool) -> None:
    run, _ = started(store)
    store.finish(run, status, 0, {})
    [record] = store.runs("things")
    assert (record.active, record.run.status, record.exit_code) == (active, status, 0)
    assert record.ended is not None


def test_the_constraints_are_there_after_the_first_run(graph: Any, store: Neo4jStore) -> None:
    store.begin(new_run())
    rows = store.connection.run("SHOW CONSTRAINTS YIELD labelsOrTypes, properties")[1]
    found = {(label, tuple(sorted(properties))) for labels, properties in rows for label in labels}
    assert found >= {
        ("EtlHostRun", ("id",)),
        ("EtlHostRun", ("active",)),
        ("EtlHostCheckpoint", ("bucket", "partition", "run", "task")),
    }
