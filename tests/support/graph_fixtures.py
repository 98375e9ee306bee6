"""Fixtures of real graph servers, for every test of this repository.

``neo4j_server``, ``neo4j_2026`` and ``embedded_graph`` live for the whole session and are handed over as they are;
``graph`` runs a test once on Neo4j and once on the embedded graph, each time with nothing in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest
from neo4j import GraphDatabase

from graph_handle import GraphHandle
from neo4j_release import NEO4J_5, NEO4J_2026, Unavailable
from neo4j_run import given, started

REQUIRE = "ETL_HOST_REQUIRE_NEO4J"


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphHandle]:
    """Neo4j 5 with a login, or the empty server that NEO4J_URI names."""
    if "NEO4J_URI" in os.environ:
        yield from _opened(given(os.environ))
    else:
        yield from _opened(started(NEO4J_5, tmp_path_factory.mktemp("neo4j")))


@pytest.fixture(scope="session")
def neo4j_2026(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphHandle]:
    """The newest Neo4j, always started here."""
    yield from _opened(started(NEO4J_2026, tmp_path_factory.mktemp("neo4j-2026")))


@pytest.fixture(scope="session")
def embedded_graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphHandle]:
    """The embedded graph, in a folder of its own."""
    from etl_host_arcadedb.server import EmbeddedServer  # here, as most tests do without that plugin

    with (
        EmbeddedServer(tmp_path_factory.mktemp("embedded")) as server,
        GraphDatabase.driver(server.uri, auth=(server.username, server.password)) as driver,
    ):
        yield GraphHandle(server.uri, server.username, server.password, server.database, driver)


@pytest.fixture(params=["neo4j", "embedded"])
def graph(request: pytest.FixtureRequest) -> GraphHandle:
    """An empty graph, on each of the two servers in turn."""
    fixture = {"neo4j": "neo4j_server", "embedded": "embedded_graph"}[request.param]
    handle: GraphHandle = request.getfixturevalue(fixture)
    handle.wipe()
    return handle


def _opened(server: AbstractContextManager[GraphHandle]) -> Iterator[GraphHandle]:
    with ExitStack() as stack:
        try:
            handle = stack.enter_context(server)
        except Unavailable as error:
            if os.environ.get(REQUIRE) == "1":
                pytest.fail(f"{REQUIRE}=1, but {error}", pytrace=False)
            pytest.skip(str(error))
        yield handle
