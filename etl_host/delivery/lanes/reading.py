"""How far the source of a task in lanes is read, which each of its buckets stores beside its own progress.

Buckets are committed in any order. Whichever is behind the others tells where the source begins again, so each keeps
what is known of the source up to its own position, in the place of the source's token.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from etl_host.core.batch import Balance, BatchResults, Position
from etl_host.core.checkpoint import CheckpointState
from etl_host.delivery.lanes.split import SPLIT, is_split, split_otherwise
from etl_host.delivery.progress import Progress


@dataclass(frozen=True)
class Reading:
    """How far the source is read, as if all that it gave were written.

    ``batches``: how many it gave since it began, in this attempt.
    """

    progress: Progress
    batches: int = 0

    @property
    def lost(self) -> int:
        """How many of its rows never reached the sink: validators dropped or rejected them."""
        return self.progress.state.balance.read - self.progress.state.balance.written

    def including(self, batch: BatchResults[Any]) -> Reading:
        """The same, once ``batch`` is read. Raises ValueError where the source has lost its place."""
        return Reading(self.progress.including(batch, {}), self.batches + 1)

    def position(self, recorded: Any) -> Position:
        """The position of a bucket that has all its rows up to here; ``recorded``: how rows come into buckets."""
        at, balance = self.progress.at, self.progress.state.balance
        token = {"token": at.token, "read": balance.read, "reached": balance.written, SPLIT: recorded}
        return replace(at, token=token)


def stored_readings(buckets: Sequence[Progress], recorded: Any) -> list[Progress]:
    """The progress of the source that each of ``buckets`` stores; the rest is as it is in the bucket.

    Raises RunRefused where something is committed by another split.
    """
    readings = []
    for bucket in buckets:
        token = bucket.at.token
        if bucket.at.origin and (not is_split(bucket) or token[SPLIT] != recorded):
            raise split_otherwise(bucket.key)
        token = token or {"token": None, "read": 0, "reached": 0}
        read, reached = token["read"], token["reached"]
        state = replace(bucket.state, balance=Balance(read, reached, 0, read - reached))
        readings.append(replace(bucket, at=Position(bucket.at.origin, token["token"]), state=state))
    return readings


def reading_of(stored: Progress) -> Reading:
    """Where the source begins again: ``stored`` is the lowest of the stored readings."""
    state = CheckpointState(upstream=stored.state.upstream, balance=stored.state.balance)
    return Reading(Progress(stored.key, stored.owner, stored.at, state))
