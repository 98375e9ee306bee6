"""Writing until it is written: what a database in trouble for a moment asks for."""

from __future__ import annotations

from typing import Any

import stamina

from etl_host.core.batch import BatchResults, Statistics
from etl_host.core.checkpoint import Checkpoint
from etl_host.core.sink import Fault, Sink


def write_until_committed(
    sink: Sink[Any], batch: BatchResults[Any], checkpoint: Checkpoint, retry_time: float
) -> Statistics:
    """Write ``batch``, again after each transient fault, for at most ``retry_time`` seconds (0: once).

    Whether an attempt whose answer was lost was committed need not be known: the repeated write finds its
    checkpoint stored. Pauses double from 50 ms to 5 s, with jitter, so that two writers don't meet again.
    """

    def may_heal(error: BaseException) -> bool:
        transient = isinstance(error, Exception) and sink.fault(error) is Fault.TRANSIENT
        return transient and not sink.task.stopping

    for attempt in stamina.retry_context(
        on=may_heal,
        attempts=None if retry_time else 1,
        timeout=retry_time or None,
        wait_initial=0.05,
        wait_max=5.0,
        wait_jitter=0.05,
    ):
        with attempt:
            return sink.write(batch, checkpoint)
    raise AssertionError("retry_context ends with a result or an error")
