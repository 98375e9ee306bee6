"""Writing with checkpoints as a delivery does, one step at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from etl_host.core.batch import Balance, BatchResults, Position, Rows, Statistics, add_statistics
from etl_host.core.checkpoint import Checkpoint, CheckpointKey, CheckpointState, Run
from etl_host.core.sink import Sink
from etl_host.core.store import CheckpointStore


def batch_of(rows: Sequence[Any], after: int = 0) -> BatchResults[Any]:
    """A batch of ``rows`` as a source gives it behind the origin ``after``."""
    last = after + len(rows)
    return BatchResults(Rows(rows), {"rows_read": len(rows)}, len(rows), range(after + 1, last + 1), Position(last))


class Attempt:
    """Of the owner of ``run``, at the task of ``sink``; the checkpoint, of that ``bucket``, is taken over."""

    def __init__(self, sink: Sink[Any], run: Run, *, bucket: int = 0) -> None:
        self.sink = sink
        self.run = run
        self.key = CheckpointKey(run.id, sink.task.name, 0, bucket)
        self.stored()

    @property
    def store(self) -> CheckpointStore:
        """The sink's."""
        store = self.sink.store
        assert store is not None, "the sink has no store with these options"
        return store

    def stored(self) -> tuple[int, CheckpointState]:
        """Position and state as they are in the store."""
        origin, state = self.store.take_over(self.run, [self.key])[self.key]
        return origin, CheckpointState.from_json(state)

    def checkpoint(self, batch: BatchResults[Any], **changes: Any) -> Checkpoint:
        """What is to be committed with ``batch``, the next one."""
        assert batch.position is not None
        origin, state = self.stored()
        rows = batch.batch_size
        checkpoint = Checkpoint(
            key=self.key,
            owner=self.run.owner,
            start=origin,
            position=batch.position,
            upstream=add_statistics(state.upstream, batch.statistics),
            counted=state.counted,
            balance=state.balance + Balance(rows, rows),
        )
        return replace(checkpoint, **changes)

    def write(self, batch: BatchResults[Any]) -> Statistics:
        """Write the next batch."""
        return self.sink.write(batch, self.checkpoint(batch))
