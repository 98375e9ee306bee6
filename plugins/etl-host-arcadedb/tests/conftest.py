"""Processes that use an embedded graph, and a look at what runs on this machine."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from neo4j import GraphDatabase

from etl_host_arcadedb.server import EmbeddedServer

Ask = Callable[[EmbeddedServer, str], list[Any]]
Holder = Callable[..., "subprocess.Popen[str]"]

USE_THE_GRAPH = """\
import sys
from pathlib import Path
from etl_host_arcadedb.server import EmbeddedServer
from neo4j import GraphDatabase

server = EmbeddedServer(Path(sys.argv[1]))
server.start()
driver = GraphDatabase.driver(server.uri, auth=(server.username, server.password))
session = driver.session(database=server.database)
session.execute_write(lambda transaction: transaction.run("CREATE (:Row {kept: true})").consume())
transaction = session.begin_transaction()
transaction.run("CREATE (:Row {kept: false})").consume()
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def holder() -> Iterator[Holder]:
    """Run a program that is given a folder; it is killed after the tests of the file."""
    running = []

    def run(folder: Path, program: str = USE_THE_GRAPH) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def ask() -> Ask:
    """Run a query in an explicit transaction and give the first value of each record."""

    def run(server: EmbeddedServer, query: str) -> list[Any]:
        with GraphDatabase.driver(server.uri, auth=(server.username, server.password)) as driver:
            return [record[0] for record in driver.execute_query(query, database_=server.database).records]

    return run


@pytest.fixture
def servers_in() -> Callable[[Path], list[int]]:
    """Process ids of the servers of a folder: they work in it."""

    def run(folder: Path) -> list[int]:
        return [int(cwd.parent.name) for cwd in Path("/proc").glob("[0-9]*/cwd") if _leads_to(cwd, folder)]

    return run


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Wait until something is so; a minute is long enough for anything here."""

    def wait(is_so: Callable[[], object]) -> None:
        deadline = time.monotonic() + 60
        while not is_so():
            assert time.monotonic() < deadline, "it never came to that"
            time.sleep(0.02)

    return wait


def _leads_to(link: Path, folder: Path) -> bool:
    try:
        return link.readlink() == folder
    except OSError:  # ended meanwhile
        return False
