"""Writing until it is written: what a database in trouble for a moment asks for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import stamina

from etl_host.core.batch import BatchResults, Statistics
from etl_host.core.checkpoint import Checkpoint
from etl_host.core.delivery import stop_if_asked
from etl_host.core.errors import ConnectionFailed, EtlHostError, text_of
from etl_host.core.sink import Fault, RowsRefused, Sink

R = TypeVar("R")

RETRY_TIME: Final = 120.0
"""Seconds in which a target in trouble must be well again."""

MOST_TERMINATIONS: Final = 3
"""So often a batch is written again whose transaction somebody ended; with more, somebody means it."""

ONCE_STOPPING: Final = 5.0
"""Seconds in which a batch is written again once the load is to stop: a deadlock is over by then."""

_WELL: Final = "once the target is well again, start the same command again"


class BatchTooBig(EtlHostError):
    """The target can't take that many rows at once; nothing of the batch is written.

    ``rows``: how many they are; ``read``: how many the source had read for them.
    """

    code = "batch-too-big"

    def __init__(self, message: str, rows: int, *, read: int, remedy: str | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.rows = rows
        self.read = read


def write_until_committed(
    sink: Sink[Any], batch: BatchResults[Any], checkpoint: Checkpoint, retry_time: float
) -> Statistics:
    """Write ``batch``, again after each transient fault, for at most ``retry_time`` seconds (0: once).

    One that was terminated is written again MOST_TERMINATIONS times at most. Whether an attempt whose answer was lost
    was committed need not be known: the repeated write finds its checkpoint stored. A load that is to stop does so for
    ONCE_STOPPING seconds.

    Raises RowsRefused, BatchTooBig or ConnectionFailed, by the kind of the last fault, Interrupted instead of the
    latter where the load is to stop; a fatal fault as it is.
    """
    terminated = 0
    stopping_since: float | None = None

    def may_heal(error: BaseException) -> bool:
        nonlocal terminated, stopping_since
        if not isinstance(error, Exception):
            return False
        if sink.task.stopping:
            stopping_since = stopping_since or time.monotonic()
            if time.monotonic() - stopping_since > ONCE_STOPPING:
                return False
        fault = sink.fault(error)
        terminated += fault is Fault.TERMINATED
        return fault is Fault.TRANSIENT or (fault is Fault.TERMINATED and terminated <= MOST_TERMINATIONS)

    try:
        for attempt in _attempts(may_heal, retry_time):
            if attempt.num > 1:
                sink.task.count_retry()
            with attempt, sink.task.times.writing():
                return sink.write(batch, checkpoint)
    except EtlHostError:
        raise
    except Exception as error:
        if sink.fault(error) in (Fault.TRANSIENT, Fault.TERMINATED):
            stop_if_asked(sink.task)
        if (told := _told(sink, batch, error)) is not None:
            raise told from error
        raise
    raise AssertionError("retry_context ends with a result or an error")


def repeat_until_done(work: Callable[[], R], sink: Sink[Any], retry_time: float) -> R:
    """What ``work`` gives, which asks the store of ``sink``, and is done again as a batch is written again.

    It must bear being repeated. Raises ConnectionFailed where the store is not well again in time, Interrupted where
    the load is to stop before.
    """

    def may_heal(error: BaseException) -> bool:
        passes = isinstance(error, Exception) and sink.fault(error) is Fault.TRANSIENT
        return passes and not sink.task.stopping

    try:
        for attempt in _attempts(may_heal, retry_time):
            with attempt:
                return work()
    except EtlHostError:
        raise
    except Exception as error:
        if sink.fault(error) is not Fault.TRANSIENT:
            raise
        stop_if_asked(sink.task)
        raise ConnectionFailed(
            f"{sink.label} could not reach its checkpoints: {type(error).__name__}: {text_of(error)}", remedy=_WELL
        ) from error
    raise AssertionError("retry_context ends with a result or an error")


def _attempts(may_heal: Callable[[BaseException], bool], retry_time: float) -> Iterable[stamina.Attempt]:
    """Pauses double from 50 ms to 5 s, with jitter, so that two writers don't meet again."""
    return stamina.retry_context(
        on=may_heal,
        attempts=None if retry_time else 1,
        timeout=retry_time or None,
        wait_initial=0.05,
        wait_max=5.0,
        wait_jitter=0.05,
    )


def _told(sink: Sink[Any], batch: BatchResults[Any], error: Exception) -> EtlHostError | None:
    """The error for a person; None where the kind of fault says no more than ``error`` does."""
    what = f"{type(error).__name__}: {text_of(error)}"
    match sink.fault(error):
        case Fault.DATA:
            return RowsRefused(
                f"{sink.label} was refused {_rows(sink, batch)}: {what}",
                sink.reason(error),
                remedy="correct the query or the rows, then start the same command again",
            )
        case Fault.TOO_BIG:
            return BatchTooBig(
                f"{sink.label} could not write {_rows(sink, batch)} at once: {what}",
                len(batch.chunk),
                read=batch.batch_size,
                remedy="start the same command again with a smaller --batch-size",
            )
        case Fault.TRANSIENT | Fault.TERMINATED:
            return ConnectionFailed(
                f"{sink.label} could not write {_rows(sink, batch)}: {what}",
                remedy=_WELL,
            )
        case _:
            return None


def _rows(sink: Sink[Any], batch: BatchResults[Any]) -> str:
    if not batch.origins:
        return f"a batch of {len(batch.chunk):,} rows"
    first, last = sink.place(batch.origins[0]), sink.place(batch.origins[-1])
    return f"the rows from {first} to {last}"
