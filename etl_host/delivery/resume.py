"""Letting the links of a chain, and its rejects, go on where the checkpoint is."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from etl_host.core.batch import Batches
from etl_host.core.delivery import pulled
from etl_host.core.errors import Fenced, LostRejects, RunRefused
from etl_host.core.sink import Sink
from etl_host.core.source import Source
from etl_host.delivery.progress import Progress
from etl_host.delivery.rereading import compare_consumed, new_batches, rereads
from etl_host.delivery.runs.plan import BEGIN_AGAIN
from etl_host.delivery.writing.retry import BatchTooBig

log = logging.getLogger(__name__)


@contextmanager
def batches_after(
    progress: Progress,
    sink: Sink[Any],
    max_batch_size: int,
    *,
    buckets: Sequence[Progress] = (),
    accept_lost_rejects: bool = False,
) -> Generator[Batches[Any], None, None]:
    """What the chain of ``sink`` gives behind ``progress``, the lowest of its ``buckets`` where it has several.

    Raises RunRefused where its source can't go on in the middle, LostRejects where rejects of earlier attempts are
    missing.
    """
    source = sink.links()[0]
    again = bool(progress.at.origin) and rereads(sink)
    furthest = max(buckets, default=progress, key=lambda bucket: bucket.at.origin)
    if furthest.at.origin:
        _refuse_what_cannot_go_on(source, furthest, sink)
    if isinstance(source, Source):
        if again or furthest.at.origin > progress.at.origin:
            compare_consumed(source, furthest)
        source.after = progress.at if progress.at.origin and not again else None
    rejects_go_on_from(progress, sink, buckets=buckets, upstream_again=again, accept_lost=accept_lost_rejects)
    with pulled(sink, max_batch_size, judges_rejects=not buckets) as batches:
        yield new_batches(batches, progress) if again else batches


def rejects_go_on_from(
    progress: Progress,
    sink: Sink[Any],
    *,
    buckets: Sequence[Progress] = (),
    upstream_again: bool = False,
    accept_lost: bool = False,
) -> None:
    """Drop rejects of rows that are not committed, and those before the sink where they will come again.

    ``progress`` is the lowest of the ``buckets`` where there are several. Raises LostRejects where some of those
    committed are missing, unless that is accepted.
    """
    buckets = buckets or (progress,)
    upstream = {} if upstream_again else progress.state.upstream
    counts = [upstream, *(bucket.state.counted for bucket in buckets)]
    expected = int(sum(count.get("rejected_rows", 0) for count in counts))
    committed: dict[int | None, int] = {bucket.key.bucket: bucket.at.origin for bucket in buckets}
    committed[None] = 0 if upstream_again else progress.at.origin
    kept = sink.task.rejects.begin(committed, expected, partial(_refuse_if_overtaken, sink))
    if kept >= expected:
        return
    lost = f"{sink.task.rejects.path} holds {kept} of the {expected} rows that task {sink.task.name} rejected before"
    if not accept_lost:
        raise LostRejects(
            lost,
            remedy=f"put the file back; or go on without them with --accept-lost-rejects; or {BEGIN_AGAIN}",
        )
    log.warning("%s; it goes on without the others", lost)
    sink.task.rejects.begin(committed, confirm=partial(_refuse_if_overtaken, sink))


def _refuse_if_overtaken(sink: Sink[Any]) -> None:
    """Raise Fenced where the run is another process's by now: this one may have been paused since it took it over."""
    run = sink.context.run
    records = sink.store.runs(run.pipeline) if sink.store else []
    if not any((record.run.id, record.run.owner) == (run.id, run.owner) for record in records):
        raise Fenced(
            f"run {run.id} was taken over by another process, whose rejects are left alone",
            remedy="let that process finish",
        )


def can_go_on(source: object) -> bool:
    """Whether ``source`` gives the same rows again, from any position on."""
    return isinstance(source, Source) and source.resumable


def smaller(sink: Sink[Any], error: BatchTooBig, size: int) -> int:
    """Half of ``size``, as many rows as were read at once. Raises ``error`` where fewer can't be read, or written."""
    if min(error.rows, size) < 2 or not can_go_on(sink.links()[0]):
        raise error
    size //= 2
    log.warning("%s; from now on %s rows at once", error, f"{size:,}")
    return size


def _refuse_what_cannot_go_on(source: object, progress: Progress, sink: Sink[Any]) -> None:
    if not can_go_on(source):
        raise RunRefused(
            f"task {sink.task.name} of run {progress.key.run} has committed {progress.state.balance.read:,} rows "
            f"and can't go on: {sink.links()[0].label} can't go on from a position",
            remedy=BEGIN_AGAIN,
        )
