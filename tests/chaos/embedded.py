"""The embedded graph as a server of its own, between which and a load there is room for a proxy."""

from __future__ import annotations

from etl_host_arcadedb.server import EmbeddedServer


def settings_of(server: EmbeddedServer) -> dict[str, str]:
    """With these, a load takes ``server``, which has started, for a Neo4j."""
    return {
        "NEO4J_URI": server.uri,
        "NEO4J_USERNAME": server.username,
        "NEO4J_PASSWORD": server.password,
        "NEO4J_DATABASE": server.database,
    }
