"""Measuring how long the links of a chain take."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from etl_host.core.batch import Batches, T
from etl_host.core.processor import BatchProcessor

if TYPE_CHECKING:
    from etl_host.core.context import ETLContext
    from etl_host.core.task import Task


class Timed(BatchProcessor[T]):
    """Adds what it waits for its predecessor to the times of its task, as ``what``.

    ``within``: as what the links before were timed, whose times are in these, too.
    """

    def __init__(
        self,
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        what: str,
        *,
        within: str | None = None,
    ) -> None:
        super().__init__(context, task, predecessor)
        self.label = predecessor.label
        self._what = what
        self._within = within

    def fields(self) -> Sequence[str] | None:
        return self.upstream.fields()

    def output_fields(self) -> Sequence[str] | None:
        return self.upstream.output_fields()

    def get_batch(self, max_batch_size: int) -> Batches[T]:
        with closing(self.upstream.get_batch(max_batch_size)) as batches:
            while True:
                began, earlier = time.perf_counter(), self._earlier
                try:
                    batch = next(batches)
                except StopIteration:
                    return
                finally:
                    self.task.times.add(self._what, time.perf_counter() - began - (self._earlier - earlier))
                yield batch

    @property
    def _earlier(self) -> float:
        return self.task.times.as_dict().get(self._within or "", 0.0)
