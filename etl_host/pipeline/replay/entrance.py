"""Letting each row of a replay pass only the processors that it has not passed before."""

from __future__ import annotations

from collections import deque
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from etl_host.core.batch import Batches, BatchResults, Rows
from etl_host.core.context import ETLContext
from etl_host.core.processor import BatchProcessor
from etl_host.core.task import Task


@dataclass(frozen=True)
class Waiting:
    """A row on its way to where it enters: before the processor of number ``entry``, from 0."""

    entry: int
    row: Any


class Entrance(BatchProcessor[Any]):
    """Stands before the processor of number ``entry``: lets in what enters there or has entered before it.

    Other rows are held in ``held``, with their origins, until ``Rejoin`` lets them pass the processor by.
    """

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any], entry: int) -> None:
        super().__init__(context, task, predecessor)
        self.entry = entry
        self.held = deque[tuple[int, Waiting]]()

    def open(self) -> None:
        self.held.clear()

    def get_batch(self, max_batch_size: int) -> Batches[Any]:
        with self.opened(max_batch_size), closing(self.upstream.get_batch(max_batch_size)) as batches:
            for batch in batches:
                yield self._let_in(batch)

    def _let_in(self, batch: BatchResults[Any]) -> BatchResults[Any]:
        mask = [not isinstance(row, Waiting) or row.entry <= self.entry for row in batch.chunk]
        rows = zip(batch.origins or (), batch.chunk, mask, strict=True)
        self.held.extend((origin, row) for origin, row, enters in rows if not enters)
        kept = batch.keep(mask)
        return kept.with_chunk(Rows(row.row if isinstance(row, Waiting) else row for row in kept.chunk))


class Rejoin(BatchProcessor[Any]):
    """Stands behind a processor: puts the rows that ``entrance`` held back among the others, by their origins."""

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any], entrance: Entrance) -> None:
        super().__init__(context, task, predecessor)
        self._entrance = entrance

    def get_batch(self, max_batch_size: int) -> Batches[Any]:
        """Raises ValueError where the processor has lost the position or the origins of a batch."""
        with self.opened(max_batch_size), closing(self.upstream.get_batch(max_batch_size)) as batches:
            for batch in batches:
                yield self._rejoined(batch)
        if self._entrance.held:
            raise ValueError(f"{self.upstream.label} lost the position of its last batch")

    def _rejoined(self, batch: BatchResults[Any]) -> BatchResults[Any]:
        if batch.origins is None or batch.position is None:
            raise ValueError(f"{self.upstream.label} lost the origins of a batch")
        rows = [*zip(batch.origins, batch.chunk, strict=True)]
        held = self._entrance.held
        while held and held[0][0] <= batch.position.origin:
            rows.append(held.popleft())
        rows.sort(key=lambda numbered: numbered[0])
        return replace(batch, chunk=Rows(row for _, row in rows), origins=[origin for origin, _ in rows])
