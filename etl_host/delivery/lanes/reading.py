"""How far the source of a task in lanes is read, which each of its buckets stores beside its own progress.

Buckets are committed in any order. Whichever is behind the others tells where the source begins again, so each keeps
what is known of the source up to its own position, in the place of the source's token.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from etl_host.core.batch import Balance, BatchResults, Position
from etl_host.core.checkpoint import CheckpointKey, CheckpointState
from etl_host.core.errors import RunRefused
from etl_host.delivery.progress import Progress
from etl_host.delivery.runs.plan import BEGIN_AGAIN

_SPLIT: Final = "lanes"


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

    def position(self, split: Any) -> Position:
        """The position of a bucket that has all its rows up to here; ``split``: how rows come into buckets."""
        at, balance = self.progress.at, self.progress.state.balance
        token = {"token": at.token, "read": balance.read, "reached": balance.written, _SPLIT: split}
        return replace(at, token=token)


def stored_readings(buckets: Sequence[Progress], split: Any) -> list[Progress]:
    """The progress of the source that each of ``buckets`` stores; the rest is as it is in the bucket.

    Raises RunRefused where something is committed by another split.
    """
    readings = []
    for bucket in buckets:
        token = bucket.at.token
        if bucket.at.origin and (not _is_split(bucket) or token[_SPLIT] != split):
            raise _split_otherwise(bucket.key)
        token = token or {"token": None, "read": 0, "reached": 0}
        read, reached = token["read"], token["reached"]
        state = replace(bucket.state, balance=Balance(read, reached, 0, read - reached))
        readings.append(replace(bucket, at=Position(bucket.at.origin, token["token"]), state=state))
    return readings


def refuse_lanes(progress: Progress) -> None:
    """Raise RunRefused where ``progress``, of a task without lanes, was stored by one in lanes."""
    if _is_split(progress):
        raise _split_otherwise(progress.key)


def refuse_other_buckets(keys: Sequence[CheckpointKey], committed: Iterable[CheckpointKey]) -> None:
    """Raise RunRefused where something of the same task is ``committed`` that is in none of the buckets ``keys``."""
    for key in committed:
        if key.task == keys[0].task and key not in keys:
            raise _split_otherwise(key)


def _is_split(progress: Progress) -> bool:
    return isinstance(progress.at.token, dict) and _SPLIT in progress.at.token


def _split_otherwise(key: CheckpointKey) -> RunRefused:
    return RunRefused(
        f"rows of task {key.task} are committed in other lanes than it has now",
        remedy=f"undo the change of lanes to go on, or {BEGIN_AGAIN}",
    )


def reading_of(stored: Progress) -> Reading:
    """Where the source begins again: ``stored`` is the lowest of the stored readings."""
    state = CheckpointState(upstream=stored.state.upstream, balance=stored.state.balance)
    return Reading(Progress(stored.key, stored.owner, stored.at, state))
