"""One process at a time works on the unfinished run of a pipeline; the next one may, once the first is surely gone.

A process on the same machine is looked up there. Of any other only its heartbeat is known: a run of which none was
heard for SILENCE seconds, by the clock of the store, and none while it was watched for WATCH seconds, is given up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from etl_host.core.errors import Locked
from etl_host.core.store import RunRecord
from etl_host.delivery.runs.heartbeat import beats_here
from etl_host.delivery.runs.process import Process

log = logging.getLogger(__name__)

SILENCE: Final = 60.0
WATCH: Final = 10.0

_LOOKS: Final = 10
"""How often a run is looked at while it is watched."""


def refuse_while_held(record: RunRecord, look: Callable[[], RunRecord | None]) -> None:
    """Return once nobody works on the run of ``record``; ``look`` gets its record anew.

    Raises Locked, at once, where somebody does, or may do.
    """
    holder = Process.recorded(record.run.process)
    if record.run.status != "running" or holder is None or holder.is_gone() or _was_this(holder, record.run.owner):
        return
    if record.silence is None or record.silence < SILENCE:
        raise held(record)
    log.warning("%s was not heard of for %.0f s: watching for %.0f s whether it is", holder, record.silence, WATCH)
    for _ in range(_LOOKS):
        time.sleep(WATCH / _LOOKS)
        seen = look()
        if seen is None or seen.run.owner != record.run.owner or seen.run.status != "running":
            return  # it has ended, or another process was faster: beginning the run shows which
        if seen.heartbeat != record.heartbeat:
            raise held(seen)


def _was_this(holder: Process, owner: str) -> bool:
    """Whether it was this process, in an attempt that has ended without being able to store that."""
    return holder == Process.current() and not beats_here(owner)


def held(record: RunRecord) -> Locked:
    """The error for whoever comes second."""
    run = record.run
    holder = Process.recorded(run.process) or "another process"
    told = f"run {run.id} of {run.pipeline} is being loaded by {holder}, since {run.started}"
    if record.silence is None:
        kept = "what the target keeps of it: beside a file, the one that ends in .state"
        return Locked(told, remedy=f"wait until it has ended; if it was lost, remove {kept}, and begin again")
    return Locked(
        f"{told}, last heard of {record.silence:.0f} s ago",
        remedy=f"wait until it has ended; if it was lost, it is taken over {SILENCE:.0f} s after it was last heard of",
    )
