"""Batches as large as the target likes them: they grow as long as that makes the load faster."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from etl_host.core.batch import Batches, BatchResults, Rows, T, add_statistics
from etl_host.core.processor import BatchProcessor
from etl_host.core.room import BatchRoom

if TYPE_CHECKING:
    from etl_host.core.context import ETLContext
    from etl_host.core.task import Task

log = logging.getLogger(__name__)

SMALLEST: Final = 1_000
LARGEST: Final = 32_000
_TRIALS: Final = 3
"""So many batches of a size are timed; the fastest counts, as whatever else the machine does only slows."""

_GAIN: Final = 1.05
"""By so much larger batches must be faster, or they are not worth their memory."""


class Growth:
    """The size of the next batch, by how fast those before it were: doubled until that gains nothing."""

    def __init__(self, smallest: int = SMALLEST, largest: int = LARGEST) -> None:
        self.size = smallest
        self._largest = largest
        self._best = 0.0
        self._rates: list[float] = []
        self._settled = False

    def took(self, rows: int, seconds: float) -> None:
        """A batch of so many rows took so long; one that is far from full tells nothing."""
        if self._settled or seconds <= 0 or rows < self.size:
            return
        self._rates.append(rows / seconds)
        if len(self._rates) < _TRIALS:
            return
        rate = max(self._rates)
        self._rates.clear()
        if rate < self._best * _GAIN:
            self.size //= 2
            self._settled = True
        elif self.size * 2 > self._largest:
            self._settled = True
        else:
            self._best = rate
            self.size *= 2
        log.debug("%s rows a second: batches of %s rows from now on", f"{rate:,.0f}", f"{self.size:,}")


class Adaptive(BatchProcessor[T]):
    """Joins batches to larger ones, of which it sees how long whoever asks takes for each.

    A batch that is joined is one of whole batches, so that its position is one of the source's.
    """

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any]) -> None:
        super().__init__(context, task, predecessor)
        self.label = predecessor.label

    def fields(self) -> Sequence[str] | None:
        return self.upstream.fields()

    def output_fields(self) -> Sequence[str] | None:
        return self.upstream.output_fields()

    def get_batch(self, max_batch_size: int) -> Batches[T]:
        part = min(SMALLEST, max_batch_size)
        growth = Growth(part, max_batch_size)
        with closing(self.upstream.get_batch(part)) as batches:
            more = True
            while more:
                parts, error = self._taken(batches, part, growth.size)
                if parts:
                    began = time.perf_counter()
                    yield _joined(parts)  # also what came before an error
                    growth.took(sum(each.batch_size for each in parts), time.perf_counter() - began)
                if error is not None:
                    raise error
                more = bool(parts)

    def _taken(
        self, batches: Iterator[BatchResults[T]], part: int, rows: int
    ) -> tuple[Sequence[BatchResults[T]], Exception | None]:
        """Batches of at most ``part`` rows of the source, together about ``rows``; and the error that ended them."""
        parts: list[BatchResults[T]] = []
        room, chunk = BatchRoom(rows, self.task.max_batch_bytes), Rows[T]()
        read = 0
        while not parts or (read + part <= rows and room.more(chunk)):
            try:
                batch = next(batches, None)
            except Exception as error:
                return parts, error
            if batch is None:
                break
            parts.append(batch)
            chunk.extend(batch.chunk)
            read += batch.batch_size
        return parts, None


def _joined(parts: Sequence[BatchResults[T]]) -> BatchResults[T]:
    numbered = [part.origins for part in parts if part.origins is not None]
    return BatchResults(
        chunk=Rows(row for part in parts for row in part.chunk),
        statistics=add_statistics(*(part.statistics for part in parts)),
        batch_size=sum(part.batch_size for part in parts),
        origins=[origin for origins in numbered for origin in origins] if len(numbered) == len(parts) else None,
        position=parts[-1].position,
    )
