"""From the first rows of files to what ``init`` writes about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from etl_host.cli.starter.keys import guess_key
from etl_host.cli.starter.references import find_references, in_order
from etl_host.cli.starter.table import Column, Sample, Table
from etl_host.cli.starter.types import type_of
from etl_host.cli.starter.words import class_name, field_name, unique, words_of
from etl_host.core.files.location import FileLocation

CONSTRAINTS: Final = "constraints"
RELATIONSHIPS: Final = "relationships"
"""The names of the tasks that belong to no file."""


def tables_of(samples: Sequence[Sample]) -> list[Table]:
    """A table for each sample, in an order in which they can be loaded."""
    tables: list[Table] = []
    names, labels = {CONSTRAINTS, RELATIONSHIPS}, set[str]()
    for sample in samples:
        words = words_of(_stem(sample.file)) or ["row"]
        name, label = unique(" ".join(words), names, " "), class_name(words, labels)
        names.add(name)
        labels.add(label)
        columns = _columns(sample)
        key = guess_key(label, columns)
        for column in key:
            column.nullable = False  # also where there is no row that shows it
        tables.append(Table(sample, name, label, columns, key))
    find_references(tables)
    return in_order(tables)


def _stem(file: str) -> str:
    """``stops`` for ``stops.csv.gz``."""
    name = FileLocation(file).name
    return name.split(".")[0] if name.split(".")[0] else name


def _columns(sample: Sample) -> list[Column]:
    columns: list[Column] = []
    taken: set[str] = set()
    for number, name in enumerate(sample.columns, 1):
        field = field_name(name, number, taken)
        taken.add(field)
        values = [row.get(name) for row in sample.rows]
        present = [value for value in values if value is not None]
        columns.append(Column(name, field, type_of(present), present, len(present) < len(values) or not values))
    return columns
