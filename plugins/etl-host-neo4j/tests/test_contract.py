from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from neo4j.exceptions import ConfigurationError, ServiceUnavailable

from etl_host import Fault
from etl_host.testing import ConnectionContract, SinkContract
from etl_host_neo4j import CypherBatchProcessor, Neo4jConnection


class TestCypher(SinkContract):
    plugin = "etl_host_neo4j.plugin"
    name = "cypher"
    processor = CypherBatchProcessor
    rows = tuple({"n": n, "name": f"Thing {n}"} for n in range(1, 8))
    bad_row: ClassVar = {"n": 2**70, "name": "more than 64 bits"}

    @pytest.fixture
    def settings(self, graph: Any) -> Mapping[str, str]:
        settings: Mapping[str, str] = graph.settings
        return settings

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        return {"query": "UNWIND $batch AS row CREATE (:Thing {n: row.n, name: row.name})"}

    @pytest.fixture
    def target_rows(self, graph: Any) -> Callable[[], Sequence[Any]]:
        query = "MATCH (t:Thing) RETURN t {.n, .name} AS row"
        return lambda: [record["row"] for record in graph.driver.execute_query(query, database_=graph.database).records]

    @pytest.fixture
    def faults(self) -> Sequence[tuple[Exception, Fault]]:
        return [
            (ServiceUnavailable("gone"), Fault.TRANSIENT),
            (ConnectionResetError(), Fault.TRANSIENT),
            (OverflowError("more than 64 bits"), Fault.DATA),
            (ConfigurationError("wrong"), Fault.FATAL),
        ]


class TestNeo4jConnection(ConnectionContract):
    plugin = "etl_host_neo4j.plugin"
    name = "neo4j"
    processor = Neo4jConnection
    secret_settings = ("NEO4J_PASSWORD",)

    @pytest.fixture
    def settings(self, neo4j_server: Any) -> Mapping[str, str]:
        settings: Mapping[str, str] = neo4j_server.settings
        return settings

    @pytest.fixture
    def options(self, neo4j_server: Any) -> Mapping[str, Any]:
        return {
            "uri": neo4j_server.uri,
            "username": neo4j_server.username,
            "password": neo4j_server.password,
            "database": neo4j_server.database,
        }

    def use_it(self, connection: Neo4jConnection) -> None:
        connection.run("RETURN 1")
