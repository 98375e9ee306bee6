"""A link between source and sink: checks, changes or drops rows."""

from __future__ import annotations

from abc import abstractmethod
from contextlib import closing
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from etl_host.core.batch import Batches, BatchResults
from etl_host.core.processor import BatchProcessor

if TYPE_CHECKING:
    from etl_host.core.context import ETLContext
    from etl_host.core.task import Task

In = TypeVar("In")
Out = TypeVar("Out")


class Validator(BatchProcessor[Out], Generic[In, Out]):
    """Checks, changes, multiplies or drops rows, a batch at a time.

    A subclass implements ``process``, with the batch's own methods, so that origins, position and statistics
    stay right::

        class UpperCase(Validator[Row, Row]):
            def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
                return batch.with_chunk([{key: str(value).upper() for key, value in row.items()} for row in
                batch.chunk])
    """

    stateful: ClassVar[bool] = False
    """True where what becomes of a row depends on rows of earlier batches.

    Such a chain is read from the start on resume.
    """

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any]) -> None:
        super().__init__(context, task, predecessor)

    @abstractmethod
    def process(self, batch: BatchResults[In]) -> BatchResults[Out]:
        """The batch to pass on; an empty one comes too, and its position must go on.

        Rows that are wrong are set aside with ``self.reject(batch, {index: [RowError(...)]})``.
        """

    def get_batch(self, max_batch_size: int) -> Batches[Out]:
        with self.opened(max_batch_size), closing(self.upstream.get_batch(max_batch_size)) as batches:
            for batch in batches:
                yield self._tracked(batch, self.process(batch))

    def _tracked(self, given: BatchResults[In], made: BatchResults[Out]) -> BatchResults[Out]:
        """``made``. Raises ValueError where it has lost track of where its rows came from."""
        lost_origins = made.origins is None and given.origins is not None
        if lost_origins or made.position != given.position or made.batch_size != given.batch_size:
            raise ValueError(
                f"{self.label} lost the position of a batch: make it of the one given, with with_chunk, keep or expand"
            )
        return made
