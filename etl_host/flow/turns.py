"""Which bucket is the next to be written, when a lane is free."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Any


def whose_turn(
    claims: Sequence[AbstractSet[Any]],
    busy: Collection[int],
    waiting: Sequence[float],
    *,
    overdue: Iterable[int] = (),
    least: float = 0,
) -> int | None:
    """A bucket that has nothing in common with those that are ``busy``; None where there is none.

    Of each bucket, ``claims`` and ``waiting`` tell what it may share with others, and how much there is to write.
    First come those that are ``overdue``, in their order: what they wait for nobody else may take before them. Then
    the one with most to write, if that is at least ``least``.
    """
    taken = set[Any]().union(*(claims[bucket] for bucket in busy))
    for bucket in overdue:
        if bucket in busy:
            continue
        if not waiting[bucket] or taken.isdisjoint(claims[bucket]):
            return bucket
        taken |= claims[bucket]
    free = [
        bucket
        for bucket, much in enumerate(waiting)
        if much and much >= least and bucket not in busy and taken.isdisjoint(claims[bucket])
    ]
    return max(free, key=waiting.__getitem__, default=None)
