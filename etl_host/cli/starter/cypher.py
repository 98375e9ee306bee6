"""The Cypher that loads tables. Labels and properties are those of the models, thus identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from etl_host.cli.starter.table import Column, Reference, Table
from etl_host.cli.starter.words import words_of

_SIMPLE = re.compile(r"[A-Za-z]\w*", re.ASCII)
_WORDS: Final = """
    all and any as asc by call case contains count create delete desc detach distinct drop else end ends exists false
    filter for foreach from group if in into is limit load match merge node none not null on optional or order point
    remove require return row rows scalar set single skip starts then true type union unique unwind use using when
    where with xor yield
"""
_RESERVED: Final = frozenset(_WORDS.split())


def constraint(table: Table) -> str:
    """One node for each key, found at once."""
    name = "_".join([*words_of(table.label), "key"])
    properties = ", ".join(f"n.{escaped(column.field)}" for column in table.key)
    unique = f"({properties})" if len(table.key) > 1 else properties
    return f"CREATE CONSTRAINT {escaped(name)} IF NOT EXISTS FOR (n:{escaped(table.label)}) REQUIRE {unique} IS UNIQUE"


def node_query(table: Table) -> Sequence[str]:
    """Lines: a row becomes a node, or is added to the one with its key."""
    label = escaped(table.label)
    if not table.key:
        return [
            "UNWIND $batch AS row",
            f"CREATE (n:{label})  // no columns were found that tell rows apart: each run creates them again",
            "SET n = row",
        ]
    return ["UNWIND $batch AS row", f"MERGE (n:{label} {_map(table.key)})  // guessed: the key", "SET n += row"]


def relationship_query(table: Table, reference: Reference) -> Sequence[str]:
    """Lines: the rows' nodes, which are there, go with those that they name, where these are."""
    return [
        "UNWIND $batch AS row",
        f"MATCH (n:{escaped(table.label)} {_map(table.key)})",
        f"MATCH (other:{escaped(reference.table.label)} {_key_of(reference, 'row')})",
        f"MERGE (n)-[:{escaped(reference.type)}]->(other)  // guessed",
    ]


def relationship_statement(table: Table, reference: Reference) -> Sequence[str]:
    """Lines: the same for all nodes at once."""
    return [
        f"MATCH (n:{escaped(table.label)})",
        f"MATCH (other:{escaped(reference.table.label)} {_key_of(reference, 'n')})",
        f"MERGE (n)-[:{escaped(reference.type)}]->(other)  // guessed",
    ]


def escaped(identifier: str) -> str:
    """In backticks where it has to be."""
    if _SIMPLE.fullmatch(identifier) and identifier.lower() not in _RESERVED:
        return identifier
    return f"`{identifier.replace('`', '``')}`"


def _map(columns: Iterable[Column]) -> str:
    fields = [escaped(column.field) for column in columns]
    return f"{{{', '.join(f'{field}: row.{field}' for field in fields)}}}"


def _key_of(reference: Reference, of: str) -> str:
    [key] = reference.table.key
    return f"{{{escaped(key.field)}: {of}.{escaped(reference.column.field)}}}"
