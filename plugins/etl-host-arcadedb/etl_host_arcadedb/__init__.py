"""An embedded graph for etl-host that stands in for a Neo4j server."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from etl_host_arcadedb.connection import ArcadeDBConnection

__all__ = ["ArcadeDBConnection"]


def __getattr__(name: str) -> object:
    if name != "ArcadeDBConnection":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from etl_host_arcadedb.connection import ArcadeDBConnection  # imports pydantic and the plugin for Neo4j

    return ArcadeDBConnection
