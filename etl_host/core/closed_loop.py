"""The end of a chain: pulls it through."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

from etl_host.core.batch import Balance, Batches, BatchResults, add_statistics
from etl_host.core.processor import BatchProcessor

if TYPE_CHECKING:
    from etl_host.core.context import ETLContext
    from etl_host.core.task import Task


class ClosedLoopBatchProcessor(BatchProcessor[Any]):
    """Pulls every batch and tells the task of each, then yields one result: the sum.

    Everything is closed by then, so ``next(end.get_batch(size))`` is all that a caller needs.
    """

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any]) -> None:
        super().__init__(context, task, predecessor)

    def get_batch(self, max_batch_size: int) -> Batches[Any]:
        total = BatchResults[Any]((), {}, 0, (), None, Balance())
        try:
            with closing(self.upstream.get_batch(max_batch_size)) as batches:
                for batch in batches:
                    total = _sum(total, batch)
                    self.task.committed(batch)
        finally:
            self.task.close_rejects()
        yield total


def _sum(total: BatchResults[Any], batch: BatchResults[Any]) -> BatchResults[Any]:
    return BatchResults(
        chunk=(),
        statistics=add_statistics(total.statistics, batch.statistics),
        batch_size=total.batch_size + batch.batch_size,
        origins=(),
        position=batch.position,
        balance=(total.balance or Balance()) + (batch.balance or Balance()),
    )
