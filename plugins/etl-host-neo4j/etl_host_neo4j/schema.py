"""The constraints that the run records need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from etl_host import RunRefused

if TYPE_CHECKING:
    from etl_host_neo4j.connection import Neo4jConnection

# Without these, runs that begin at once would each make their own nodes.
CONSTRAINTS = {
    ("EtlHostRun", ("id",)): (
        "CREATE CONSTRAINT etl_host_run_id IF NOT EXISTS FOR (r:EtlHostRun) REQUIRE r.id IS UNIQUE"
    ),
    ("EtlHostRun", ("active",)): (
        "CREATE CONSTRAINT etl_host_run_active IF NOT EXISTS FOR (r:EtlHostRun) REQUIRE r.active IS UNIQUE"
    ),
    ("EtlHostCheckpoint", ("bucket", "partition", "run", "task")): (
        "CREATE CONSTRAINT etl_host_checkpoint IF NOT EXISTS FOR (c:EtlHostCheckpoint) "
        "REQUIRE (c.run, c.task, c.partition, c.bucket) IS UNIQUE"
    ),
}


class SchemaRefused(RunRefused):
    """The constraints are missing and may not be made."""

    code = "no-right-to-schema"


def ensure(connection: Neo4jConnection) -> None:
    """Make the constraints that are missing.

    Raises SchemaRefused, with the statements, without the right to.
    """
    import neo4j

    present = _present(connection)
    missing = [statement for key, statement in CONSTRAINTS.items() if key not in present]
    for statement in missing:
        try:
            _make(connection, statement)
        except neo4j.exceptions.Forbidden as error:
            raise SchemaRefused(
                f"{connection.username} may not make the constraints that exactly-once loads need: {error.code}",
                remedy="let an administrator run:\n  " + ";\n  ".join(missing),
            ) from None


def _make(connection: Neo4jConnection, statement: str) -> None:
    """Again where it meets those of another process that begins at the same moment: such meetings deadlock."""
    connection.transact(lambda transaction: transaction.run(statement).consume())


def _present(connection: Neo4jConnection) -> set[tuple[str, tuple[str, ...]]]:
    _, rows = connection.run("SHOW CONSTRAINTS YIELD labelsOrTypes, properties")
    return {(label, tuple(sorted(properties or ()))) for labels, properties in rows for label in labels or ()}
