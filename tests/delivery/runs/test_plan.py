from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import pytest

from attempts import Attempts, load, numbers_in
from etl_host import CheckpointKey, CheckpointState, ETLContext, Run, RunRecord, RunRefused, TaskGroup
from etl_host.delivery.runs.plan import as_stored, refuse_changes, task_key
from moments import Moments
from number_links import passed_on
from small_tasks import Does
from sqlite_target import SQLiteTarget

PLAN = [
    {"task": "stops", "source": "hash 1", "sink": "hash 2"},
    {"task": "trips", "source": "hash 3", "validators": "hash 4"},
    {"task": "times", "source": "hash 5", "lanes": "hash 6"},
]
RUN = Run("run-1", "gtfs", "me", "2026-11-23T00:00:00+00:00", plan=PLAN, parameters={"day": 1, "city": "Cairns"})


def record(*started: str) -> RunRecord:
    """The record of an attempt that has committed something of these tasks."""
    checkpoints = {CheckpointKey("run-1", task): (7, CheckpointState()) for task in started}
    return RunRecord(RUN, active=True, checkpoints=checkpoints)


def now(*changes: tuple[int, dict[str, Any] | None]) -> Run:
    """The run as it would be now: the entry at each index changed, or left out."""
    plan: list[dict[str, Any] | None] = [dict(entry) for entry in PLAN]
    for index, change in changes:
        plan[index] = None if change is None else {**PLAN[index], **change}
    return replace(RUN, plan=[entry for entry in plan if entry is not None])


def differences(record: RunRecord, run: Run) -> list[str]:
    with pytest.raises(RunRefused) as refused:
        refuse_changes(record, run)
    first, *lines = str(refused.value).split("\n  ")
    assert first == "run run-1 of gtfs is unfinished and can't go on, since the pipeline has changed:"
    assert "--restart" in (refused.value.remedy or "")
    return lines


def test_what_has_not_changed_goes_on() -> None:
    refuse_changes(record("stops", "trips", "times"), RUN)


def test_every_difference_is_named_at_once() -> None:
    run = replace(now((0, {"source": "new"}), (2, {"lanes": "new"})), parameters={"day": 2, "feed": "x.zip"})
    assert differences(record("stops", "trips", "times"), run) == [
        "parameter city was 'Cairns', now it is None",
        "parameter day was 1, now it is 2",
        "parameter feed was None, now it is 'x.zip'",
        "the source of task stops has changed",
        "the lanes of task times has changed",
    ]


def test_lanes_that_are_new_or_gone_are_a_change() -> None:
    assert differences(record("stops"), now((0, {"lanes": "new"}))) == ["the lanes of task stops has changed"]


@pytest.mark.parametrize(
    ("run", "names"),
    [
        (now((0, None)), "trips, times"),
        (now((0, {"task": "halts"})), "halts, trips, times"),
        (replace(RUN, plan=[PLAN[1], PLAN[0], PLAN[2]]), "trips, stops, times"),
        (replace(RUN, plan=[{"task": "new"}, *PLAN]), "new, stops, trips, times"),
    ],
)
def test_tasks_up_to_the_last_that_has_begun_must_be_the_same(run: Run, names: str) -> None:
    assert differences(record("trips"), run) == [f"the tasks were stops, trips; now they are {names}"]


def test_tasks_of_which_nothing_is_committed_may_change_freely() -> None:
    refuse_changes(record("trips"), now((0, {"source": "new"}), (2, None)))
    refuse_changes(record("stops"), replace(RUN, plan=[PLAN[0], {"task": "new"}]))
    refuse_changes(record(), replace(RUN, plan=[{"task": "new"}]))


def test_changed_validators_and_queries_are_noted(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        refuse_changes(record("stops", "trips"), now((0, {"sink": "new"}), (1, {"validators": "new"})))
    assert [entry.getMessage() for entry in caplog.records] == [
        "the sink of task stops changed since the run began; it goes on as it is now",
        "the validators of task trips changed since the run began; it goes on as it is now",
    ]


def test_without_a_plan_parameters_are_compared_all_the_same() -> None:
    by_hand = replace(RUN, plan=())
    refuse_changes(record("stops"), by_hand)
    assert differences(record("stops"), replace(by_hand, parameters={"day": 1})) == [
        "parameter city was 'Cairns', now it is None"
    ]


def test_a_task_is_called_by_its_path() -> None:
    context = ETLContext()
    task = Does(context, "stop times/raw")
    TaskGroup(context, [task], name="all")
    assert task_key(task) == "all/stop times%2Fraw"


def test_what_is_compared_is_what_a_store_gives_back() -> None:
    assert as_stored({"day": date(2026, 11, 23), "feed": PurePosixPath("x.zip"), "sizes": (1, 2)}) == {
        "day": "2026-11-23",
        "feed": "x.zip",
        "sizes": [1, 2],
    }


CHANGES: dict[str, dict[str, Any]] = {
    "parameter": {"parameters": {"day": date(2026, 11, 24)}},
    "source": {"plan": [{"task": "numbers", "source": "hash 2"}]},
    "tasks": {"plan": [{"task": "digits", "source": "hash 1"}]},
}
UNCHANGED: dict[str, Any] = {
    "parameters": {"day": date(2026, 11, 23), "feed": PurePosixPath("x.zip")},
    "plan": ({"task": "numbers", "source": "hash 1"},),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_unfinished_run_refuses_changes_before_any_read_and_goes_on_without_them(
    attempts: Attempts, target: SQLiteTarget, change: str
) -> None:
    attempts.fail_half_way(**UNCHANGED)
    moments = Moments()
    refused = load(attempts.begin(**{**UNCHANGED, **CHANGES[change]}), trap=moments).error
    assert isinstance(refused, RunRefused)
    assert "source opened" not in moments.seen
    assert load(attempts.begin(**UNCHANGED)).success
    assert numbers_in(target) == passed_on(40)
    assert target.runs("numbers")[0].run.attempt == 2
    assert load(attempts.begin(**{**UNCHANGED, **CHANGES[change]})).success  # a new run may differ
