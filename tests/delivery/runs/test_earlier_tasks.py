from __future__ import annotations

import pytest

from attempts import Attempts, broken_at
from etl_host import ExactlyOnce, ParallelTaskGroup, RunRefused, Task, TaskGroup, TaskReturn
from moments import nothing_happens
from sqlite_sink import LoadEveryNumber
from sqlite_target import SQLiteTarget

EVERY = list(range(1, 21))


def load(attempts: Attempts, *names: str, fails: str = "", **options: object) -> list[TaskReturn]:
    """One attempt that executes tasks of these names, by hand, until one fails."""
    results: list[TaskReturn] = []
    with attempts.begin(**options) as context:
        for name in names:
            trap = broken_at("source reads", 3) if name == fails else nothing_happens
            results.append(LoadEveryNumber(context, 20, name=name, trap=trap).execute())
            if not results[-1].success:
                break
    return results


def test_the_same_tasks_in_the_same_order_go_on(attempts: Attempts, target: SQLiteTarget) -> None:
    for fails in ("b", "c", ""):
        load(attempts, "a", "b", "c", fails=fails)
    assert target.loaded() == [(name, n) for name in "abc" for n in EVERY]
    [record] = target.runs("numbers")
    assert (record.run.attempt, record.active) == (3, False)


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["a", "B"], "now B comes without b before it"),
        (["A", "b"], "now A comes without a before it"),
        (["b", "a"], "now b comes without a before it"),
        (["b"], "now b comes without a before it"),
        (["a", "new", "b"], "now new comes without b before it"),
    ],
)
def test_tasks_that_were_renamed_or_exchanged_are_refused_before_they_load_a_row(
    attempts: Attempts, target: SQLiteTarget, names: list[str], complaint: str
) -> None:
    load(attempts, "a", "b", fails="b")
    before = target.loaded()
    refused = load(attempts, *names)[-1].error
    assert isinstance(refused, RunRefused)
    assert f"the unfinished run had the tasks a, b; {complaint}" in str(refused)
    assert target.loaded() == before
    assert load(attempts, "a", "b")[-1].success  # undone
    assert target.loaded() == [(name, n) for name in "ab" for n in EVERY]


def test_tasks_of_which_nothing_was_committed_may_change(attempts: Attempts, target: SQLiteTarget) -> None:
    load(attempts, "a", "b", "c", fails="c")
    with attempts.begin() as context:
        for name in ("a", "b"):
            LoadEveryNumber(context, 20, name=name).execute()
        failing = LoadEveryNumber(context, 20, name="d", trap=broken_at("source opened"))
        assert not failing.execute().success
    assert [result.success for result in load(attempts, "a", "b", "c", "new")] == [True] * 4
    assert target.loaded() == [(name, n) for name in ("a", "b", "c", "new") for n in EVERY]


def test_a_run_does_not_finish_without_a_task_that_is_half_done(attempts: Attempts, target: SQLiteTarget) -> None:
    load(attempts, "a", "b", fails="b")
    with pytest.raises(RunRefused, match="stays unfinished: rows of b are committed"):
        load(attempts, "a")
    assert target.runs("numbers")[0].active
    assert load(attempts, "a", "b")[-1].success
    assert not target.runs("numbers")[0].active


def test_restart_takes_any_tasks(attempts: Attempts, target: SQLiteTarget) -> None:
    load(attempts, "a", "b", fails="b")
    assert load(attempts, "b", restart=True)[-1].success
    assert [record.run.status for record in target.runs("numbers")] == ["success", "abandoned"]


def test_tasks_of_a_parallel_group_may_come_in_any_order(attempts: Attempts, target: SQLiteTarget) -> None:
    def tree(order: str, fails: str = "") -> TaskReturn:
        with attempts.begin() as context:
            tasks: list[Task] = []
            for name in order:
                trap = broken_at("source reads", 3) if name == fails else nothing_happens
                tasks.append(LoadEveryNumber(context, 20, name=name, trap=trap))
            group = ParallelTaskGroup(context, tasks, name="all", max_workers=1)
            return TaskGroup(context, [group], name="root").execute()

    assert not tree("abc", fails="c").success
    assert tree("cab").success
    assert target.loaded() == [(name, n) for name in "abc" for n in EVERY]


@pytest.mark.usefixtures("nobody_is_heard_of")
def test_the_plan_may_be_lost_to_an_attempt_that_came_to_nothing(attempts: Attempts, target: SQLiteTarget) -> None:
    load(attempts, "a", "b", fails="b")
    killed = attempts.begin()
    assert isinstance(killed.delivery, ExactlyOnce)
    killed.delivery.open([killed.connection("sqlite", SQLiteTarget)])
    assert target.runs("numbers")[0].run.plan == ()
    assert isinstance(load(attempts, "c")[-1].error, RunRefused)
    assert load(attempts, "a", "b")[-1].success
    assert target.loaded() == [(name, n) for name in "ab" for n in EVERY]
    killed.connection("sqlite", SQLiteTarget).close()
