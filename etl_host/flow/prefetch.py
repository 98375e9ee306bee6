"""Reading ahead: while one batch is written, the next ones are read and validated."""

from __future__ import annotations

import threading
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from etl_host.core.batch import Batches, BatchResults, T
from etl_host.core.processor import BatchProcessor
from etl_host.flow.belt import Belt

if TYPE_CHECKING:
    from etl_host.core.context import ETLContext
    from etl_host.core.task import Task


class Prefetch(BatchProcessor[T]):
    """Lets a thread pull the chain before it, at most ``ahead`` batches (1 or more) ahead of whoever asks.

    The links before it are opened, read and closed in that thread. Batches, their order and errors are as without it.
    """

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any], *, ahead: int = 2) -> None:
        super().__init__(context, task, predecessor)
        if ahead < 1:
            raise ValueError(f"{ahead} batches ahead: it must be 1 or more")
        self.ahead = ahead

    def fields(self) -> Sequence[str] | None:
        return self.upstream.fields()

    def get_batch(self, max_batch_size: int) -> Batches[T]:
        with self.opened(max_batch_size), self._pulled(max_batch_size) as belt:
            yield from belt

    @contextmanager
    def _pulled(self, max_batch_size: int) -> Generator[Belt[BatchResults[T]], None, None]:
        belt = Belt[BatchResults[T]](self.ahead)
        failed_reading = False

        def pull() -> None:
            nonlocal failed_reading
            try:
                with closing(self.upstream.get_batch(max_batch_size)) as batches:
                    try:
                        for batch in batches:
                            if not belt.put(batch):
                                break
                    except BaseException:
                        failed_reading = True
                        raise
            except BaseException as error:
                belt.end(error)
            else:
                belt.end()

        thread = threading.Thread(target=pull, name=f"{self.task.name}: prefetch", daemon=True)
        thread.start()
        try:
            yield belt
        finally:
            belt.leave()
            thread.join()  # by then everything before this link is closed
            if not failed_reading:  # what can't be read is no error for somebody who did not get there
                belt.raise_error()  # closing it may have failed
