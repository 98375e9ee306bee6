"""Which columns hold the keys of other files' rows: guessed from their names and values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl_host.cli.starter.table import Column, Reference, Table
from etl_host.cli.starter.types import ANY, TEXT
from etl_host.cli.starter.words import ends_with, unique, words_of

_SAY_NOTHING = frozenset({"code", "id", "key", "name", "no", "nr", "number", "uuid"})


def find_references(tables: Sequence[Table]) -> None:
    """Add to each table its references; columns that refer to a key become of its type, or both of a common one."""
    for table in tables:
        taken: set[str] = set()
        for reference in _found(table, tables):
            reference.type = unique(reference.type, taken, "_")
            taken.add(reference.type)
            table.references.append(reference)
    pairs = [(one.column, one.table.key[0]) for table in tables for one in table.references]
    while different := [pair for pair in pairs if pair[0].type != pair[1].type]:
        for pair in different:
            common = TEXT if all(isinstance(value, str) for column in pair for value in column.values) else ANY
            for column in pair:
                column.type = common


def in_order(tables: Sequence[Table]) -> list[Table]:
    """The tables, each after those that it refers to, as far as that can be."""
    ordered: list[Table] = []
    rest = list(tables)
    while rest:
        ready = (table for table in rest if all(one.table in [*ordered, table] for one in table.references))
        ordered.append(next(ready, rest[0]))
        rest.remove(ordered[-1])
    return ordered


def _found(table: Table, tables: Sequence[Table]) -> Iterator[Reference]:
    for column in table.columns:
        for other in tables:
            if len(other.key) == 1 and _may_refer(table, column, other) and _has_values_of(column, other.key[0]):
                yield Reference(column, other, _type(column))
                break


def _may_refer(table: Table, column: Column, other: Table) -> bool:
    words, key = words_of(column.name), words_of(other.key[0].name)
    if len(key) == 1 and key[0] in _SAY_NOTHING:
        key = [*words_of(other.label), *key]
    if table is other and column is other.key[0]:
        return False
    if list(table.key) == [column] and words == key:  # each the other's: a row here goes with a row there
        return other.sample.file < table.sample.file
    return ends_with(words, key)


def _has_values_of(column: Column, key: Column) -> bool:
    """Whether some values are keys. Without values the names have to do."""
    if ANY in (column.type, key.type):
        return False
    return not column.values or not key.values or not column.distinct.isdisjoint(key.distinct)


def _type(column: Column) -> str:
    """``FROM_STOP`` for ``from_stop_id``."""
    words = words_of(column.name)
    meaningful = words[:-1] if len(words) > 1 and words[-1] in _SAY_NOTHING else words
    return "_".join(meaningful).upper()
