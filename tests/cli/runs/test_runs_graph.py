"""Runs that databases and files have recorded, all those of one pipeline together."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from graph_handle import GraphHandle
from recorded_runs import EtlHost, json_of

PIPELINE = """
pipeline: stops
reporters: []
tasks:
  - task: stops
    source: {csv: stops.csv}
    sink: {cypher: {query: "UNWIND $batch AS row CREATE (:Stop {id: row.id})"}}
  - task: copy
    source: {csv: stops.csv}
    sink: {csv: copy.csv}
"""


@pytest.fixture
def load(graph: GraphHandle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GraphHandle:
    monkeypatch.chdir(tmp_path)
    for name, value in graph.settings.items():
        monkeypatch.setenv(name, value)
    Path("pipeline.yaml").write_text(PIPELINE)
    Path("stops.csv").write_text("id\n1\n2\n")
    return graph


def listed(etl_host: EtlHost, *options: str) -> list[tuple[str, str, int]]:
    told: Any = json_of(etl_host("runs", "list", "--json", *options))
    return [(run["id"], run["status"], run["balance"]["read"]) for run in told["runs"]]


def nodes(graph: GraphHandle) -> int:
    found = graph.driver.execute_query("MATCH (n) RETURN count(n) AS n", database_=graph.database)
    count: int = found.records[0]["n"]
    return count


def test_a_run_that_is_recorded_in_a_database_and_beside_a_file_is_one_and_is_deleted_from_both(
    load: GraphHandle, etl_host: EtlHost
) -> None:
    assert etl_host("runs", "list").stdout == "no runs are recorded there\n"
    assert etl_host("run", "pipeline.yaml", "--run-id", "one").exit_code == 0
    assert etl_host("run", "pipeline.yaml", "--run-id", "two").exit_code == 0
    for options in ((), ("--pipeline", "pipeline.yaml")):
        assert listed(etl_host, *options) == [("two", "success", 4), ("one", "success", 4)]
    assert etl_host("runs", "delete", "one", "--pipeline", "pipeline.yaml", "--yes").exit_code == 0
    assert listed(etl_host, "--pipeline", "pipeline.yaml") == listed(etl_host) == [("two", "success", 4)]
    assert "one" not in Path("copy.csv.state").read_text()
    assert etl_host("runs", "delete", "two", "--yes").exit_code == 0
    assert listed(etl_host) == []
    assert nodes(load) == 4, "the stops of two runs"
    assert [run for run, *_ in listed(etl_host, "--pipeline", "pipeline.yaml")] == ["two"], "the file's record"


def test_while_a_run_waits_to_go_on_its_tasks_are_shown_by_what_is_committed(
    load: GraphHandle, etl_host: EtlHost
) -> None:
    assert etl_host("run", "pipeline.yaml", "--run-id", "one", "--batch-size", "1", "--limit", "1").exit_code == 0
    shown = etl_host("runs", "show", "one", "--pipeline", "pipeline.yaml").stdout
    assert "status      limited, exit code 0\n" in shown
    assert "next        start the same command again: it goes on after 1 row\n" in shown


def test_what_a_reporter_has_kept_is_shown_and_deleted_with_the_run(load: GraphHandle, etl_host: EtlHost) -> None:
    Path("pipeline.yaml").write_text(PIPELINE.replace("reporters: []", "reporters: [neo4j]"))
    assert etl_host("run", "pipeline.yaml", "--run-id", "one", "--batch-size", "1").exit_code == 0
    shown = etl_host("runs", "show", "one").stdout
    assert re.findall(r"(\w+): 2 batches, [\d,]+ rows/s", shown) == ["stops", "copy"]
    told: Any = json_of(etl_host("runs", "show", "one", "--json"))
    of_stops = [entry for entry in told["run"]["history"] if entry["task"] == ["stops"]]
    assert [(entry["read"], entry["statistics"]["nodes_created"]) for entry in of_stops] == [(1, 1), (2, 1)]
    assert etl_host("runs", "delete", "one", "--yes").exit_code == 0
    assert nodes(load) == 2, "the stops"


def test_an_embedded_graph_that_is_not_there_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, etl_host: EtlHost
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pipeline.yaml").write_text(PIPELINE)
    for options in (("--embedded",), ("--embedded", "--pipeline", "pipeline.yaml")):
        assert etl_host("runs", "list", *options).stdout == "no runs are recorded there\n"
    assert [file.name for file in tmp_path.iterdir()] == ["pipeline.yaml"]
