from __future__ import annotations

import logging
from typing import Any

import pytest

from attempts import Attempts, broken_at, load, numbers_in
from etl_host import (
    BatchResults,
    CheckpointStore,
    ETLContext,
    ExactlyOnce,
    Interrupted,
    ParallelTaskGroup,
    RunRefused,
    TaskGroup,
    TaskReturn,
)
from moments import Moments, nothing_happens
from number_links import CollectNumbers, passed_on, rejected
from small_tasks import Does, Remembers
from sqlite_sink import LoadEveryNumber, LoadNumbers
from sqlite_target import SQLiteTarget


def test_an_undisturbed_load_is_like_one_without_checkpoints(attempts: Attempts, target: SQLiteTarget) -> None:
    result = load(attempts.begin())
    plain = CollectNumbers(ETLContext(rejects_dir=target.file.parent), 40)
    expected = {key.replace("collected", "inserted"): value for key, value in plain.execute().summary.items()}
    assert result == TaskReturn(True, expected)
    assert numbers_in(target) == passed_on(40)


def test_a_failed_load_goes_on_where_it_stopped_and_sums_are_of_all_attempts(
    attempts: Attempts, target: SQLiteTarget, caplog: pytest.LogCaptureFixture
) -> None:
    first = attempts.fail_half_way()
    second, reporter = attempts.begin(), Remembers()
    second.reporting.add(reporter)
    with second, caplog.at_level(logging.INFO, "etl_host"):
        task = LoadNumbers(second, batch_size=5)
        result = task.execute()
    assert result.success
    assert numbers_in(target) == passed_on(40)
    assert result.summary["numbers_read"] == 40
    assert result.summary["rejected_rows"] == len(rejected(40))
    assert len(task.rejects.path.read_text().splitlines()) == len(rejected(40))
    assert (second.run.id, second.run.attempt) == (first.run.id, 2)
    assert second.summary.rows_before == second.delivery.rows_before == 21
    assert second.summary.balance.read == 40
    assert f"run {first.run.id} of numbers goes on: 21 rows are loaded already" in caplog.text
    assert reporter.story().count("numbers batch") == 1 + 4  # what was there, and 19 rows


def test_nothing_is_read_again_that_is_committed(attempts: Attempts) -> None:
    attempts.fail_half_way()
    moments = Moments()
    load(attempts.begin(), batch_size=7, trap=moments)
    assert moments.seen.count("source reads") == 3  # of six


def test_a_finished_run_stays_finished_and_the_next_one_loads_all_rows_again(
    attempts: Attempts, target: SQLiteTarget
) -> None:
    contexts = [attempts.begin(), attempts.begin()]
    for context in contexts:
        assert load(context).success
    assert numbers_in(target) == sorted(passed_on(40) * 2)
    records = target.runs("numbers")
    assert [record.run.id for record in records] == [context.run.id for context in reversed(contexts)]
    assert [(record.active, record.run.status, record.exit_code) for record in records] == [(False, "rejects", 3)] * 2


def test_a_finished_task_is_not_even_opened_on_resume(attempts: Attempts, target: SQLiteTarget) -> None:
    def both(context: ETLContext, first: Moments, second: Moments) -> TaskReturn:
        with context:
            tasks = [LoadNumbers(context, name="a", trap=first), LoadNumbers(context, name="b", trap=second)]
            return TaskGroup(context, tasks, name="all").execute()

    failed = both(attempts.begin(), Moments(), broken_at("source reads", 2))
    assert not failed.success
    moments = Moments()
    result = both(attempts.begin(), moments, Moments())
    assert result.summary["numbers_read"] == 80
    assert [moment for moment in moments.seen if moment.startswith(("source", "validator"))] == []
    assert target.loaded() == [(name, n) for name in "ab" for n in passed_on(40)]


def test_a_run_of_which_nothing_is_committed_is_begun_anew(attempts: Attempts, target: SQLiteTarget) -> None:
    context = attempts.begin(parameters={"day": 1})
    assert not load(context, trap=broken_at("source opened", 1)).success
    again = attempts.begin(parameters={"day": 2})
    assert load(again).success
    assert (again.run.attempt, again.run.id != context.run.id) == (1, True)
    assert [record.run.status for record in target.runs("numbers")] == ["rejects", "abandoned"]


def test_a_run_stopped_by_hand_goes_on(attempts: Attempts, target: SQLiteTarget) -> None:
    class Stops(LoadNumbers):
        def committed(self, batch: BatchResults[Any]) -> None:
            super().committed(batch)
            self.context.stop.set()

    result = load(attempts.begin(), Stops)
    assert isinstance(result.error, Interrupted)
    assert result.error.remedy == "start the same command again: it goes on from there"
    assert target.runs("numbers")[0].run.status == "interrupted"
    assert load(attempts.begin()).success
    assert numbers_in(target) == passed_on(40)


def test_restart_abandons_the_unfinished_run_and_loads_all_rows(attempts: Attempts, target: SQLiteTarget) -> None:
    attempts.fail_half_way(parameters={"day": 1})
    context = attempts.begin(restart=True, parameters={"day": 2})
    assert load(context).summary["numbers_read"] == 40
    assert numbers_in(target) == sorted(passed_on(40) + passed_on(21))
    assert [record.run.status for record in target.runs("numbers")] == ["rejects", "abandoned"]
    assert (context.run.attempt, context.delivery.rows_before) == (1, 0)


def test_runs_of_other_pipelines_do_not_matter(attempts: Attempts, target: SQLiteTarget) -> None:
    attempts.fail_half_way()
    other = ETLContext(delivery=ExactlyOnce("other"), connections={"sqlite": SQLiteTarget(target.file)})
    assert load(other, LoadEveryNumber).summary["numbers_read"] == 40
    assert other.run.attempt == 1
    assert load(attempts.begin()).success
    assert numbers_in(target) == sorted(passed_on(40) + list(range(1, 41)))


def test_a_task_is_executed_once_in_a_run(attempts: Attempts, target: SQLiteTarget) -> None:
    with attempts.begin() as context:
        assert LoadNumbers(context).execute().success
        again = LoadNumbers(context).execute()
        assert isinstance(again.error, RunRefused)
        assert "task numbers was executed already" in str(again.error)
    assert numbers_in(target) == passed_on(40)


def test_a_task_is_known_by_its_path_in_the_tree(attempts: Attempts, target: SQLiteTarget) -> None:
    with attempts.begin() as context:
        TaskGroup(context, [LoadEveryNumber(context, 3, name="c")], name="a/b").execute()
        TaskGroup(context, [LoadEveryNumber(context, 3, name="b/c")], name="a").execute()
    [record] = target.runs("numbers")
    assert {key.task for key in record.checkpoints} == {"a%2Fb/c", "a/b%2Fc"}


def test_parallel_tasks_are_all_in_the_plan(attempts: Attempts, target: SQLiteTarget) -> None:
    with attempts.begin() as context:
        tasks = [LoadEveryNumber(context, 20, name=name, batch_size=3) for name in "abcdef"]
        group = ParallelTaskGroup(context, tasks, name="all", max_workers=4)
        assert group.execute().summary == {"numbers_read": 120, "rows_inserted": 120}
    [record] = target.runs("numbers")
    assert {entry["task"] for entry in record.run.plan} == {f"all/{name}" for name in "abcdef"}
    assert target.loaded() == [(name, n) for name in "abcdef" for n in range(1, 21)]


def test_a_sink_without_store_is_delivered_to_at_least_once(attempts: Attempts) -> None:
    with attempts.begin() as context:
        task = CollectNumbers(context, 40)
        assert task.execute().success
    assert (task.guarantee, len(task.written)) == ("at least once", len(passed_on(40)))


def test_rejects_stay_in_the_folder_where_the_run_began(attempts: Attempts, target: SQLiteTarget) -> None:
    first = attempts.fail_half_way()
    elsewhere = ETLContext(
        delivery=ExactlyOnce("numbers"),
        connections={"sqlite": SQLiteTarget(target.file)},
        rejects_dir=target.file.parent / "elsewhere",
    )
    assert load(elsewhere).success
    [file] = (attempts.rejects).iterdir()
    assert file.name == f"numbers.{first.run.id}.jsonl"
    assert len(file.read_text().splitlines()) == len(rejected(40))


def test_a_delivery_may_serve_one_context_after_the_other(target: SQLiteTarget) -> None:
    delivery = ExactlyOnce("numbers")
    for trap in (broken_at("sink writes", 4), nothing_happens, nothing_happens):
        context = ETLContext(
            delivery=delivery,
            connections={"sqlite": SQLiteTarget(target.file)},
            rejects_dir=target.file.parent,
        )
        load(context, trap=trap)
    assert numbers_in(target) == sorted(passed_on(40) * 2)
    assert [record.run.attempt for record in target.runs("numbers")] == [1, 2]


def test_an_empty_source_is_finished_and_counts_zero(attempts: Attempts, target: SQLiteTarget) -> None:
    result = load(attempts.begin(), count=0)
    assert result.summary == {"numbers_read": 0, "rejected_rows": 0, "valid_rows": 0, "rows_inserted": 0}
    [record] = target.runs("numbers")
    assert [state.finished for _, state in record.checkpoints.values()] == [True]


class LosesAnswers(Moments):
    """The first answer after each commit is lost."""

    def __call__(self, moment: str) -> None:
        super().__call__(moment)
        if moment == "after commit" and self.seen.count(moment) % 2:
            raise ConnectionError("the answer is lost")


def test_counts_are_right_also_where_answers_are_lost(attempts: Attempts, target: SQLiteTarget) -> None:
    result = load(attempts.begin(), trap=LosesAnswers())
    assert result.summary["rows_inserted"] == len(passed_on(40))
    assert numbers_in(target) == passed_on(40)


def test_a_run_is_not_finished_while_a_task_failed(attempts: Attempts, target: SQLiteTarget) -> None:
    with attempts.begin() as context:
        LoadNumbers(context, name="a").execute()
        Does(context, "b", lambda: TaskReturn(False)).execute()
    [record] = target.runs("numbers")
    assert (record.active, record.run.status, record.exit_code) == (True, "failed", 1)


def test_stores_are_begun_once_however_often_they_are_opened(attempts: Attempts, target: SQLiteTarget) -> None:
    with attempts.begin() as context:
        delivery = context.delivery
        assert isinstance(delivery, ExactlyOnce)
        store: CheckpointStore = context.connection("sqlite", SQLiteTarget)
        delivery.open([store, store])
        delivery.open([store])
        assert LoadNumbers(context).execute().success
    assert [record.run.attempt for record in target.runs("numbers")] == [1]
