"""Finding the rows of a batch that the target refuses, by trying parts of the batch.

Rows that are refused by themselves are found by halving: a part that is accepted is innocent, one that is refused is
halved again. Halving finds nobody where rows are refused only together, such as two with one key: each half is
accepted. Then prefixes are tried, and the row that turns an accepted prefix into a refused one is to blame.

A row costs at most 2·⌈log2(n)⌉ trials of n rows, and ⌈log2(n)⌉ + 1 where it is refused only together with others.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from etl_host.core.rejects import RowError

Trial: TypeAlias = Callable[[Sequence[int]], RowError | None]
"""Tries the rows at these indices, in their order, and nothing is kept of it: why they were refused, if they were."""


def refused_alone(rows: Sequence[int], trial: Trial) -> Iterator[tuple[int, RowError]]:
    """Those of ``rows``, which were refused as a whole, that are refused by themselves, in order."""
    for part in _halves(rows):
        if (reason := trial(part)) is None:
            continue
        if len(part) == 1:
            yield part[0], reason
        else:
            yield from refused_alone(part, trial)


def refused_after_others(rows: Sequence[int], trial: Trial, reason: RowError) -> tuple[int, RowError]:
    """The first of ``rows``, which were refused as a whole with ``reason``, that is refused after those before it."""
    reasons = {len(rows): reason}

    def is_refused(length: int) -> bool:
        if length not in reasons and (why := trial(rows[:length])) is not None:
            reasons[length] = why
        return length in reasons

    length = bisect_left(range(len(rows)), True, lo=1, key=is_refused)
    return rows[length - 1], reasons[length]


def _halves(rows: Sequence[int]) -> Sequence[Sequence[int]]:
    middle = len(rows) // 2
    return (rows[:middle], rows[middle:]) if middle else (rows,)
