"""How far a task is, from checkpoint to checkpoint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from etl_host.core.batch import BatchResults, Position, Rows, Statistics, add_statistics
from etl_host.core.checkpoint import Checkpoint, CheckpointKey, CheckpointState


@dataclass(frozen=True)
class Progress:
    """Position and state of one checkpoint, as they are committed."""

    key: CheckpointKey
    owner: str
    at: Position = Position()
    state: CheckpointState = CheckpointState()

    @classmethod
    def stored(cls, key: CheckpointKey, owner: str, origin: int, text: str) -> Progress:
        """The progress that a store holds as ``origin`` and the JSON ``text``."""
        state = CheckpointState.from_json(text)
        return cls(key, owner, Position(origin, state.token), state)

    def including(self, batch: BatchResults[Any], counted: Statistics) -> Progress:
        """The progress once ``batch`` is committed, for which the sink counted ``counted``."""
        position = self._position_after(batch)
        state = CheckpointState(
            finished=False,
            token=position.token,
            upstream=add_statistics(self.state.upstream, batch.statistics),
            counted=add_statistics(self.state.counted, counted),
            balance=self.state.balance + batch.balance_with(counted),
        )
        return replace(self, at=position, state=state)

    def checkpoint(self, batch: BatchResults[Any], rejected: int = 0) -> Checkpoint:
        """What to commit with the rows of ``batch``, without the ``rejected`` rows that the sink refused."""
        refused = {"rejected_rows": rejected} if rejected else {}
        then = self.including(batch, refused)
        return Checkpoint(
            key=self.key,
            owner=self.owner,
            start=self.at.origin,
            position=then.at,
            upstream=then.state.upstream,
            counted=then.state.counted,
            balance=then.state.balance,
        )

    def last_checkpoint(self) -> Checkpoint:
        """What to commit after the last batch: that there is no more."""
        return replace(self.checkpoint(self.nothing()), finished=True)

    def nothing(self) -> BatchResults[Any]:
        """A batch without rows that stays where this progress is."""
        return BatchResults(Rows[Any](), {}, 0, (), self.at)

    def as_batch(self) -> BatchResults[Any]:
        """What earlier attempts committed, as one batch without its rows, so that sums are those of an
        uninterrupted run.
        """
        return replace(
            self.nothing(),
            statistics=self.state.statistics,
            batch_size=self.state.balance.read,
            balance=self.state.balance,
        )

    def _position_after(self, batch: BatchResults[Any]) -> Position:
        """The position of ``batch``, which must lie behind this one, and its rows between the two.

        A source that ignores where to go on, or loses track of it, would otherwise load rows twice or not at all.
        """
        position = batch.position or Position(self.at.origin + batch.batch_size)
        origins = batch.origins or (position.origin, position.origin)
        nothing = not batch.chunk and not batch.batch_size
        stays = position.origin == self.at.origin and nothing
        if stays or (self.at.origin < origins[0] and origins[-1] <= position.origin):
            return position
        raise ValueError(
            f"the source of {self.key.task} gave the rows {origins[0]} to {origins[-1]} and position "
            f"{position.origin}, after position {self.at.origin}: they must advance together, or a load can't go on "
            "exactly where it stopped"
        )
