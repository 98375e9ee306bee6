from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from etl_host import (
    Balance,
    BatchProcessor,
    BatchResults,
    ETLContext,
    Interrupted,
    Position,
    Row,
    RowError,
    Task,
    TaskGroup,
    TaskReturn,
    Validator,
)
from moments import Moments
from number_links import Collect, CollectNumbers, Numbers, passed_on, rejected
from small_tasks import Does, Remembers, counts, failed_having_counted, raises


@pytest.fixture
def reporter() -> Remembers:
    return Remembers()


@pytest.fixture
def context(tmp_path: Path, reporter: Remembers) -> ETLContext:
    return ETLContext(rejects_dir=tmp_path, reporters=[reporter])


def test_a_task_returns_what_it_counted(context: ETLContext, reporter: Remembers) -> None:
    assert Does(context, "stops", counts(rows=3)).execute() == TaskReturn(True, {"rows": 3})
    assert reporter.story() == ["run started", "stops started", "stops success"]


def test_a_task_is_called_like_its_class_unless_it_has_a_name(context: ETLContext) -> None:
    assert CollectNumbers(context, 0).name == "CollectNumbers"
    assert CollectNumbers(context, 0, name="numbers").path == ("numbers",)


@pytest.mark.parametrize("error", [RuntimeError("broken"), SystemExit(0), Interrupted("enough")])
def test_whatever_a_task_raises_becomes_its_error(
    context: ETLContext, reporter: Remembers, error: BaseException
) -> None:
    result = Does(context, "stops", raises(error)).execute()
    assert result == TaskReturn(False, {}, error)
    assert reporter.story()[-1] == ("stops interrupted" if isinstance(error, Interrupted) else "stops failed")


def test_ctrl_c_goes_through_a_task_but_is_told(context: ETLContext, reporter: Remembers) -> None:
    with pytest.raises(KeyboardInterrupt):
        Does(context, "stops", raises(KeyboardInterrupt())).execute()
    assert reporter.story()[-1] == "stops interrupted"


@pytest.mark.parametrize("returned", [None, True, {"rows": 3}])
def test_a_task_that_returns_something_else_fails_with_its_name(context: ETLContext, returned: object) -> None:
    result = Does(context, "stops", lambda: returned).execute()
    assert not result.success
    assert isinstance(result.error, TypeError)
    assert str(result.error) == f"stops: run_internal returned {returned!r}, not a TaskReturn"


def test_a_failure_without_an_error_gets_one(context: ETLContext) -> None:
    task = Does(context, "stops", lambda: TaskReturn(False, {"rows": 3}))
    result = task.execute()
    assert (result.success, result.summary) == (False, {"rows": 3})
    assert str(result.error) == "stops says that it failed, and no more"
    assert context.summary.exit_code == 1


class Wanting(Task):
    def run_internal(self, *arguments: Any, day: str = "", again: bool = False) -> TaskReturn:
        return TaskReturn(True, {"given": bool(day) + again})


def test_arguments_are_handed_on(context: ETLContext) -> None:
    assert Wanting(context).execute(day="2026-11-23", again=True).summary == {"given": 2}


def test_unknown_arguments_are_refused_by_name_before_anything_begins(context: ETLContext, reporter: Remembers) -> None:
    with pytest.raises(TypeError, match=r"Wanting takes no argument arguments, dya, year$"):
        Wanting(context).execute(year=2026, dya="2026-11-23", again=True, arguments=())
    assert reporter.events == []


def test_an_argument_that_is_missing_fails_the_task(context: ETLContext) -> None:
    class Needing(Task):
        def run_internal(self, day: str) -> TaskReturn:
            return TaskReturn()

    assert isinstance(Needing(context).execute().error, TypeError)


def test_a_failed_task_keeps_the_counts_of_what_it_committed(context: ETLContext) -> None:
    task = CollectNumbers(context, 50, trap=Moments("sink writes", RuntimeError("full"), occurrence=3))
    result = task.execute()
    written = len(passed_on(20))
    assert str(result.error) == "full"
    assert result.summary["numbers_read"] == 20
    assert result.summary["rows_collected"] == written == len(task.written)
    assert task.summary().balance.read == 20


def test_counts_returned_win_over_counts_of_batches(context: ETLContext) -> None:
    task = Does(context, "stops", failed_having_counted({"rows": 7}, RuntimeError()))
    assert task.execute().summary == {"rows": 7}
    assert task.summary().statistics == {"rows": 7}


def test_a_second_execution_starts_counting_anew(context: ETLContext) -> None:
    task = CollectNumbers(context, 25)
    first, second = task.execute(), task.execute()
    assert first == second
    assert task.summary().balance.read == 25


def test_a_task_with_rejects_says_so_and_where(context: ETLContext, tmp_path: Path) -> None:
    task = CollectNumbers(context, 50, name="a/b: c")
    task.execute()
    summary = task.summary()
    file = tmp_path / f"a%2Fb%3A c.{context.run.id}.jsonl"
    assert (summary.status, summary.rejects_file, summary.exit_code) == ("rejects", str(file), 3)
    assert len(file.read_text().splitlines()) == len(rejected(50)) == summary.as_dict()["rejects"]["rows"]


class RejectsCopies(Validator[Row, Row]):
    """Makes two rows of each and rejects the second."""

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        parents = [i // 2 for i in range(2 * len(batch.chunk))]
        doubled = batch.expand([batch.chunk[parent] for parent in parents], parents)
        return self.reject(doubled, {i: [RowError("a copy")] for i in range(1, len(parents), 2)})


class LoadWithCopies(CollectNumbers):
    def chain(self) -> BatchProcessor[Any]:
        numbers = Numbers(self.count, self.context, self)
        return Collect(self.context, self, RejectsCopies(self.context, self, numbers))


def test_rejects_are_told_also_where_each_row_was_written_in_part(context: ETLContext) -> None:
    task = LoadWithCopies(context, 6, name="stops")
    task.execute()
    assert task.balance == Balance(read=6, written=6)
    assert task.summary().as_dict()["rejects"] == {"rows": 6, "file": str(task.rejects.path)}
    assert len(task.rejects.path.read_text().splitlines()) == 6


def test_a_task_without_rejects_names_no_file(context: ETLContext) -> None:
    task = CollectNumbers(context, 5)
    task.execute()
    assert task.summary().as_dict()["rejects"] == {"rows": 0, "file": None}


def test_rows_of_earlier_attempts_do_not_count_for_the_rate(context: ETLContext) -> None:
    task = Does(context, "stops")
    task.goes_on_after(Balance(read=1000))
    task.committed(BatchResults((), {}, 1000, (), Position(1000)).committed({}))
    assert (task.rows_per_second, task.balance.read) == (0, 1000)


def test_a_task_is_asked_to_stop_by_its_context_or_by_a_group_above_it(context: ETLContext) -> None:
    task = Does(context, "stops")
    inner = TaskGroup(context, [task], name="inner")
    outer = TaskGroup(context, [inner], name="outer")
    assert not task.stopping
    outer.halted.set()
    assert task.stopping
    assert not outer.stopping
    outer.halted.clear()
    context.stop.set()
    assert task.stopping
    assert outer.stopping


def test_leaves_are_the_tasks_that_do_the_work(context: ETLContext) -> None:
    a, b, c = (Does(context, name) for name in "abc")
    tree = TaskGroup(context, [a, TaskGroup(context, [b, c], name="inner")], name="outer")
    assert list(tree.leaves()) == [a, b, c]
    assert c.path == ("outer", "inner", "c")
