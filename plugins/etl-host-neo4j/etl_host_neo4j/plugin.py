"""What this distribution brings to etl-host."""

from __future__ import annotations

from etl_host import ProcessorSpec, hookimpl


@hookimpl
def etl_host_sinks() -> list[ProcessorSpec]:
    return [
        ProcessorSpec("cypher", "etl_host_neo4j.sink:CypherBatchProcessor", "Batches of rows through a Cypher query.")
    ]


@hookimpl
def etl_host_tasks() -> list[ProcessorSpec]:
    return [
        ProcessorSpec(
            "cypher",
            "etl_host_neo4j.statements:CypherStatementsTask",
            "Cypher statements, one after the other.",
        )
    ]


@hookimpl
def etl_host_reporters() -> list[ProcessorSpec]:
    return [ProcessorSpec("neo4j", "etl_host_neo4j.reporter:Neo4jReporter", "The history of runs, as nodes.")]


@hookimpl
def etl_host_connections() -> list[ProcessorSpec]:
    return [ProcessorSpec("neo4j", "etl_host_neo4j.connection:Neo4jConnection", "A Neo4j database, over Bolt.")]
