"""A file as ``init`` sees it: its columns, and what its rows may become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Sample:
    """The first rows of ``file``, read by ``source`` with ``options``.

    ``file``: as it was named. ``whole``: there are no more. ``rejected``: how many more the source set aside.
    """

    file: str
    source: str
    options: Mapping[str, Any]
    columns: Sequence[str]
    rows: Sequence[Mapping[str, Any]]
    whole: bool = True
    rejected: int = 0


@dataclass(eq=False)
class Column:
    """``name``: in rows; ``field``: in the model. ``type``: as written in Python. ``values``: those in the sample."""

    name: str
    field: str
    type: str
    values: Sequence[object]
    nullable: bool

    @cached_property
    def distinct(self) -> frozenset[object]:
        """Its values, each once."""
        return frozenset(self.values)


@dataclass(eq=False)
class Reference:
    """``column`` holds the key of a node of ``table``. ``type``: of the relationship."""

    column: Column
    table: Table
    type: str


@dataclass(eq=False)
class Table:
    """``label``: of its nodes, and the name of its model. ``key``: guessed; empty where rows can't be told apart."""

    sample: Sample
    name: str
    label: str
    columns: Sequence[Column]
    key: Sequence[Column] = ()
    references: list[Reference] = field(default_factory=list)
