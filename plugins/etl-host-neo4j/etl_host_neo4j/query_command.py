"""The command ``query``: look at a graph, or change it, from the command line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from etl_host import ConnectionMissing, QueryRefused

_EPILOG = """\b
Examples:
  etl-host query "MATCH (s:Stop) RETURN s.name LIMIT 5"
  etl-host query "MATCH (n) RETURN count(n) AS nodes" --embedded --json

\b
Environment:
  NEO4J_URI       address of the server, e.g. neo4j://localhost:7687
  NEO4J_USERNAME  by default neo4j
  NEO4J_PASSWORD  by default none
  NEO4J_DATABASE  by default neo4j
"""


@click.command(epilog=_EPILOG)
@click.argument("cypher")
@click.option("--embedded", is_flag=True, help="Ask the embedded graph of the working folder.")
@click.option("--connection", "connections", multiple=True, metavar="NAME=KIND", help="Use this kind of connection.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a row.")
@click.pass_obj
def query(host: Any, cypher: str, embedded: bool, connections: tuple[str, ...], as_json: bool) -> None:
    """Run a Cypher query and print the rows that it returns."""
    import neo4j

    from etl_host_neo4j.connection import Neo4jConnection  # not to list plugins: imports pydantic

    with host.context(connections, embedded=embedded) as context:
        connection = context.connection("neo4j", Neo4jConnection)
        if not connection.exists:
            raise ConnectionMissing(
                f"{connection} has not been made yet",
                remedy="load something into it first: etl-host run pipeline.yaml --embedded",
            )
        try:
            names, rows = connection.run(cypher)
        except (neo4j.exceptions.Neo4jError, neo4j.exceptions.DriverError) as error:
            raise QueryRefused(f"the server refuses the query: {getattr(error, 'message', error)}") from error
    for line in _json_lines(names, rows) if as_json else _table(names, rows):
        click.echo(line)


def _json_lines(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[str]:
    for row in rows:
        yield json.dumps(dict(zip(names, map(plain, row), strict=True)), ensure_ascii=False)


def _table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[str]:
    if not names:
        return ["done; the query returns nothing"]
    lines = [[*map(_visible, names)], *([_text(value) for value in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(names))]
    lines.insert(1, ["-" * width for width in widths])
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


def _text(value: Any) -> str:
    value = plain(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _visible(text)


def _visible(text: str) -> str:
    """With escapes for what would break the line or steer the terminal: the database may hold anything."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def plain(value: Any) -> Any:
    """A value that the driver returned, as JSON has it: nodes by their properties, temporals as text."""
    from neo4j.graph import Entity, Path
    from neo4j.spatial import Point

    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case None | str() | bool() | int() | float():
            return value
        case object(iso_format=text):
            return text()
        case Point():
            return {"srid": value.srid, "coordinates": list(value)}
        case Entity():
            return {key: plain(item) for key, item in value.items()}
        case Path():
            return [plain(entity) for entity in (value.start_node, *value.relationships, value.end_node)]
        case Mapping():
            return {key: plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return str(value)
