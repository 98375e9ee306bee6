"""What can be read from the text of a query, without a parser of Cypher and without a server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from etl_host_neo4j.script import bare, code_of

_NAME = r"(?:[^\W\d]\w*|`(?:[^`]|``)+`)"
_NODE = rf"\(\s*(?:{_NAME})?\s*:\s*(?P<label>{_NAME})"

# A node alone: of a path, MERGE looks for all of it, and no constraint on one end helps.
_MERGE = re.compile(
    rf"\bMERGE\s*{_NODE}(?:\s*[:&]\s*{_NAME})*\s*\{{(?P<map>[^{{}}]*)\}}\s*\)(?!\s*[-<])", re.IGNORECASE
)
_MERGED_PATH = re.compile(r"\bMERGE\s*(?:\w+\s*=\s*)?\((?:[^()]|\([^()]*\))*\)\s*[-<]", re.IGNORECASE)
_LABELLED = re.compile(rf"{_NODE}(?:\s*[:&]\s*{_NAME})*\s*(?:\{{(?P<map>[^{{}}]*)\}})?", re.IGNORECASE)
_UNCLEAR = re.compile(r"\b(CALL|FOREACH|WHERE|DELETE|REMOVE)\b|\(\s*\)", re.IGNORECASE)
_MAP_KEY = re.compile(rf"(?:^|,)\s*({_NAME})\s*:")
_CONSTRAINT = re.compile(
    rf"\bFOR\s*{_NODE}\s*\)\s*REQUIRE\s*(?P<keys>[^()]+|\([^()]+\))\s*IS\s+(?:NODE\s+)?(?:UNIQUE|KEY)\b", re.IGNORECASE
)
_PROPERTY = re.compile(rf"\.\s*({_NAME})")
_SCHEMA = re.compile(
    r"(CYPHER\s+(\d\S*\s+|\w+\s*=\s*\w+\s+)*)?"
    r"(CREATE|DROP)\s+(OR\s+REPLACE\s+)?([A-Z]+\s+)?(CONSTRAINT|INDEX)\b",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"\b(CREATE|INSERT|MERGE|SET|DELETE|REMOVE|DROP|FOREACH|CALL)\b", re.IGNORECASE)
_PARAMETER = re.compile(rf"\$({_NAME})")
_ROWS = re.compile(rf"\bUNWIND\s+\$batch\s+AS\s+({_NAME})", re.IGNORECASE)


class Key(NamedTuple):
    """Properties that together tell nodes of one label apart."""

    label: str
    properties: frozenset[str]


def merged_keys(query: str) -> list[Key]:
    """By which keys the query merges single nodes, each once."""
    found = (_key(match["label"], _MAP_KEY.findall(match["map"])) for match in _MERGE.finditer(bare(query)))
    return [*dict.fromkeys(key for key in found if key.properties)]


def merges_relationships(query: str) -> bool:
    """Whether it merges a path, which takes locks beyond the two nodes when it is committed."""
    return bool(_MERGED_PATH.search(bare(query)))


def keys_of_rows(query: str) -> dict[str, list[str]]:
    """Which nodes the query matches or merges by which fields of a row, by label; none where that can't be told.

    It can where each node that has a label has a map, and in that one field of the row.
    """
    text = bare(query)
    rows = _ROWS.findall(text)
    if len(rows) != 1 or _UNCLEAR.search(text):
        return {}
    found: dict[str, dict[str, None]] = {}
    for match in _LABELLED.finditer(text):
        field = rf":\s*{re.escape(rows[0])}\s*\.\s*({_NAME})"
        values = re.findall(rf"{field}\s*(?=,|$)", match["map"] or "")
        if len(values) != 1 or len(re.findall(field, match["map"])) != 1:  # else it is part of an expression
            return {}
        found.setdefault(_plain(match["label"]), {})[_plain(values[0])] = None
    return {label: [*fields] for label, fields in found.items()} if 0 < sum(map(len, found.values())) < 3 else {}


def constrained_keys(statement: str) -> Iterator[Key]:
    """The keys that the statement makes unique."""
    text = bare(statement)
    if changes_schema(text):
        for match in _CONSTRAINT.finditer(text):
            yield _key(match["label"], _PROPERTY.findall(match["keys"]))


def changes_schema(query: str) -> bool:
    """Whether it makes or drops a constraint or an index."""
    return bool(_SCHEMA.match(query))


def only_reads(query: str) -> bool:
    """Whether none of the words is in it without which nothing is changed."""
    return not _CHANGES.search(code_of(query))


def parameters_in(query: str) -> list[str]:
    """The names of the parameters that it uses, each once."""
    return [*dict.fromkeys(_plain(name) for name in _PARAMETER.findall(bare(query)))]


def fields_in(query: str) -> list[str]:
    """The fields of rows that it uses by name, each once; none where that can't be told for sure."""
    text = bare(query)
    rows = _ROWS.findall(text)
    if len(rows) != 1 or len(re.findall(rf"\bAS\s+{re.escape(rows[0])}(?!\w)", text, re.IGNORECASE)) != 1:
        return []
    used = re.findall(rf"(?<![\w.`$]){re.escape(rows[0])}\s*\.\s*({_NAME})(?!\s*[(\w])", text)
    return [*dict.fromkeys(_plain(name) for name in used)]


def _key(label: str, names: list[str]) -> Key:
    return Key(_plain(label), frozenset(map(_plain, names)))


def _plain(name: str) -> str:
    """A name without its backticks."""
    return name[1:-1].replace("``", "`") if name.startswith("`") else name
