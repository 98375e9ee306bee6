"""What can be said of a server before anything is loaded into it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from etl_host import Problem

if TYPE_CHECKING:
    from etl_host_neo4j.connection import Neo4jConnection

SUBJECT = "server"
_RIGHTS = "rights"


def check_server(connection: Neo4jConnection) -> Iterator[Problem]:
    """Who answers, and whether the one who logs in may write. Raises ConnectionFailed where nobody lets it in."""
    agent = connection.driver.get_server_info().agent
    yield Problem("ok", SUBJECT, f"{agent} at {connection}, logged in as {connection.username}")
    yield _writable(connection)


def _writable(connection: Neo4jConnection) -> Problem:
    import neo4j

    try:
        _, databases = connection.run("SHOW DATABASES YIELD name, access, aliases")
        _, [[edition], *_] = connection.run("CALL dbms.components() YIELD edition RETURN edition")
    except (neo4j.exceptions.Neo4jError, neo4j.exceptions.DriverError, ValueError) as error:
        reason = getattr(error, "code", None) or type(error).__name__
        return Problem("skip", _RIGHTS, f"the server does not tell who may write ({reason})")
    for name, access, aliases in databases:
        if connection.database in (name, *(aliases or ())) and access == "read-only":
            remedy = "make it writable, or load into another: NEO4J_DATABASE"
            return Problem("fail", _RIGHTS, f"database {connection.database} is read-only", remedy=remedy)
    if edition == "community":
        return Problem("ok", _RIGHTS, "the database can be written, and in this edition every user may")
    return Problem(
        "skip", _RIGHTS, f"whether {connection.username} may write and make constraints shows only when it is done"
    )
