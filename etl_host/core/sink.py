"""The last link of a chain but its end: writes rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import closing
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from etl_host.core.batch import Batches, BatchResults, Statistics, T
from etl_host.core.errors import EtlHostError, text_of
from etl_host.core.lanes import Lanes
from etl_host.core.processor import BatchProcessor
from etl_host.core.rejects import RowError

if TYPE_CHECKING:
    from etl_host.core.checkpoint import Checkpoint
    from etl_host.core.context import ETLContext
    from etl_host.core.store import CheckpointStore
    from etl_host.core.task import Task


class Fault(Enum):
    """What kind of failure an error of a sink is."""

    TRANSIENT = "transient"
    """The same write again may succeed: deadlock, lost connection, another leader."""

    TERMINATED = "terminated"
    """Somebody ended the transaction: the same write again may succeed, but not for ever."""

    TOO_BIG = "too big"
    """Fewer rows at a time may succeed: memory, time."""

    DATA = "data"
    """At least one of the rows is refused, others may be fine."""

    FATAL = "fatal"
    """Nothing will help."""


class RowsRefused(EtlHostError):
    """The target refuses at least one row of a batch; nothing of the batch is written.

    ``reason``: what it says. ``rows``: which they are, where that is known: their indices in the batch, and why each.
    """

    code = "rows-refused"

    def __init__(
        self,
        message: str,
        reason: RowError,
        *,
        rows: Mapping[int, RowError] | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.reason = reason
        self.rows = dict(rows or {})

    def because(self, detail: str) -> RowsRefused:
        """The same, with what else is known of it."""
        return RowsRefused(f"{self}; {detail}", self.reason, rows=self.rows, remedy=self.remedy)


class Sink(BatchProcessor[T]):
    """Writes rows. What happens when that fails, the context's delivery decides: a sink tries once.

    A subclass implements ``write``. One whose target can commit a checkpoint with the rows also offers
    ``store``, and in ``write`` does, in one transaction: lock the checkpoint; then read its owner, position
    and state; if ``checkpoint.is_stored(owner, position)``, roll back and return
    ``checkpoint.written(state)``; write the rows; store ``checkpoint.position.origin`` and
    ``checkpoint.state(counted)``; commit, or roll back where ``checkpoint.commit`` is false.
    """

    concurrent: ClassVar[bool] = False
    """True where several batches, each with a checkpoint of its own, may be written at once."""

    replayable: ClassVar[bool] = True
    """Whether rows that were rejected can be added once the others are there."""

    lanes: Lanes | None = None
    """How its rows are to be split for that, if at all; set before the first batch is asked for."""

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any]) -> None:
        super().__init__(context, task, predecessor)

    @abstractmethod
    def write(self, batch: BatchResults[T], checkpoint: Checkpoint | None) -> Statistics:
        """Write the rows and return what was counted. May be called again with the same batch.

        Raises Fenced where the checkpoint belongs to somebody else by now. One that knows which rows are refused
        may say so with RowsRefused, having rolled back; else they are searched for.
        """

    @property
    def store(self) -> CheckpointStore | None:
        """Where checkpoints are committed with the rows, if anywhere. Asked before ``open``, it connects."""
        return None

    def takes_lanes(self) -> bool:
        """Whether several batches may be written at once, now that its target is known; it may connect."""
        return self.concurrent

    def lane_keys(self) -> Mapping[str, Sequence[str]]:
        """By which fields its rows could be split, as in ``Lanes``; empty where it can't tell."""
        return {}

    def fault(self, error: Exception) -> Fault:
        """What kind of failure ``error``, raised by ``write``, is."""
        return Fault.FATAL

    def reason(self, error: Exception) -> RowError:
        """Why a row is rejected for which ``write`` raised ``error``, a ``Fault.DATA``."""
        return RowError(text_of(error) or type(error).__name__, code="refused")

    def get_batch(self, max_batch_size: int) -> Batches[T]:
        delivery = self.context.delivery
        with self.opened(max_batch_size), closing(delivery.deliver(self, max_batch_size)) as batches:
            yield from batches
