from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_host import Balance, Checkpoint, CheckpointKey, CheckpointState, Fenced, Position, Run, add_statistics

KEY = CheckpointKey("run-1", "gtfs/stops")
counts = st.dictionaries(st.sampled_from(["rows_read", "nodes_created"]), st.integers(0, 99))
tokens = st.none() | st.integers() | st.dictionaries(st.text(max_size=3), st.text(max_size=3) | st.lists(st.integers()))


def checkpoint(start: int = 10, to: int = 20) -> Checkpoint:
    position = Position(to, {"file": 1})
    return Checkpoint(KEY, "me", start, position, {"rows_read": 20}, {"nodes_created": 7}, Balance(20, 20))


@pytest.mark.parametrize(("stored", "is_stored"), [(10, False), (20, True)])
def test_a_checkpoint_is_stored_when_its_position_is(stored: int, is_stored: bool) -> None:
    assert checkpoint().is_stored("me", stored) is is_stored


def test_a_checkpoint_that_moves_nothing_is_written_again_and_again() -> None:
    assert not checkpoint(10, 10).is_stored("me", 10)


@pytest.mark.parametrize(("owner", "stored"), [("other", 10), ("other", 20), ("me", 0), ("me", 15), ("me", 30)])
def test_another_owner_or_position_means_overtaken(owner: str, stored: int) -> None:
    with pytest.raises(Fenced, match="task gtfs/stops of run run-1 was taken over by another process") as fenced:
        checkpoint().is_stored(owner, stored)
    assert fenced.value.exit_code == 6


@given(counts, counts)
def test_what_a_lost_answer_had_counted_is_read_back(before: dict[str, int], written: dict[str, int]) -> None:
    attempt = replace(checkpoint(), counted=before)
    back = attempt.written(attempt.state(written))
    assert add_statistics(before, back) == add_statistics(before, written)
    assert {key: value for key, value in back.items() if value} == {key: n for key, n in written.items() if n}


@given(st.booleans(), tokens, counts, counts, st.builds(Balance, *[st.integers(0, 9)] * 4))
def test_a_state_comes_back_from_its_json(
    finished: bool, token: object, upstream: dict[str, int], counted: dict[str, int], balance: Balance
) -> None:
    state = CheckpointState(finished, token, upstream, counted, balance)
    assert CheckpointState.from_json(state.as_json()) == state
    assert json.loads(state.as_json())["format"] == 1
    assert state.statistics == add_statistics(upstream, counted)


def test_the_state_of_a_checkpoint_just_made_is_empty() -> None:
    assert CheckpointState.from_json("") == CheckpointState()


def test_a_state_holds_totals_up_to_the_position() -> None:
    stored = CheckpointState.from_json(replace(checkpoint(), finished=True).state({"nodes_created": 3}))
    assert stored == CheckpointState(True, {"file": 1}, {"rows_read": 20}, {"nodes_created": 10}, Balance(20, 20))


def test_run_ids_are_readable_and_differ() -> None:
    runs = [Run.new("gtfs", attempt=1, rejects_dir="/x") for _ in range(5)]
    assert len({run.owner for run in runs}) == 5
    for run in runs:
        assert run.id[:8].isdecimal()
        assert run.id.isascii()
        assert run.id.replace("-", "").isalnum()
        assert (run.status, run.rejects_dir) == ("running", "/x")
        assert run.started.endswith("+00:00")
