"""Writing the batches of one bucket of a task."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from etl_host.core.batch import Balance, BatchResults
from etl_host.core.rejects import RowError
from etl_host.delivery.writing.retry import write_until_committed
from etl_host.delivery.writing.writer import BatchWriter


class BucketWriter(BatchWriter):
    """Writes what belongs to one bucket; ``others`` write the rest of the task, in other threads."""

    others: Sequence[BucketWriter] = ()

    @property
    def read(self) -> int:
        """How many rows the source had given up to where this bucket is."""
        token = self.progress.at.token
        return int(token["read"]) if token else 0

    @property
    def lost(self) -> int:
        """How many of them never reached the sink."""
        token = self.progress.at.token
        return self.read - int(token["reached"]) if token else 0

    def judge(self, balance: Balance, *, ended: bool = False, why: RowError | None = None) -> None:
        """Raise AllRejected where it can't be the rows that are wrong, since those of other buckets are as well.

        Before rows of this bucket are refused nothing can be said: others are being written.
        """
        if why is not None:
            others = [writer.progress.state.balance for writer in self.others if writer is not self]
            super().judge(sum(others, balance), ended=ended, why=why)

    def end(self, batch: BatchResults[Any]) -> None:
        """Store that there is no more to come; ``batch`` has no rows."""
        self.sink.task.rejects.sync()  # a chain that was read again has rejects, though perhaps no new rows
        last = replace(self.progress.checkpoint(batch), finished=True)
        counted = write_until_committed(self.sink, batch, last, self.retry_time)
        self.progress = self.progress.including(batch, counted)
