"""How the batches of a chain reach its sink: here the plain way."""

from __future__ import annotations

import logging
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl_host.core.batch import Batches, T
from etl_host.core.errors import ExitCode, Interrupted
from etl_host.core.limits import refuse_excess_rejects, stop_at_limit
from etl_host.core.rejects import RejectsFile
from etl_host.core.source import Source

if TYPE_CHECKING:
    from etl_host.core.checkpoint import Run
    from etl_host.core.context import ETLContext
    from etl_host.core.sink import Sink
    from etl_host.core.task import Task

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Guarantee:
    """What a task promises about each row: "exactly once" or "at least once", and why."""

    name: str
    reason: str


class Delivery:
    """In order, without checkpoints: at least once.

    A load that is interrupted and started again loads its rows again.
    """

    pipeline: str = ""
    """Whose run it is; part of the run's identity and of its rejects."""

    rows_before: int = 0
    """Rows that earlier attempts of the run had read and committed, as far as known."""

    def begin(self, context: ETLContext, run: Run) -> None:
        """Called once, when the context is made; ``context.run`` may be replaced from here on."""
        self.context = context
        context.run = run

    def guarantee(self, sink: Sink[Any]) -> Guarantee:
        return Guarantee(
            "at least once", "no checkpoints are kept: run it as a pipeline, or give the context a delivery"
        )

    def rejects(self, path: Path, identity: Mapping[str, str]) -> RejectsFile:
        """Where a task's rejects go, whose file would be ``path``."""
        return RejectsFile(path, identity)

    def deliver(self, sink: Sink[T], max_batch_size: int) -> Batches[T]:
        """The batches of the sink's predecessor, each written before it is yielded."""
        promise = self.guarantee(sink)
        announce(sink, promise)
        log.info("%s: %s (%s)", sink.task.name, promise.name, promise.reason)
        sink.task.rejects.begin({})
        with pulled(sink, max_batch_size) as batches:
            for batch in batches:
                sink.task.rejects.flush()  # not synced: after a crash of the machine, all rows come again
                with sink.task.times.writing():
                    written = sink.write(batch, None)
                yield batch.committed(written)

    def finish(self, status: str, exit_code: ExitCode) -> None:
        """Called once, when the run is over."""


def announce(sink: Sink[Any], guarantee: Guarantee) -> None:
    """Tell the task what it promises and how many rows to expect, for its reporters."""
    sink.task.guarantee = guarantee.name
    source = sink.links()[0]
    sink.task.expected = source.expected() if isinstance(source, Source) else None


@contextmanager
def pulled(sink: Sink[T], max_batch_size: int, *, judges_rejects: bool = True) -> Generator[Batches[T], None, None]:
    """The batches of the sink's predecessor, until the task is asked to stop or has done as much as it may.

    All are closed at the end. ``judges_rejects``: each batch is written before the next is asked for, so that its
    rejects are counted by then.
    """
    limit = sink.task.limit
    with closing(sink.upstream.get_batch(min(max_batch_size, limit or max_batch_size))) as batches:
        yield _within_budget(sink, batches) if judges_rejects else _until_stopped(sink, batches)


def stop_if_asked(task: Task) -> None:
    """Raise Interrupted where ``task`` was asked to stop."""
    if task.stopping:
        goes_on = task.guarantee == "exactly once"
        raise Interrupted(
            f"{task.name} was asked to stop; everything before this batch is written",
            remedy="start the same command again: it goes on from there"
            if goes_on
            else "mind that it loads these rows again when it is started again",
        )


def _until_stopped(sink: Sink[T], batches: Batches[T]) -> Batches[T]:
    for batch in batches:
        stop_if_asked(sink.task)
        stop_at_limit(sink.task)
        yield batch


def _within_budget(sink: Sink[T], batches: Batches[T]) -> Batches[T]:
    refuse_excess_rejects(sink.task)
    for batch in _until_stopped(sink, batches):
        yield batch
        refuse_excess_rejects(sink.task)  # it is written by now, and counted
    refuse_excess_rejects(sink.task, ended=True)
