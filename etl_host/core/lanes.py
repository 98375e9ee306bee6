"""How the rows of a task may be split, so that several of its batches can be written at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Lanes:
    """So many writers at once, each of rows that have no key in common with those of the others.

    ``count``: how many, 1 or more; None for as many as this machine and the input justify. ``keys``: names of fields,
    by what they are keys of: ``{"stop": ("stop_id",)}`` where each row is about one node, ``{"trip": ("trip_id",),
    "stop": ("stop_id",)}`` or ``{"stop": ("from_id", "to_id")}`` where each is a relationship between two; empty where
    the sink is to find them. Raises ValueError for other numbers of them.
    """

    count: int | None
    keys: Mapping[str, Sequence[str]]

    def __post_init__(self) -> None:
        if self.count is not None and self.count < 1:
            raise ValueError(f"{self.count} lanes: there must be 1 or more")
        if self.keys and len(self.ends) not in (1, 2):
            raise ValueError("lanes want one key for rows that are nodes, two for relationships")

    @property
    def ends(self) -> Sequence[tuple[str, str]]:
        """What each row is about, one node or the two ends of a relationship: of what kind, and in which field."""
        return [(kind, field) for kind, fields in self.keys.items() for field in fields]
