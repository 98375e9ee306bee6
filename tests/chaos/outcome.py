"""What a load has left behind, in a form in which two loads can be compared."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from neo4j import Driver, GraphDatabase

from etl_host_arcadedb.server import EmbeddedServer

_NODES = """
MATCH (n) WHERE NOT n:EtlHostRun AND NOT n:EtlHostCheckpoint
RETURN labels(n) AS labels, properties(n) AS properties"""
_RELATIONSHIPS = """
MATCH (a)-[r]->(b)
RETURN properties(a) AS start, labels(a) AS start_labels, type(r) AS type, properties(r) AS properties,
       properties(b) AS end, labels(b) AS end_labels"""
# The server's own number of a node, in its message about a constraint
_NUMBERS = re.compile(r"Node\(\d+\)|#\d+:\d+")


@dataclass(frozen=True)
class Outcome:
    """``graph``: all but etl-host's own nodes. ``rejects``: their lines, sorted, without what names the run.

    ``counted``: status, statistics, balance and number of rejects of each task.
    """

    graph: tuple[str, ...]
    rejects: tuple[str, ...]
    counted: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """A few characters that differ where anything does."""
        text = json.dumps([self.graph, self.rejects, self.counted], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def difference(self, expected: Outcome) -> str:
        """What differs from ``expected``, for a person; "" where nothing does."""
        names = [field.name for field in fields(self)]
        differing = [name for name in names if getattr(self, name) != getattr(expected, name)]
        told = []
        for name in differing:
            mine, other = getattr(self, name), getattr(expected, name)
            if isinstance(mine, Mapping):
                told.append(
                    f"{name}: {[(key, mine.get(key), other[key]) for key in other if mine.get(key) != other[key]]}"
                )
            else:
                told.append(f"{name}: {len(mine)} instead of {len(other)}, e.g. {sorted({*mine} ^ {*other})[:3]}")
        return "; ".join(told)


@contextmanager
def driver_to(folder: Path, settings: Mapping[str, str]) -> Iterator[tuple[Driver, str]]:
    """A driver to the graph of a load, and its database's name; without settings, the embedded one in ``folder``."""
    if not settings:
        with EmbeddedServer(folder / ".etl-host/embedded") as server:
            auth = (server.username, server.password)
            with GraphDatabase.driver(server.uri, auth=auth) as driver:
                yield driver, server.database
        return
    login = (settings["NEO4J_USERNAME"], settings["NEO4J_PASSWORD"]) if settings["NEO4J_PASSWORD"] else None
    with GraphDatabase.driver(settings["NEO4J_URI"], auth=login) as driver:
        yield driver, settings["NEO4J_DATABASE"]


def graph_of(folder: Path, settings: Mapping[str, str]) -> tuple[str, ...]:
    """A line for each node and each relationship, sorted: twice where it is there twice."""
    with driver_to(folder, settings) as (driver, database):
        found = [
            json.dumps(_plain(record.data()), sort_keys=True, default=str)
            for query in (_NODES, _RELATIONSHIPS)
            for record in driver.execute_query(query, database_=database).records
        ]
    return tuple(sorted(found))


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    return {key: sorted(value) if key.endswith("labels") else value for key, value in data.items()}


def rejects_of(folder: Path) -> tuple[str, ...]:
    """The lines of all files of rejects."""
    lines = [line for file in sorted(folder.glob("*.jsonl")) for line in file.read_text().splitlines()]
    return tuple(sorted(map(_without_run, lines)))


def _without_run(line: str) -> str:
    entry = json.loads(line)
    del entry["run"]
    return _NUMBERS.sub("Node", json.dumps(entry, sort_keys=True))
