"""How a run stands that a store has a record of: a process that died can't have recorded that."""

from __future__ import annotations

from typing import Final

from etl_host.core.store import RunRecord
from etl_host.delivery.runs.lock import SILENCE
from etl_host.delivery.runs.process import Process

RUNNING: Final = "running"
CRASHED: Final = "crashed"


def status_of(record: RunRecord) -> str:
    """As it is recorded; "crashed" where that is "running" and its process is gone, or was silent for too long."""
    if record.run.status != RUNNING:
        return record.run.status
    process = Process.recorded(record.run.process)
    gone = process is not None and process.is_gone()
    silent = record.silence is not None and record.silence > SILENCE
    return CRASHED if gone or silent else RUNNING
