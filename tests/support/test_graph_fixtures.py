"""The fixtures of graph servers hold what their users rely on."""

from __future__ import annotations

import neo4j
import pytest
from neo4j.exceptions import AuthError

from graph_handle import GraphHandle


def test_the_settings_are_enough_to_log_in(graph: GraphHandle) -> None:
    settings = graph.settings
    auth = (settings["NEO4J_USERNAME"], settings["NEO4J_PASSWORD"])
    with neo4j.GraphDatabase.driver(settings["NEO4J_URI"], auth=auth) as driver:
        found = driver.execute_query("RETURN 1 AS one", database_=settings["NEO4J_DATABASE"])
    assert found.records[0]["one"] == 1


def test_a_wrong_password_is_refused_and_shuts_nobody_out(graph: GraphHandle) -> None:
    for _ in range(4):
        with (
            neo4j.GraphDatabase.driver(graph.uri, auth=("neo4j", "wrong")) as driver,
            pytest.raises(AuthError),
        ):
            driver.verify_connectivity()
    with neo4j.GraphDatabase.driver(graph.uri, auth=(graph.username, graph.password)) as driver:
        driver.verify_connectivity()


def test_a_wiped_graph_holds_nothing(graph: GraphHandle) -> None:
    for query in (
        "CREATE CONSTRAINT `odd``name` FOR (n:A) REQUIRE n.id IS UNIQUE",
        "CREATE INDEX b_x FOR (n:B) ON (n.x)",
        "CREATE (:A {id: 1})-[:R]->(:B {x: 2})",
    ):
        graph.driver.execute_query(query, database_=graph.database)
    graph.wipe()
    for query in (
        "MATCH (n) RETURN n",
        "SHOW CONSTRAINTS",
        "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name",
    ):
        assert graph.driver.execute_query(query, database_=graph.database).records == []


def test_the_newest_neo4j_is_there(neo4j_2026: GraphHandle) -> None:
    found = neo4j_2026.driver.execute_query("CALL dbms.components() YIELD versions", database_="system")
    assert found.records[0]["versions"][0].startswith("2026.")
