from __future__ import annotations

from etl_host import CheckpointKey, CheckpointState, Run, RunRecord


def test_a_task_has_started_once_something_of_it_is_committed() -> None:
    checkpoints = {
        CheckpointKey("run-1", "waiting"): (0, CheckpointState()),
        CheckpointKey("run-1", "half"): (7, CheckpointState()),
        CheckpointKey("run-1", "empty but finished"): (0, CheckpointState(finished=True)),
        CheckpointKey("run-1", "in parts", bucket=0): (0, CheckpointState()),
        CheckpointKey("run-1", "in parts", bucket=1): (3, CheckpointState()),
    }
    record = RunRecord(Run.new("gtfs"), active=True, checkpoints=checkpoints)
    assert record.started_tasks() == {"half", "empty but finished", "in parts"}
