"""Loads that are only tried: everything is done, and nothing is left of it; on every server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from etl_host import Pipeline, RunSummary

PIPELINE = """
pipeline: stops
tasks:
  - task: set-up
    run:
      cypher:
        statements:
          - CREATE CONSTRAINT stop_id IF NOT EXISTS FOR (s:Stop) REQUIRE s.id IS UNIQUE
          - MATCH (n:Old) DETACH DELETE n
          - "CREATE (:Country {name: 'Australia'})"
  - task: stops
    source: {csv: {file: stops.csv}}
    sink: {cypher: {query: "UNWIND $batch AS row CREATE (:Stop {id: row.id, since: date(row.since)})"}}
  - task: located
    source: {csv: {file: stops.csv}}
    sink:
      cypher:
        query: >-
          UNWIND $batch AS row MATCH (s:Stop {id: row.id}) MATCH (c:Country)
          CREATE (s)-[:IN]->(c) RETURN count(*) AS rows
"""

EVERYTHING = "MATCH (n) RETURN labels(n)[0] AS label ORDER BY label"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pipeline.yaml").write_text(PIPELINE)
    rows = [f"{n},2026-11-{n % 28 + 1:02}" for n in range(1, 301)]
    (tmp_path / "stops.csv").write_text("\n".join(["id,since", *rows]) + "\n")
    return tmp_path


def attempt(graph: Any, **options: Any) -> RunSummary:
    return Pipeline.from_file("pipeline.yaml", settings=graph.settings, quiet=True).attempt(**options)


def labels_in(graph: Any) -> list[str]:
    return [record["label"] for record in graph.driver.execute_query(EVERYTHING, database_=graph.database).records]


def constraints_in(graph: Any) -> int:
    return len(graph.driver.execute_query("SHOW CONSTRAINTS", database_=graph.database).records)


def test_all_tasks_are_tried_and_nothing_is_written(graph: Any, folder: Path) -> None:
    graph.driver.execute_query("CREATE (:Old)", database_=graph.database)
    summary = attempt(graph, rollback=True)
    assert (summary.exit_code, summary.outcome) == (0, "done")
    assert summary.delivered is not None
    assert summary.delivered.startswith("rolled back: nothing was written; 203 read = 203 written")
    assert summary.statistics["nodes_created"] == 101
    assert summary.statistics["nodes_deleted"] == 1
    assert summary.statistics["relationships_created"] == 100
    assert labels_in(graph) == ["Old"]
    assert constraints_in(graph) == 0
    assert sorted(file.name for file in folder.iterdir()) == ["pipeline.yaml", "stops.csv"]


def test_the_number_of_rows_can_be_said(graph: Any, folder: Path) -> None:
    summary = attempt(graph, rollback=True, limit=7)
    assert [task.balance.read for task in summary.tasks] == [3, 7, 7]
    assert summary.status == "success"
    assert labels_in(graph) == []


def test_the_first_row_that_is_refused_is_shown_with_its_place(graph: Any, folder: Path) -> None:
    file = folder / "stops.csv"
    file.write_text(file.read_text().replace("\n5,2026-11-06", "\n5,someday"))
    summary = attempt(graph, rollback=True)
    assert summary.exit_code == 1
    [error] = [task.error for task in summary.tasks if task.error]
    assert "stops.csv:6" in str(error)
    assert "someday" in str(error)
    assert labels_in(graph) == []
    assert not (folder / "rejects").exists()


def test_an_unfinished_run_goes_on_as_if_nothing_had_been_tried(graph: Any, folder: Path) -> None:
    assert attempt(graph, limit=50).status == "limited"
    before = labels_in(graph)
    attempt(graph, rollback=True)
    assert labels_in(graph) == before
    summary = attempt(graph)
    assert summary.attempt == 2
    assert summary.exit_code == 0
    assert labels_in(graph).count("Stop") == 300
