"""Rows for which a query finds nothing: counted, told, or set aside; on every server."""

from __future__ import annotations

import json
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
    QueryRefused,
    Row,
    RunSummary,
    Source,
)
from etl_host_neo4j import CypherBatchProcessor

ROWS = """
UNWIND $batch AS row MATCH (s:Stop {id: row.id}) SET s.seen = coalesce(s.seen, 0) + 1 RETURN count(*) AS rows"""
ROW_BY_ROW = "UNWIND $batch AS row MATCH (s:Stop {id: row.id}) SET s.seen = coalesce(s.seen, 0) + 1 RETURN 1 AS rows"
MATCHED = """
UNWIND range(0, size($batch) - 1) AS i WITH i, $batch[i] AS row
MATCH (s:Stop {id: row.id}) SET s.seen = coalesce(s.seen, 0) + 1 RETURN i AS matched"""
SILENT = "UNWIND $batch AS row MATCH (s:Stop {id: row.id}) SET s.seen = coalesce(s.seen, 0) + 1"
FROM_ONE = MATCHED.replace("RETURN i", "RETURN i + 1")

STOPS = range(1, 31)
UNKNOWN = (5, 17, 18)


class Given(Source[Row]):
    resumable = True

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        yield from self.cut([{"id": -n if n in UNKNOWN else n} for n in STOPS], max_batch_size, after)


class Load(ChainTask):
    batch_size = 8

    def __init__(self, context: ETLContext, options: dict[str, Any]) -> None:
        super().__init__(context, name="stops")
        self.options = options

    def chain(self) -> BatchProcessor[Any]:
        return CypherBatchProcessor(self.context, self, Given(self.context, self), **self.options)


@pytest.fixture
def stops(graph: Any) -> Any:
    graph.driver.execute_query("UNWIND range(1, 30) AS n CREATE (:Stop {id: n})", database_=graph.database)
    return graph


def load(graph: Any, folder: Path, **options: Any) -> RunSummary:
    with ETLContext(graph.settings, ExactlyOnce("stops"), rejects_dir=folder) as context:
        Load(context, options).execute()
    return context.summary


def seen_once(graph: Any) -> list[int]:
    query = "MATCH (s:Stop {seen: 1}) RETURN s.id AS id ORDER BY id"
    return [record["id"] for record in graph.driver.execute_query(query, database_=graph.database).records]


def rejects_in(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]


@pytest.mark.parametrize("query", [ROWS, ROW_BY_ROW, MATCHED])
def test_rows_that_match_nothing_are_counted_and_told(stops: Any, tmp_path: Path, query: str) -> None:
    summary = load(stops, tmp_path, query=query)
    assert summary.exit_code == 0
    assert summary.statistics["unmatched_rows"] == len(UNKNOWN)
    assert summary.outcome == "done, 3 matched nothing"
    assert summary.tasks[0].outcome == "ok, 3 matched nothing"
    assert seen_once(stops) == [n for n in STOPS if n not in UNKNOWN]


def test_rows_that_match_nothing_can_be_ignored(stops: Any, tmp_path: Path) -> None:
    summary = load(stops, tmp_path, query=MATCHED, on_unmatched="ignore")
    assert summary.outcome == "done"
    assert "unmatched_rows" not in summary.statistics


def test_where_the_query_does_not_tell_nothing_is_counted(stops: Any, tmp_path: Path) -> None:
    assert "unmatched_rows" not in load(stops, tmp_path, query=SILENT).statistics


def test_rows_that_match_nothing_can_be_set_aside(stops: Any, tmp_path: Path) -> None:
    summary = load(stops, tmp_path, query=MATCHED, on_unmatched="reject")
    assert summary.exit_code == 3
    assert summary.statistics["rejected_rows"] == summary.balance.rejected == len(UNKNOWN)
    assert seen_once(stops) == [n for n in STOPS if n not in UNKNOWN]
    rejects = rejects_in(tmp_path)
    assert [reject["origin"] for reject in rejects] == [*UNKNOWN]
    assert {reject["errors"][0]["code"] for reject in rejects} == {"unmatched"}


def test_a_row_must_match_in_each_query_that_tells(stops: Any, tmp_path: Path) -> None:
    queries = [MATCHED, MATCHED.replace("{id: row.id}", "{id: row.id + 1}").replace("SET", "SET s.after = true,")]
    summary = load(stops, tmp_path, queries=queries, on_unmatched="reject")
    assert [reject["origin"] for reject in rejects_in(tmp_path)] == [*UNKNOWN, 30]
    assert summary.exit_code == 3


@pytest.mark.parametrize(
    ("query", "told"),
    [(SILENT, "returns no matched"), (ROWS, "returns no matched"), (FROM_ONE, "the first is 0, the last 7")],
)
def test_a_query_that_does_not_tell_which_rows_matched_is_refused(
    stops: Any, tmp_path: Path, query: str, told: str
) -> None:
    summary = load(stops, tmp_path, query=query, on_unmatched="reject")
    error = summary.tasks[0].error
    assert isinstance(error, QueryRefused)
    assert told in str(error)
    assert seen_once(stops) == []
