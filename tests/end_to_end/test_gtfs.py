"""The real feed of Cairns into real graphs, through the command line."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

PIPELINE = Path(__file__).parents[2] / "examples" / "gtfs" / "pipeline.yaml"
ROWS = {"Stop": 416, "Route": 22, "Service": 4, "ServiceException": 9, "Trip": 1339, "StopTime": 37790}


def etl_host(folder: Path, settings: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    command = [sys.executable, "-m", "etl_host", *arguments]
    return subprocess.run(command, cwd=folder, env={**environment, **settings}, capture_output=True, text=True)


@pytest.fixture(params=["neo4j", "embedded"])
def target(request: pytest.FixtureRequest) -> tuple[Mapping[str, str], list[str]]:
    """Settings and options for an empty graph of each kind."""
    if request.param == "embedded":
        return {}, ["--embedded"]
    server = request.getfixturevalue("neo4j_server")
    server.wipe()
    return server.settings, []


def rows_of(folder: Path, target: tuple[Mapping[str, str], list[str]], query: str) -> Iterator[dict[str, Any]]:
    settings, options = target
    done = etl_host(folder, settings, "query", query, "--json", *options)
    assert done.returncode == 0, done.stderr
    return map(json.loads, done.stdout.splitlines())


def digest(folder: Path, target: tuple[Mapping[str, str], list[str]]) -> str:
    """A digest of all nodes, relationships and properties, but for the host's own records."""
    nodes = (
        "MATCH (n) WHERE none(l IN labels(n) WHERE l STARTS WITH 'EtlHost') RETURN labels(n) AS l, properties(n) AS p"
    )
    links = "MATCH (a)-[r]->(b) RETURN properties(a) AS a, type(r) AS t, properties(r) AS p, properties(b) AS b"
    found = [json.dumps(row, sort_keys=True) for query in (nodes, links) for row in rows_of(folder, target, query)]
    return hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()


def test_the_feed_is_loaded_and_a_second_run_changes_nothing(
    target: tuple[Mapping[str, str], list[str]], tmp_path: Path
) -> None:
    settings, options = target
    arguments = ["run", str(PIPELINE), "--summary-json", "-", *options]

    first = etl_host(tmp_path, settings, *arguments)
    assert first.returncode == 0, first.stderr
    summary = json.loads(first.stdout)
    assert summary["guarantee"] == "exactly once"
    assert summary["balance"]["read"] == summary["balance"]["written"]
    read = {task["name"]: task["balance"]["read"] for task in summary["tasks"]}
    assert [read[name] for name in ("stops", "routes", "trips", "stop times")] == [416, 22, 1339, 37790]

    counts = "MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS nodes"
    nodes = {row["label"]: row["nodes"] for row in rows_of(tmp_path, target, counts)}
    assert {label: nodes.get(label) for label in ROWS} == ROWS
    before = digest(tmp_path, target)

    second = etl_host(tmp_path, settings, *arguments)
    assert second.returncode == 0, second.stderr
    assert json.loads(second.stdout)["run_id"] != summary["run_id"]
    assert json.loads(second.stdout)["statistics"]["nodes_created"] == 0
    assert digest(tmp_path, target) == before


def test_without_a_graph_the_error_names_both_ways_to_one(tmp_path: Path) -> None:
    done = etl_host(tmp_path, {}, "run", str(PIPELINE))
    assert done.returncode == 2
    assert "NEO4J_URI" in done.stderr
    assert "--embedded" in done.stderr
