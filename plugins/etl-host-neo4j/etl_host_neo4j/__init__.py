"""Neo4j for etl-host: connection, sink, statements and a ready-made task."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl_host_neo4j.connection import Neo4jConnection
    from etl_host_neo4j.csv_task import CSVLoad2Neo4jTask
    from etl_host_neo4j.names import escaped
    from etl_host_neo4j.sink import CypherBatchProcessor
    from etl_host_neo4j.statements import CypherStatementsTask

__all__ = ["CSVLoad2Neo4jTask", "CypherBatchProcessor", "CypherStatementsTask", "Neo4jConnection", "escaped"]

_HOMES = {
    "CSVLoad2Neo4jTask": "csv_task",
    "CypherBatchProcessor": "sink",
    "CypherStatementsTask": "statements",
    "Neo4jConnection": "connection",
    "escaped": "names",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
