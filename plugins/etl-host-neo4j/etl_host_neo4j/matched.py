"""Rows that a query did nothing for, where it tells which or how many it matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from etl_host import QueryRefused, RowError, RowsRefused, Statistics
from etl_host_neo4j.counters import counted

if TYPE_CHECKING:
    import neo4j

OnUnmatched: TypeAlias = Literal["ignore", "warn", "reject"]

MATCHED = "matched"
"""The column with the indices in ``$batch`` of rows that matched, each a number or a list of them."""

ROWS = "rows"
"""The column with how many rows matched; of several records, the sum counts."""

_NUMBERED = f"UNWIND range(0, size($batch) - 1) AS i WITH i, $batch[i] AS row … RETURN i AS {MATCHED}"

NOTHING_MATCHED = RowError("it matched nothing", code="unmatched")


@dataclass(frozen=True)
class Outcome:
    """What one query did. ``indices``, or at least ``rows``: those that matched; None where it does not tell."""

    changes: Statistics
    indices: frozenset[int] | None = None
    rows: int | None = None

    @classmethod
    def of(cls, result: neo4j.Result, given: int) -> Outcome:
        """The outcome of a query that was given so many rows. Raises QueryRefused where what it tells can't be."""
        columns = result.keys()
        indices, rows = None, None
        if MATCHED in columns:
            indices = frozenset(_numbers(record[MATCHED] for record in result))
            if wrong := indices.difference(range(given)):
                raise QueryRefused(
                    f"the query returns {min(wrong)} as matched; of {given} rows the first is 0, the last {given - 1}",
                    remedy=f"number the rows in $batch: {_NUMBERED}",
                )
        elif ROWS in columns:
            rows = sum(_numbers(record[ROWS] for record in result))
        return cls(counted(result.consume().counters), indices, rows)

    @property
    def tells(self) -> bool:
        """Whether it is known of how many rows nothing matched."""
        return self.indices is not None or self.rows is not None

    def unmatched(self, given: int) -> int:
        """How many of ``given`` rows matched nothing, as far as is told."""
        matched = self.rows if self.indices is None else len(self.indices)
        return 0 if matched is None else max(0, given - matched)


def refuse_unmatched(outcomes: Iterable[Outcome], given: int) -> None:
    """Raise RowsRefused, with each of ``given`` rows that a query did not match; QueryRefused where none tells."""
    told = [outcome.indices for outcome in outcomes if outcome.indices is not None]
    if not told:
        raise QueryRefused(
            f"on_unmatched is reject, and the query returns no {MATCHED}",
            remedy=f"return which rows matched: {_NUMBERED}",
        )
    if rows := [row for row in range(given) if not all(row in indices for indices in told)]:
        message = f"{len(rows):,} of {given:,} rows matched nothing"
        raise RowsRefused(message, NOTHING_MATCHED, rows=dict.fromkeys(rows, NOTHING_MATCHED))


def _numbers(values: Iterable[Any]) -> Iterator[int]:
    for value in values:
        match value:
            case None:
                continue
            case bool():
                raise QueryRefused(f"the query returns {value} where a number of a row is wanted")
            case int():
                yield value
            case list():
                yield from _numbers(value)
            case _:
                raise QueryRefused(f"the query returns a {type(value).__name__} where a number of a row is wanted")
