"""Constraints that MERGE wants: without one, each row looks at every node of its label, and lanes make doubles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from etl_host import Problem
from etl_host_neo4j.names import escaped
from etl_host_neo4j.patterns import Key, constrained_keys, merged_keys

if TYPE_CHECKING:
    from etl_host_neo4j.connection import Neo4jConnection

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def missing_constraints(
    connection: Neo4jConnection, query: str, earlier: Iterable[str], option: str
) -> Iterator[Problem]:
    """A warning for each key by which ``query`` merges, and which nothing makes unique.

    ``earlier``: statements that are run before it, and may make constraints.
    """
    wanted = merged_keys(query)
    coming = [key for statement in earlier for key in constrained_keys(statement)]
    if all(_is_covered(key, coming) for key in wanted):
        return
    present = [*coming, *_present(connection)]
    for key in wanted:
        if not _is_covered(key, present):
            message = f"MERGE (:{_written(key.label)} {{{_listed(key)}}}) has no constraint"
            yield Problem("warn", "constraint", message, option, statement_for(key), code="missing-constraint")


def statement_for(key: Key) -> str:
    """The statement that makes ``key`` unique."""
    names = [f"n.{_written(name)}" for name in sorted(key.properties)]
    properties = names[0] if len(names) == 1 else f"({', '.join(names)})"
    return f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{_written(key.label)}) REQUIRE {properties} IS UNIQUE"


def _is_covered(key: Key, present: Iterable[Key]) -> bool:
    """A constraint on some of the properties will do: it finds the one node that there can be."""
    return any(key.label == known.label and known.properties <= key.properties for known in present)


def _present(connection: Neo4jConnection) -> Iterator[Key]:
    _, rows = connection.run("SHOW CONSTRAINTS YIELD type, labelsOrTypes, properties")
    for kind, labels, properties in rows:
        if "UNIQUE" in kind or "KEY" in kind:
            yield from (Key(label, frozenset(properties or ())) for label in labels or ())


def _listed(key: Key) -> str:
    return ", ".join(map(_written, sorted(key.properties)))


def _written(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else escaped(name)
