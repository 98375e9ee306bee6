"""Neo4j for etl-host: connection, sink, statements and a ready-made task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl_host_neo4j.connection import Neo4jConnection
from etl_host_neo4j.names import escaped
from etl_host_neo4j.sink import CypherBatchProcessor
from etl_host_neo4j.statements import CypherStatementsTask

if TYPE_CHECKING:
    from etl_host_neo4j.csv_task import CSVLoad2Neo4jTask

__all__ = ["CSVLoad2Neo4jTask", "CypherBatchProcessor", "CypherStatementsTask", "Neo4jConnection", "escaped"]


def __getattr__(name: str) -> object:
    if name != "CSVLoad2Neo4jTask":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from etl_host_neo4j.csv_task import CSVLoad2Neo4jTask  # needs the extra "csv"

    return CSVLoad2Neo4jTask
