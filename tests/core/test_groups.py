from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl_host import ETLContext, Fenced, Interrupted, ParallelTaskGroup, Task, TaskGroup, TaskReturn
from moments import Moments
from number_links import CollectNumbers, passed_on
from small_tasks import Does, Remembers, counts, failed_having_counted, raises

ERROR = RuntimeError("broken")


@pytest.fixture
def reporter() -> Remembers:
    return Remembers()


@pytest.fixture
def context(tmp_path: Path, reporter: Remembers) -> ETLContext:
    return ETLContext(rejects_dir=tmp_path, reporters=[reporter])


def parallel(context: ETLContext, tasks: list[Task], **options: Any) -> ParallelTaskGroup:
    return ParallelTaskGroup(context, tasks, max_workers=2, **options)


def sets(event: threading.Event, **statistics: float) -> Callable[[], TaskReturn]:
    def work() -> TaskReturn:
        event.set()
        return TaskReturn(True, statistics)

    return work


def statuses(task: Task) -> dict[str, str]:
    return {leaf.name: leaf.summary().status for leaf in task.leaves()}


@pytest.mark.parametrize("kind", [TaskGroup, parallel])
def test_a_group_adds_up_what_its_tasks_counted(context: ETLContext, kind: Callable[..., TaskGroup]) -> None:
    group = kind(context, [Does(context, "a", counts(x=1, y=2)), Does(context, "b", counts(y=3))], name="group")
    assert group.execute() == TaskReturn(True, {"x": 1, "y": 5})
    assert group.summary().statistics == {"x": 1, "y": 5}


def test_tasks_run_in_order_and_the_group_ends_after_them(context: ETLContext, reporter: Remembers) -> None:
    TaskGroup(context, [Does(context, "a"), Does(context, "b")], name="group").execute()
    assert reporter.story() == [
        "run started",
        "group started",
        "a started",
        "a success",
        "b started",
        "b success",
        "group success",
    ]


def test_a_group_stops_at_a_failure_and_keeps_what_was_counted(context: ETLContext, reporter: Remembers) -> None:
    tasks = [
        Does(context, "a", counts(x=1)),
        Does(context, "b", failed_having_counted({"x": 2}, ERROR)),
        TaskGroup(context, [Does(context, "c")], name="inner"),
    ]
    group = TaskGroup(context, tasks, name="group")
    assert group.execute() == TaskReturn(False, {"x": 3}, ERROR)
    assert statuses(group) == {"a": "success", "b": "failed", "c": "skipped"}
    assert reporter.story()[-4:] == ["b failed", "c skipped", "inner skipped", "group failed"]


def test_an_optional_task_may_fail(context: ETLContext) -> None:
    tasks = [Does(context, "a", failed_having_counted({"x": 2}, ERROR), optional=True), Does(context, "b")]
    group = TaskGroup(context, tasks, name="group")
    assert group.execute() == TaskReturn(True, {"x": 2})
    assert statuses(group) == {"a": "failed", "b": "success"}
    assert context.summary.exit_code == 3


def test_a_failure_does_not_climb_out_of_an_optional_group(context: ETLContext) -> None:
    inner = TaskGroup(context, [Does(context, "a", raises(ERROR)), Does(context, "b")], name="inner", optional=True)
    group = TaskGroup(context, [inner, Does(context, "c")], name="group")
    assert group.execute().success
    assert statuses(group) == {"a": "failed", "b": "skipped", "c": "success"}
    assert context.summary.exit_code == 3


@pytest.mark.parametrize(("error", "code"), [(Interrupted("enough"), 5), (Fenced("overtaken"), 6)])
def test_being_stopped_or_overtaken_climbs_also_out_of_what_is_optional(
    context: ETLContext, error: Exception, code: int
) -> None:
    inner = TaskGroup(context, [Does(context, "a", raises(error), optional=True)], name="inner", optional=True)
    group = TaskGroup(context, [inner, Does(context, "b")], name="group")
    assert group.execute().error is error
    assert statuses(group)["b"] == "skipped"
    assert context.summary.exit_code == code


@pytest.mark.parametrize("kind", [TaskGroup, parallel])
def test_a_run_stopped_between_two_tasks_is_interrupted_not_successful(
    context: ETLContext, kind: Callable[..., TaskGroup]
) -> None:
    later: list[Task] = [TaskGroup(context, [Does(context, name)], name=f"group of {name}") for name in "bc"]
    inner = TaskGroup(context, [Does(context, "a", sets(context.stop, x=1))], name="inner")
    group = TaskGroup(context, [inner, kind(context, later, name="later")], name="group")
    result = group.execute()
    assert (result.success, result.summary) == (False, {"x": 1})
    assert isinstance(result.error, Interrupted)
    assert "1 of its tasks have not begun" in str(result.error)
    assert statuses(group) == {"a": "success", "b": "skipped", "c": "skipped"}
    assert (context.summary.status, context.summary.exit_code) == ("interrupted", 5)


def test_a_run_stopped_during_its_last_task_is_complete(context: ETLContext) -> None:
    group = TaskGroup(context, [Does(context, "a", sets(context.stop))], name="group")
    assert group.execute().success
    assert context.summary.exit_code == 0


def test_ctrl_c_skips_what_has_not_begun_and_keeps_the_counts(context: ETLContext) -> None:
    tasks = [Does(context, "a", counts(x=1)), Does(context, "b", raises(KeyboardInterrupt())), Does(context, "c")]
    group = TaskGroup(context, tasks, name="group")
    with pytest.raises(KeyboardInterrupt):
        group.execute()
    assert statuses(group) == {"a": "success", "b": "interrupted", "c": "skipped"}
    assert group.summary().statistics == {"x": 1}
    assert context.summary.exit_code == 5


def test_a_group_balances_what_its_tasks_balance(context: ETLContext) -> None:
    group = TaskGroup(context, [CollectNumbers(context, 20, name=name) for name in "ab"], name="group")
    group.execute()
    summary = group.summary()
    assert summary.balance.read == 40 == summary.balance.written + summary.balance.rejected + summary.balance.dropped
    assert summary.balance == context.summary.balance


@pytest.mark.parametrize("names", ["aa", "ag"])
def test_two_tasks_of_one_name_are_refused(context: ETLContext, names: str) -> None:
    tasks = [Does(context, names[0]), TaskGroup(context, [Does(context, names[1])], name="inner")]
    with pytest.raises(ValueError, match=f"two tasks are called '{names[1]}'"):
        TaskGroup(context, tasks, name="g")


@pytest.mark.parametrize("workers", [0, -1])
def test_a_parallel_group_needs_a_worker(context: ETLContext, workers: int) -> None:
    with pytest.raises(ValueError, match=f"max_workers is {workers}"):
        ParallelTaskGroup(context, [], name="group", max_workers=workers)


def test_tasks_run_side_by_side_but_no_more_than_allowed(context: ETLContext) -> None:
    pair = threading.Barrier(2, timeout=30)  # each needs another one at its side
    running, most = set[int](), 0

    def work() -> TaskReturn:
        nonlocal most
        running.add(threading.get_ident())
        pair.wait()
        most = max(most, len(running))
        pair.wait()
        running.discard(threading.get_ident())
        pair.wait()
        return TaskReturn()

    group = parallel(context, [Does(context, name, work) for name in "abcdef"], name="group")
    assert group.execute().success
    assert most == 2


def until_stopping(task: Task) -> None:
    """Wait until its group has heard of a failure; not for ever, if it never does."""
    for _ in range(10_000):
        if task.stopping:
            return
        time.sleep(0.001)


def stopped_by(context: ETLContext, failure: Callable[[], TaskReturn], **options: bool) -> tuple[TaskGroup, Task]:
    """A parallel group of a task that fails, one with much to do, and one that would come after them."""
    writing, failed = threading.Event(), threading.Event()

    class Slow(CollectNumbers):
        def committed(self, batch: Any) -> None:
            super().committed(batch)
            writing.set()
            failed.wait(30)
            until_stopping(self)

    def fail() -> TaskReturn:
        assert writing.wait(30)
        failed.set()
        return failure()

    slow = Slow(context, 1000, name="slow")
    tasks: list[Task] = [Does(context, "fails", fail, **options), slow, Does(context, "later")]
    return parallel(context, tasks, name="group"), slow


def test_siblings_of_a_failure_end_after_the_batch_in_flight(context: ETLContext) -> None:
    group, slow = stopped_by(context, raises(ERROR))
    result = group.execute()
    assert result.error is ERROR  # the cause, not its consequence
    assert statuses(group) == {"fails": "failed", "slow": "interrupted", "later": "skipped"}
    assert isinstance(slow, CollectNumbers)
    assert result.summary["rows_collected"] == len(slow.written) == len(passed_on(10))


def test_a_sibling_stopped_because_of_a_failure_does_not_make_the_run_an_interrupted_one(
    context: ETLContext,
) -> None:
    group, _ = stopped_by(context, raises(ERROR))
    group.execute()
    assert (context.summary.status, context.summary.exit_code) == ("failed", 1)


def test_an_optional_group_with_a_failure_and_its_consequences_may_fail(context: ETLContext) -> None:
    inner, _ = stopped_by(context, raises(ERROR))
    inner.optional = True
    assert TaskGroup(context, [inner, Does(context, "last")], name="outer").execute().success
    assert context.summary.exit_code == 3


def test_siblings_of_an_optional_failure_run_to_their_end(context: ETLContext) -> None:
    ended = threading.Event()
    tasks: list[Task] = [
        Does(context, "a", raises(ERROR), optional=True),
        CollectNumbers(context, 50, name="b"),
        Does(context, "c", sets(ended)),
    ]
    assert parallel(context, tasks, name="group").execute().success
    assert ended.is_set()


def test_ctrl_c_in_one_of_several_threads_stops_the_others(context: ETLContext) -> None:
    group, _ = stopped_by(context, raises(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        group.execute()
    assert statuses(group) == {"fails": "interrupted", "slow": "interrupted", "later": "skipped"}


def test_ctrl_c_while_waiting_ends_the_others_after_the_batch_in_flight(context: ETLContext) -> None:
    moments = Moments()

    class Endless(CollectNumbers):
        def committed(self, batch: Any) -> None:
            super().committed(batch)
            if batch.position.origin == 30:
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            until_stopping(self)

    group = parallel(context, [Endless(context, 1000, name="a", trap=moments), Does(context, "b")], name="group")
    with pytest.raises(KeyboardInterrupt):
        group.execute()
    assert statuses(group)["a"] == "interrupted"
    assert statuses(group)["b"] in ("success", "skipped")  # it may not have had its turn
    assert moments.left_open() == set()  # its thread has ended
    assert context.summary.exit_code == 5


def test_a_group_may_be_executed_again_after_a_failure(context: ETLContext) -> None:
    outcomes = iter([raises(ERROR), counts(x=1)])
    task = Does(context, "a", lambda: next(outcomes)())
    group = parallel(context, [task, Does(context, "b")], name="group")
    assert not group.execute().success
    assert group.execute() == TaskReturn(True, {"x": 1})
    assert statuses(group) == {"a": "success", "b": "success"}


def test_a_signal_that_does_not_wake_the_main_thread_is_heard_while_tasks_run(context: ETLContext) -> None:
    def work() -> TaskReturn:
        signal.raise_signal(signal.SIGUSR1)  # received by this thread, handled by the main one
        return TaskReturn(context.stop.wait(60))

    before = signal.signal(signal.SIGUSR1, lambda *_: context.stop.set())
    try:
        assert parallel(context, [Does(context, "a", work)], name="all").execute().error is None
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert context.stop.is_set()
