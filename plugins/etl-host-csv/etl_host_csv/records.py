"""What a text file holds: records, one after the other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from etl_host import RowError


@dataclass
class Records:
    """Some records, one after the other.

    ``rows``: dicts, or what was found instead of a row; ``errors`` says what is wrong with ``rows[i]``.
    ``origins``: the lines on which they begin, counted over all files.
    """

    rows: list[Any] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    errors: dict[int, Sequence[RowError]] = field(default_factory=dict)


class RecordTable(Protocol):
    """The records of one file. Methods raise InputError, InputChanged.

    ``header``: the names of its columns, None where it has none; ``keys``: those of its rows, where it has a header.
    """

    header: list[str] | None

    @property
    def keys(self) -> list[str]: ...

    def read(self, records: Records, count: int) -> bool:
        """Append the next records, at most so many; returns whether there was anything left, if only blank lines.

        An error is raised after the records before it are appended.
        """
        ...

    def pass_over(self, lines: int = sys.maxsize) -> None:
        """Go on after that line; by default, at the end. Those before it were loaded earlier."""
        ...

    def skip(self, origin: int) -> None:
        """Go on after the record with that origin, where there is nothing to compare with."""
        ...
