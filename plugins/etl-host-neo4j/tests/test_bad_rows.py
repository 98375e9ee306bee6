"""Rows that the database refuses go to the rejects, the others into the graph; on every server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from etl_host import (
    Batches,
    BatchProcessor,
    ChainTask,
    ETLContext,
    ExactlyOnce,
    Position,
    Row,
    Source,
    Task,
    TaskReturn,
)
from etl_host_neo4j import CypherBatchProcessor

CREATE = "UNWIND $batch AS row CREATE (:Thing {id: row.id, at: date(row.at)})"
TWO_QUERIES = (
    "UNWIND $batch AS row CREATE (:Thing {id: row.id})",
    "UNWIND $batch AS row CREATE (:Log {at: date(row.at)})",
)


class Given(Source[Row]):
    resumable = True

    def __init__(self, rows: Sequence[Row], context: ETLContext, task: Task) -> None:
        super().__init__(context, task)
        self.rows = rows

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        yield from self.cut(self.rows, max_batch_size, after)


class Load(ChainTask):
    def __init__(self, context: ETLContext, rows: Sequence[Row], batch_size: int, **options: Any) -> None:
        super().__init__(context, name="things")
        self.rows = rows
        self.batch_size = batch_size
        self.options = options

    def chain(self) -> BatchProcessor[Any]:
        return CypherBatchProcessor(self.context, self, Given(self.rows, self.context, self), **self.options)


@pytest.fixture
def constrained(graph: Any) -> Any:
    graph.driver.execute_query("CREATE CONSTRAINT FOR (t:Thing) REQUIRE t.id IS UNIQUE", database_=graph.database)
    return graph


def load(graph: Any, folder: Path, rows: Sequence[Row], batch_size: int = 50, **options: Any) -> TaskReturn:
    with ETLContext(graph.settings, ExactlyOnce("things"), rejects_dir=folder) as context:
        return Load(context, rows, batch_size, **options).execute()


def rejects_in(folder: Path) -> Iterator[dict[str, Any]]:
    for file in folder.glob("*.jsonl"):
        yield from map(json.loads, file.read_text().splitlines())


def things_in(graph: Any) -> list[int]:
    query = "MATCH (t:Thing) RETURN t.id AS id ORDER BY id"
    return [record["id"] for record in graph.driver.execute_query(query, database_=graph.database).records]


def rows_of(count: int, **wrong: Any) -> list[Row]:
    """``count`` good rows, but for those whose number is a key of ``wrong``: ``_7={"at": "n/a"}``."""
    return [{"id": n, "at": "2026-11-23", **wrong.get(f"_{n}", {})} for n in range(1, count + 1)]


BAD = {
    "a date that is none": {"at": "n/a"},
    "a number where text is wanted": {"at": 12},
    "a key that is there already": {"id": 3},
    "an integer beyond 64 bits": {"extra": 2**80},
    "an object that the driver does not know": {"extra": object()},
}


@pytest.mark.parametrize("wrong", BAD.values(), ids=list(BAD))
@pytest.mark.parametrize("batch_size", [1, 50])
def test_one_bad_row_is_set_aside_and_the_others_are_loaded(
    constrained: Any, tmp_path: Path, wrong: dict[str, Any], batch_size: int
) -> None:
    result = load(constrained, tmp_path, rows_of(40, _17=wrong), batch_size, query=CREATE)
    assert result.success, result.error
    assert things_in(constrained) == [n for n in range(1, 41) if n != 17]
    [reject] = rejects_in(tmp_path)
    assert (reject["origin"], reject["processor"], reject["bucket"]) == (17, "CypherBatchProcessor", 0)
    [error] = reject["errors"]
    assert error["message"]
    assert error["code"] not in ("", "refused", "invalid")
    assert result.summary["rejected_rows"] == 1
    assert result.summary["nodes_created"] == 39


def test_a_null_key_in_a_merge_is_set_aside(neo4j_server: Any, tmp_path: Path) -> None:
    """The embedded graph accepts it."""
    neo4j_server.wipe()
    query = "UNWIND $batch AS row MERGE (:Thing {id: row.id})"
    assert load(neo4j_server, tmp_path, rows_of(10, _4={"id": None}), query=query).success
    assert things_in(neo4j_server) == [n for n in range(1, 11) if n != 4]
    assert [reject["origin"] for reject in rejects_in(tmp_path)] == [4]


def test_a_row_refused_by_the_second_of_two_queries_is_in_neither(constrained: Any, tmp_path: Path) -> None:
    rows = rows_of(20, _5={"at": "soon"}, _6={"id": 2})
    assert load(constrained, tmp_path, rows, queries=TWO_QUERIES).success
    assert things_in(constrained) == [n for n in range(1, 21) if n not in (5, 6)]
    assert sorted(reject["origin"] for reject in rejects_in(tmp_path)) == [5, 6]


def test_a_load_in_which_every_row_is_bad_stops_with_the_cause(graph: Any, tmp_path: Path) -> None:
    rows = [{"id": n, "at": "never"} for n in range(300)]
    result = load(graph, tmp_path, rows, 300, query=CREATE)
    assert not result.success
    assert "never" in str(result.error)
    assert things_in(graph) == []
    assert list(rejects_in(tmp_path)) == []
