"""How a run stands whose record says that it is running."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etl_host import Run, RunRecord
from etl_host.delivery.runs.process import Process
from etl_host.delivery.runs.status import status_of

HERE = Process.current()
GONE = replace(HERE, pid=2**22 + 1)
ELSEWHERE = replace(HERE, boot="another")


@pytest.mark.parametrize(
    ("process", "silence", "status"),
    [
        (HERE, 0.0, "running"),
        (HERE, 61.0, "crashed"),
        (GONE, 0.0, "crashed"),
        (ELSEWHERE, 60.0, "running"),
        (ELSEWHERE, 60.1, "crashed"),
        (ELSEWHERE, None, "running"),
        (None, 0.0, "running"),
        (None, 61.0, "crashed"),
    ],
)
def test_it_has_crashed_where_its_process_is_gone_or_was_silent_for_long(
    process: Process | None, silence: float | None, status: str
) -> None:
    run = replace(Run.new("p"), process=process.as_dict() if process else {})
    assert status_of(RunRecord(run, active=True, silence=silence)) == status


@pytest.mark.parametrize("status", ["success", "rejects", "failed", "interrupted", "limited", "abandoned"])
def test_any_other_status_is_as_it_is_recorded(status: str) -> None:
    run = replace(Run.new("p", process=GONE.as_dict()), status=status)
    assert status_of(RunRecord(run, active=False, silence=1e9)) == status
