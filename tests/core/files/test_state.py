from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from etl_host import RunRefused
from etl_host.core.batch import Balance
from etl_host.core.checkpoint import CheckpointKey, CheckpointState, Run
from etl_host.core.files.state import FileCheckpoint, FileContent, FileState
from etl_host.core.store import RunRecord

STATE = CheckpointState(token={"lines": 3}, counted={"rows": 2.5}, balance=Balance(3, 2, 1)).as_json()


def run(number: int, **details: Any) -> Run:
    return Run(f"run {number}", "pipe", f"owner {number}", "2026-11-23", plan=({"task": "ä"},), **details)


def full() -> FileState:
    key = CheckpointKey("run 1", "task\u2028", 0, 3)
    ended = RunRecord(run(0, status="success"), active=False, ended="then", exit_code=0, summary={"a": [1, None]})
    return FileState(
        FileContent("run 1", 7, ["a", "b"], complete=True),
        {"run 0": ended, "run 1": RunRecord(run(1, parameters={"x": 1}, process={"pid": 7}), active=True)},
        {key: FileCheckpoint("owner 1", 12, STATE)},
    )


def test_it_is_read_as_it_was_stored(tmp_path: Path) -> None:
    full().save(tmp_path / "state")
    assert FileState.load(tmp_path / "state") == full()
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_without_a_file_there_is_nothing(tmp_path: Path) -> None:
    assert FileState.load(tmp_path / "state") == FileState()


def test_a_state_that_could_not_be_stored_leaves_the_old_one(tmp_path: Path) -> None:
    full().save(tmp_path / "state")
    unfit = full()
    unfit.content = FileContent("run 1", 9, layout={1, 2})
    with pytest.raises(TypeError):
        unfit.save(tmp_path / "state")
    assert FileState.load(tmp_path / "state") == full()


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"format": 1}', "\udcff"])
def test_a_damaged_state_is_told_and_not_taken_for_an_empty_one(tmp_path: Path, damage: str) -> None:
    (tmp_path / "out.csv.state").write_text(damage, errors="surrogateescape")
    with pytest.raises(RunRefused, match=r"out\.csv\.state is damaged") as raised:
        FileState.load(tmp_path / "out.csv.state")
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (["format"], 2),
        (["content", "length"], -1),
        (["content", "length"], "7"),
        (["content", "complete"], None),
        (["runs", 0, "run", "owner"], 4),
        (["runs", 1, "active"], "yes"),
        (["checkpoints", 0, 0, "partition"], "0"),
        (["checkpoints", 0, 1, "origin"], 1.5),
        (["checkpoints", 0, 1, "state"], "{"),
        (["checkpoints", 0, 1, "state"], "{}"),
        (["checkpoints", 0, 1, "state"], "[]"),
    ],
)
def test_a_state_of_another_form_is_damaged(tmp_path: Path, place: list[Any], value: Any) -> None:
    full().save(tmp_path / "state")
    stored = json.loads((tmp_path / "state").read_text())
    *path, last = place
    within = stored
    for step in path:
        within = within[step]
    within[last] = value
    (tmp_path / "state").write_text(json.dumps(stored))
    with pytest.raises(RunRefused, match="is damaged"):
        FileState.load(tmp_path / "state")


@pytest.mark.parametrize("missing", ["content", "runs", "checkpoints"])
def test_a_state_without_a_part_is_damaged(tmp_path: Path, missing: str) -> None:
    full().save(tmp_path / "state")
    stored = json.loads((tmp_path / "state").read_text())
    del stored[missing]
    (tmp_path / "state").write_text(json.dumps(stored))
    with pytest.raises(RunRefused):
        FileState.load(tmp_path / "state")


def test_records_are_the_newest_first_with_their_own_checkpoints() -> None:
    state = full()
    newest, oldest = state.records("pipe")
    assert (newest.run.id, oldest.run.id, oldest.checkpoints) == ("run 1", "run 0", {})
    [(key, (origin, checkpoint))] = newest.checkpoints.items()
    assert (key.bucket, origin, checkpoint.as_json()) == (3, 12, STATE)
    assert state.records("another") == []
    assert len(state.records(None)) == 2


def test_it_is_owned_by_the_owner_that_is_recorded() -> None:
    state = full()
    assert state.is_owned(run(1))
    assert not state.is_owned(Run("run 1", "pipe", "another", "2026"))
    assert not state.is_owned(run(2))


def test_checkpoints_of_one_run_are_given_away_and_forgotten() -> None:
    state = full()
    other = CheckpointKey("run 0", "task")
    state.checkpoints[other] = FileCheckpoint("owner 0")
    state.give("run 1", "new")
    assert {key.run: stored.owner for key, stored in state.checkpoints.items()} == {"run 1": "new", "run 0": "owner 0"}
    state.forget("run 1")
    assert (list(state.runs), list(state.checkpoints)) == (["run 0"], [other])


def test_only_the_oldest_ended_runs_are_forgotten() -> None:
    state = FileState(runs={f"run {number}": RunRecord(run(number), active=number == 0) for number in range(30)})
    state.checkpoints = {CheckpointKey(name, "task"): FileCheckpoint("") for name in state.runs}
    state.forget_old()
    kept = ["run 0", *(f"run {number}" for number in range(10, 30))]
    assert list(state.runs) == kept
    assert [key.run for key in state.checkpoints] == kept
