"""A load of a CREATE query is killed with ``kill -9`` at random moments and started again, several times."""

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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase

from etl_host_arcadedb.server import EmbeddedServer

TARGET = Path(__file__).with_name("kill_target.py")
ROWS = 1_000
BAD = frozenset(range(7, ROWS, 97))
KILLS = 5


@dataclass
class Load:
    """The same load, to be started again and again in ``folder``."""

    folder: Path
    environment: dict[str, str]
    graph_folder: str
    way: str = "exactly-once"

    def process(self, batch_size: int) -> subprocess.Popen[str]:
        command = [sys.executable, str(TARGET), "things.csv", str(batch_size), self.graph_folder, self.way]
        environment = {**os.environ, **self.environment}
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, text=True)

    def killed_after(self, line: str, times: int, seconds: float, batch_size: int) -> bool:
        """Start it; kill it ``seconds`` after it has printed ``line`` so many times.

        False: it ended before.
        """
        with self.process(batch_size) as process:
            assert process.stdout is not None
            for printed in process.stdout:
                times -= printed.strip() == line
                if times == 0:
                    time.sleep(seconds)
                    process.send_signal(signal.SIGKILL)
                    break
            else:
                return False
        return process.returncode == -signal.SIGKILL

    def finished(self, batch_size: int) -> dict[str, Any]:
        """Start it and let it end; its summary."""
        with self.process(batch_size) as process:
            assert process.stdout is not None
            lines = process.stdout.read().splitlines()
        assert process.returncode == 3, lines[-3:]
        summary: dict[str, Any] = json.loads(lines[-1])
        return summary


def written_file(folder: Path) -> None:
    lines = [f"{n},{-1 if n in BAD else n % 10}" for n in range(ROWS)]
    (folder / "things.csv").write_text("\n".join(["id,size", *lines, ""]))


@pytest.fixture(params=["neo4j", "embedded"])
def load(request: pytest.FixtureRequest, tmp_path: Path) -> Load:
    written_file(tmp_path)
    if request.param == "embedded":
        return Load(tmp_path, {}, "graph")
    server = request.getfixturevalue("neo4j_server")
    server.wipe()
    return Load(tmp_path, server.settings, "-")


@contextmanager
def driver_of(load: Load) -> Iterator[tuple[Driver, str]]:
    """A driver to the graph of a load that is not running, and the name of the database."""
    with ExitStack() as stack:
        if load.graph_folder == "-":
            settings = load.environment
            uri, user, password = (settings.get(f"NEO4J_{name}", "") for name in ("URI", "USERNAME", "PASSWORD"))
            database = settings.get("NEO4J_DATABASE", "neo4j")
        else:
            server = stack.enter_context(EmbeddedServer(load.folder / load.graph_folder))
            uri, user, password, database = server.uri, server.username, server.password, server.database
        yield (
            stack.enter_context(GraphDatabase.driver(uri, auth=(user, password) if password else None)),
            database,
        )


def ids_in_graph(load: Load) -> Counter[int]:
    """How often each row is in the graph."""
    with driver_of(load) as (driver, database):
        records = driver.execute_query("MATCH (t:Thing) RETURN t.id AS id", database_=database).records
    return Counter(record["id"] for record in records)


def ids_in_rejects(load: Load) -> Counter[int]:
    """How often each row is in the rejects."""
    [file] = (load.folder / "rejects").glob("things.*.jsonl")
    return Counter(int(json.loads(line)["row"]["id"]) for line in file.read_text().splitlines())


def test_each_row_is_once_in_the_graph_or_once_in_the_rejects(load: Load) -> None:
    chance = random.Random(20261123)
    kills = 0
    for _ in range(KILLS):
        batches, moment, size = chance.randint(1, 6), chance.uniform(0, 0.04), chance.choice([20, 30, 50])
        kills += load.killed_after("batch", batches, moment, size)
    summary = load.finished(40)

    assert kills == KILLS
    assert ids_in_graph(load) == Counter(n for n in range(ROWS) if n not in BAD)
    assert ids_in_rejects(load) == Counter(BAD)
    assert summary["attempt"] == KILLS + 1
    assert summary["balance"] == {
        "read": ROWS,
        "written": ROWS - len(BAD),
        "rejected": len(BAD),
        "dropped": 0,
    }
    assert summary["statistics"] == {
        "csv_lines_read": ROWS,
        "valid_rows": ROWS - len(BAD),
        "invalid_rows": len(BAD),
        "rejected_rows": len(BAD),
        "cypher_rows_written": ROWS - len(BAD),
        "nodes_created": ROWS - len(BAD),
        "relationships_created": 0,
        "properties_set": 2 * (ROWS - len(BAD)),
        "labels_added": ROWS - len(BAD),
    }


def test_a_sink_that_commits_rows_and_checkpoint_apart_is_caught(load: Load) -> None:
    mutant = replace(load, way="checkpoint-apart")
    assert mutant.killed_after("between", 3, 0.0, 50)
    load.finished(50)
    assert max(ids_in_graph(load).values()) == 2
