"""Loads in lanes into a real Neo4j: the same as without them, also when they are killed with ``kill -9``."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from etl_host import Pipeline
from graph_handle import GraphHandle

PEOPLE, LINKS = 300, 900
TWINS = frozenset({17, 150, 151})
"""These people are in the file twice, and the constraint refuses the second."""

WRONG = frozenset(range(5, LINKS, 113))
"""These links don't fit the model."""

PIPELINE = """\
pipeline: people
batch_size: {size}
reporters: []
tasks:
  - task: before
    run:
      cypher:
        - CREATE CONSTRAINT IF NOT EXISTS FOR (p:Person) REQUIRE p.id IS UNIQUE
        - CREATE CONSTRAINT IF NOT EXISTS FOR (t:Thing) REQUIRE t.id IS UNIQUE
        - "UNWIND range(0, 49) AS i CREATE (:Thing {{id: i}})"
  - task: people
    source: {{csv: people.csv}}
    sink: {{cypher: "UNWIND $batch AS row CREATE (p:Person {{id: row.id}})"}}
    lanes: {{count: {count}, keys: {{person: id}}}}
  - task: knows
    source: {{csv: links.csv}}
    validators: [{{pydantic: "models:Link"}}]
    sink:
      cypher: >-
        UNWIND $batch AS row MATCH (a:Person {{id: row.start}}) MATCH (b:Person {{id: row.end}})
        MERGE (a)-[k:KNOWS {{n: row.n}}]->(b) ON CREATE SET k.times = 1 ON MATCH SET k.times = k.times + 1
    lanes: {{count: {count}, keys: {{person: [start, end]}}}}
  - task: likes
    source: {{csv: links.csv}}
    validators: [{{pydantic: "models:Link"}}]
    sink:
      cypher: >-
        UNWIND $batch AS row MATCH (a:Person {{id: row.start}}) MATCH (t:Thing {{id: row.thing}})
        CREATE (a)-[:LIKES {{n: row.n}}]->(t)
    lanes: {{count: {count}, keys: {{person: start, thing: thing}}}}
"""
MODELS = """\
from pydantic import BaseModel


class Link(BaseModel):
    n: int
    start: str
    end: str
    thing: int
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    chance = random.Random(20261123)
    people = [f"p{number}" for number in range(PEOPLE) for _ in range(2 if number in TWINS else 1)]
    (tmp_path / "people.csv").write_text("\n".join(["id", *people, ""]))
    lines = []
    for number in range(LINKS):
        start, end = (int(PEOPLE * chance.random() ** 3) for _ in range(2))  # a few know nearly everybody
        lines.append(f"{number},p{start},p{end},{'none' if number in WRONG else chance.randrange(50)}")
    (tmp_path / "links.csv").write_text("\n".join(["n,start,end,thing", *lines, ""]))
    (tmp_path / "models.py").write_text(MODELS)
    return tmp_path


def write_pipeline(folder: Path, *, count: int, size: int) -> Path:
    file = folder / "people.yaml"
    file.write_text(PIPELINE.format(count=count, size=size))
    return file


def killed(folder: Path, graph: GraphHandle, what: str, at_least: int) -> bool:
    """Start the load, and kill it once the graph holds so many of ``what``. False: it had ended before."""
    command = [sys.executable, "-m", "etl_host", "run", "people.yaml"]
    environment = {**os.environ, **graph.settings}
    process = subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.DEVNULL)
    while process.poll() is None and count_of(graph, what) < at_least:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def count_of(graph: GraphHandle, what: str) -> int:
    [record] = graph.driver.execute_query(f"MATCH {what} RETURN count(*) AS found", database_=graph.database).records
    return int(record["found"])


def values(graph: GraphHandle, query: str) -> Counter[Any]:
    records = graph.driver.execute_query(query, database_=graph.database).records
    return Counter(record["value"] for record in records)


def rejected(folder: Path, task: str) -> Iterator[Any]:
    for file in (folder / "rejects").glob(f"{task}.*.jsonl"):
        yield from map(json.loads, file.read_text().splitlines())


def assert_each_row_once(folder: Path, graph: GraphHandle, summary: dict[str, Any]) -> None:
    good = Counter(set(range(LINKS)) - WRONG)
    assert values(graph, "MATCH (p:Person) RETURN p.id AS value") == Counter(f"p{number}" for number in range(PEOPLE))
    assert values(graph, "MATCH ()-[k:KNOWS]->() RETURN k.n AS value") == good
    assert values(graph, "MATCH ()-[k:KNOWS]->() RETURN k.times AS value") == {1: len(good)}
    assert values(graph, "MATCH ()-[l:LIKES]->() RETURN l.n AS value") == good
    assert Counter(entry["row"]["id"] for entry in rejected(folder, "people")) == Counter(f"p{n}" for n in TWINS)
    for task in ("knows", "likes"):
        assert Counter(int(entry["row"]["n"]) for entry in rejected(folder, task)) == Counter(WRONG)
    _, people, knows, likes = summary["tasks"]
    assert people["balance"] == {
        "read": PEOPLE + len(TWINS),
        "written": PEOPLE,
        "rejected": len(TWINS),
        "dropped": 0,
    }
    for task in (knows, likes):
        assert task["balance"] == {"read": LINKS, "written": len(good), "rejected": len(WRONG), "dropped": 0}
        assert task["statistics"]["csv_lines_read"] == LINKS
        assert task["statistics"]["cypher_rows_written"] == len(good)
        assert task["statistics"]["relationships_created"] == len(good)
    assert people["statistics"]["nodes_created"] == PEOPLE
    assert {task["guarantee"] for task in summary["tasks"]} == {"exactly once"}
    assert summary["exit_code"] == 3


@pytest.mark.parametrize("count", [1, 4])
def test_a_load_in_lanes_is_like_one_without(
    folder: Path, neo4j_server: GraphHandle, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    neo4j_server.wipe()
    monkeypatch.chdir(folder)
    pipeline = Pipeline.from_file(write_pipeline(folder, count=count, size=100), settings=neo4j_server.settings)
    assert_each_row_once(folder, neo4j_server, pipeline.run().as_dict())


def test_a_load_in_lanes_that_is_killed_goes_on_exactly_there_with_more_lanes_or_fewer(
    folder: Path, neo4j_server: GraphHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    neo4j_server.wipe()
    monkeypatch.chdir(folder)
    moments = [("(:Person)", 90), ("()-[:KNOWS]->()", 60), ("()-[:KNOWS]->()", 500), ("()-[:LIKES]->()", 300)]
    for attempt, (what, at_least) in enumerate(moments):
        write_pipeline(folder, count=4 - attempt, size=20 + 7 * attempt)
        assert killed(folder, neo4j_server, what, at_least)
    pipeline = Pipeline.from_file(write_pipeline(folder, count=3, size=60), settings=neo4j_server.settings)
    summary = pipeline.run().as_dict()
    assert_each_row_once(folder, neo4j_server, summary)
    assert summary["attempt"] == len(moments) + 1


def test_the_embedded_graph_takes_one_lane_and_that_is_said_once(
    folder: Path, embedded_graph: GraphHandle, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    embedded_graph.wipe()
    monkeypatch.chdir(folder)
    pipeline = Pipeline.from_file(write_pipeline(folder, count=2, size=100), settings=embedded_graph.settings)
    assert_each_row_once(folder, embedded_graph, pipeline.run().as_dict())
    assert [record.message for record in caplog.records if record.message.startswith("lanes: ")] == [
        "lanes: sink:cypher takes one lane here: it writes one batch after the other"
    ]
