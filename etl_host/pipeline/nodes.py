"""What a YAML file consists of, each part with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from etl_host.pipeline.problems import Place

Value: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, eq=False)
class Scalar:
    """One value.

    ``text``: as it is written, without quotes. ``dollars``: the places of the ``$`` of each ``${`` in it.
    """

    value: Value
    text: str
    place: Place
    last_line: int
    dollars: Sequence[Place] = ()


@dataclass(frozen=True, eq=False)
class Items:
    """A list."""

    items: Sequence[Node]
    place: Place
    last_line: int


@dataclass(frozen=True, eq=False)
class Fields:
    """A mapping; ``keys`` are the places of its keys."""

    values: Mapping[str, Node]
    keys: Mapping[str, Place]
    place: Place
    last_line: int

    def get(self, key: str) -> Node | None:
        """The value of ``key``; None where there is none, or it is written as empty."""
        node = self.values.get(key)
        return None if is_empty(node) else node


Node: TypeAlias = Scalar | Items | Fields


def is_empty(node: Node | None) -> bool:
    """Whether nothing is written there: ``key:`` or ``key: null``."""
    return node is None or (isinstance(node, Scalar) and node.value is None)


def find(node: Node, path: Sequence[str | int]) -> Node:
    """The innermost part of ``node`` on ``path`` that is written; parts of the path that aren't are skipped."""
    for part in path:
        match node:
            case Fields(values=values) if part in values:
                node = values[str(part)]
            case Items(items=items) if isinstance(part, int) and part < len(items):
                node = items[part]
    return node
