"""What this distribution brings to etl-host."""

from __future__ import annotations

from etl_host import ProcessorSpec, hookimpl


@hookimpl
def etl_host_connections() -> list[ProcessorSpec]:
    """The one connection."""
    return [
        ProcessorSpec(
            "arcadedb",
            "etl_host_arcadedb.connection:ArcadeDBConnection",
            "A graph in a folder, with no server to set up.",
            stands_in_for="neo4j",
        )
    ]
