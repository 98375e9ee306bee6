"""One nasty file, with what must come out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Cell = str | None


@dataclass(frozen=True)
class Case:
    """``rows``: what must come out, as the source gives them. ``rejects``: line and code of each. ``error``: a pattern
    that the message matches; ``rows`` are those before it then. ``unlike_polars``: why polars reads other rows.
    """

    name: str
    content: bytes
    rows: Sequence[dict[str, Cell]] = ()
    options: dict[str, Any] = field(default_factory=dict)
    rejects: Sequence[tuple[int, str]] = ()
    error: str | None = None
    unlike_polars: str | None = None


def rows(*records: Sequence[Cell], header: Sequence[str] = ("id", "name")) -> list[dict[str, Cell]]:
    """Dicts of those records."""
    return [dict(zip(header, record, strict=True)) for record in records]
