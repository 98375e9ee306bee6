"""The first rows of each task, in transactions that are rolled back: what would happen, and nothing does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from typing import Any, ClassVar, Final, Protocol, runtime_checkable

from etl_host.core.batch import Batches, BatchResults, Statistics, T
from etl_host.core.chain_task import ChainTask
from etl_host.core.delivery import Delivery, Guarantee, announce
from etl_host.core.errors import EtlHostError, ExitCode, Interrupted, RunRefused, text_of
from etl_host.core.rejects import Reject, RejectsFile
from etl_host.core.sink import Fault, RowsRefused, Sink
from etl_host.core.summary import ROLLED_BACK
from etl_host.core.task import Task

log = logging.getLogger(__name__)

ROWS: Final = 100
"""So many of each task are tried where nobody says how many."""


@runtime_checkable
class Lends(Protocol):
    """A store that lends a transaction."""

    def trial(self) -> AbstractContextManager[None]:
        """While it lasts, what sinks write goes into one transaction, which is rolled back at the end."""
        ...


class Trial(Delivery):
    """Delivers the first ``rows`` rows of each task, one task after the other, and takes all back at the end.

    Rows go to their sink one by one, and the first that is refused ends the task: it is the one to be shown. There is
    no checkpoint, no record of the run and no file of rejects.
    """

    def __init__(self, pipeline: str, rows: int = ROWS) -> None:
        self.pipeline = pipeline
        self.rows = rows
        self._one_at_a_time = threading.RLock()
        self._transactions = ExitStack()

    def open(self, tasks: Iterable[Task]) -> None:
        """Borrow a transaction of each store of ``tasks``.

        Raises RunRefused where what a task does could not be rolled back, before anything is done.
        """
        stores = [store for task in tasks for store in _stores_of(task)]
        for store in {id(store): store for store in stores}.values():
            self._transactions.enter_context(store.trial())

    def guarantee(self, sink: Sink[Any]) -> Guarantee:
        return Guarantee(ROLLED_BACK, f"only the first {self.rows:,} rows are tried")

    def rejects(self, path: Path, identity: Mapping[str, str]) -> RejectsFile:
        return ShownRejects(path, identity)

    def deliver(self, sink: Sink[T], max_batch_size: int) -> Batches[T]:
        with self._one_at_a_time:
            announce(sink, self.guarantee(sink))
            left = self.rows
            with closing(sink.upstream.get_batch(1)) as batches:
                for batch in batches:
                    if sink.task.stopping:
                        raise Interrupted(f"{sink.task.name} was asked to stop; all is rolled back")
                    yield batch.committed(_written(sink, batch))
                    left -= batch.batch_size
                    if left <= 0:
                        return

    def finish(self, status: str, exit_code: ExitCode) -> None:
        self._transactions.close()


class ShownRejects(RejectsFile):
    """Rejects that are only told."""

    kept: ClassVar[bool] = False

    def begin(
        self, committed: Mapping[int | None, int], expected: int = 0, confirm: Callable[[], None] = lambda: None
    ) -> int:
        return 0

    def append(self, reject: Reject) -> None:
        why = "; ".join(error.message for error in reject.errors)
        log.warning("%s: rejected by %s: %s", reject.place or "a row", reject.processor, why)


def _stores_of(task: Task) -> Iterable[Lends]:
    """Raises RunRefused where one can't lend a transaction."""
    if not isinstance(task, ChainTask):
        raise RunRefused(f"task {task.name} can't be rolled back: it is no chain", remedy="leave it out with --task")
    for link in task.chain().links():
        if isinstance(link, Sink):
            store = link.store
            if not isinstance(store, Lends):
                raise RunRefused(
                    f"task {task.name} can't be rolled back: {link.label} lends no transaction",
                    remedy="leave it out with --task; or load a part with --limit",
                )
            yield store


def _written(sink: Sink[T], batch: BatchResults[T]) -> Statistics:
    try:
        return sink.write(batch, None)
    except EtlHostError:
        raise
    except Exception as error:
        if sink.fault(error) is not Fault.DATA or not batch.origins:
            raise
        raise RowsRefused(
            f"{sink.label} was refused {sink.place(batch.origins[0])}: {type(error).__name__}: {text_of(error)}",
            sink.reason(error),
            remedy="correct the row or the query; a run sets such rows aside",
        ) from error
