"""What travels along a chain: a batch of rows, where they came from, and what was counted."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress, pairwise
from typing import Any, Generic, TypeAlias, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
R = TypeVar("R")

Row: TypeAlias = dict[str, Any]
"""One row: field names and values."""

Statistics: TypeAlias = Mapping[str, float]
"""Counts by name. Two of them are summed key by key."""


def add_statistics(*parts: Statistics) -> dict[str, float]:
    """The sum of ``parts``, key by key, in the order in which the keys first appear."""
    total: dict[str, float] = {}
    for part in parts:
        for key, value in part.items():
            total[key] = total.get(key, 0) + value
    return total


class Rows(list[T]):
    """A list whose ``repr`` is short.

    The Neo4j driver builds the ``repr`` of all query parameters on every query, also when nothing is logged;
    for a plain list of rows that costs more than sending them. It also keeps row values out of debug logs.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} rows>"


@dataclass(frozen=True)
class Position:
    """How far a source has been consumed.

    ``origin``: every row whose origin is at most this one is consumed; 0 means none.
    ``token``: plain JSON, the source's own: what it needs to restart at or before this position, and to see
    that the part consumed has changed since. ``share``: the consumed part of the input, 0 to 1, where the
    source knows it.
    """

    origin: int = 0
    token: Any = None
    share: float | None = None


@dataclass(frozen=True)
class Balance:
    """What became of the source's rows: ``read = written + rejected + dropped``. Each row counts once."""

    read: int = 0
    written: int = 0
    rejected: int = 0
    dropped: int = 0

    def __add__(self, other: Balance) -> Balance:
        return Balance(
            self.read + other.read,
            self.written + other.written,
            self.rejected + other.rejected,
            self.dropped + other.dropped,
        )


@dataclass(frozen=True, eq=False)
class BatchResults(Generic[T_co]):
    """One batch of rows on its way along a chain. Frozen: a processor passes on a changed copy.

    ``chunk``: the rows. ``statistics``: counts of this batch only; they are summed on the way to the summary.
    ``batch_size``: how many rows the source read for this batch, whatever became of them since.
    ``origins``: ``origins[i]`` is the line or record that ``chunk[i]`` came from, ascending; rows derived
    from one row share its origin; ``None`` where the source does not number its rows. ``position``:
    "everything up to here has been read", also when ``chunk`` is empty. ``balance``: set by the delivery once
    the batch is committed.
    """

    chunk: Sequence[T_co]
    statistics: Statistics
    batch_size: int
    origins: Sequence[int] | None = None
    position: Position | None = None
    balance: Balance | None = None

    def __post_init__(self) -> None:
        if self.origins is not None and len(self.origins) != len(self.chunk):
            raise ValueError(f"{len(self.origins)} origins for {len(self.chunk)} rows")

    def with_chunk(self, rows: Sequence[R], **statistics: float) -> BatchResults[R]:
        """The same rows, changed: row i came from row i. ``statistics`` are added to those of the batch.

        Raises ValueError where the number of rows differs: ``keep`` drops rows, ``expand`` makes more of them.
        """
        if len(rows) != len(self.chunk):
            raise ValueError(f"{len(rows)} rows for {len(self.chunk)}: use keep() for fewer rows, expand() for more")
        return self._with_rows(rows, self.origins, statistics)

    def keep(self, mask: Sequence[bool], **statistics: float) -> BatchResults[T_co]:
        """The rows whose place in ``mask`` is true. Nothing is copied when that is all of them."""
        if len(mask) != len(self.chunk):
            raise ValueError(f"a mask of {len(mask)} for {len(self.chunk)} rows")
        batch = replace(self, statistics=self._added(statistics)) if statistics else self
        if all(mask):
            return batch
        origins = None if self.origins is None else list(compress(self.origins, mask))
        return replace(batch, chunk=Rows(compress(self.chunk, mask)), origins=origins)

    def expand(self, rows: Sequence[R], parents: Sequence[int], **statistics: float) -> BatchResults[R]:
        """Other rows, any number: ``rows[i]`` came from ``chunk[parents[i]]``. ``parents`` ascends."""
        if len(rows) != len(parents):
            raise ValueError(f"{len(parents)} parents for {len(rows)} rows")
        if any(after < before for before, after in pairwise(parents)):
            raise ValueError("parents must ascend, so that the origins do")
        if parents and not 0 <= parents[0] <= parents[-1] < len(self.chunk):
            raise ValueError(f"parents must be between 0 and {len(self.chunk) - 1}, the rows of the batch")
        origins = None if self.origins is None else [self.origins[parent] for parent in parents]
        return self._with_rows(rows, origins, statistics)

    def _with_rows(self, rows: Sequence[R], origins: Sequence[int] | None, statistics: Statistics) -> BatchResults[R]:
        return BatchResults(rows, self._added(statistics), self.batch_size, origins, self.position, self.balance)

    def _added(self, statistics: Statistics) -> Statistics:
        return add_statistics(self.statistics, statistics) if statistics else self.statistics

    def balance_with(self, counted: Statistics) -> Balance:
        """What has become of the source's rows, once these are written and the sink has counted ``counted``."""
        written = len(self.chunk) if self.origins is None else len(set(self.origins))
        written = min(written, self.batch_size)
        rejected_rows = int(self.statistics.get("rejected_rows", 0) + counted.get("rejected_rows", 0))
        rejected = min(rejected_rows, self.batch_size - written)
        return Balance(self.batch_size, written, rejected, self.batch_size - written - rejected)

    def committed(self, counted: Statistics) -> BatchResults[T_co]:
        """This batch, once its rows are written: with what the sink counted, and its balance."""
        statistics = add_statistics(self.statistics, counted)
        return replace(self, statistics=statistics, balance=self.balance_with(counted))


Batches: TypeAlias = Generator[BatchResults[T], None, None]
"""What every processor's ``get_batch`` returns; closing it closes the processors before it."""
