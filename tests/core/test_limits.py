from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from etl_host import BudgetExceeded, ETLContext, ParallelTaskGroup, TaskGroup
from etl_host.core.errors import Limited
from etl_host.core.limits import RejectsBudget
from number_links import CollectNumbers, passed_on


@pytest.mark.parametrize(
    ("value", "budget"),
    [
        (0, RejectsBudget(rows=0)),
        (100, RejectsBudget(rows=100)),
        ("100", RejectsBudget(rows=100)),
        ("1%", RejectsBudget(share=Fraction(1, 100))),
        (" 0.5 % ", RejectsBudget(share=Fraction(1, 200))),
        ("100%", RejectsBudget(share=Fraction(1))),
    ],
)
def test_a_budget_is_a_number_of_rows_or_a_share_of_them(value: int | str, budget: RejectsBudget) -> None:
    assert RejectsBudget.of(value) == budget


@pytest.mark.parametrize("value", [-1, "-1", "", "%", "1.5", "101%", "-1%", "few", "1 in 100", True])
def test_anything_else_is_refused_with_an_example(value: int | str) -> None:
    with pytest.raises(ValueError, match=r"such as 100.*such as 1%"):
        RejectsBudget.of(value)


@pytest.mark.parametrize(
    ("value", "rejected", "read", "ended", "allowed"),
    [
        (0, 0, 10, True, True),
        (0, 1, 10, False, False),
        (3, 3, 3, True, True),
        (3, 4, 4, False, False),
        ("1%", 999, 999, False, True),
        ("1%", 10, 1_000, False, True),
        ("1%", 11, 1_000, False, False),
        ("1%", 1, 99, True, False),
        ("1%", 1, 100, True, True),
        ("0%", 0, 5_000, True, True),
    ],
)
def test_a_share_is_judged_from_the_thousandth_row_and_at_the_end(
    value: int | str, rejected: int, read: int, ended: bool, allowed: bool
) -> None:
    assert RejectsBudget.of(value).allows(rejected, read, ended=ended) is allowed


def test_the_batch_with_one_reject_too_many_is_written_before_the_load_fails(tmp_path: Path) -> None:
    with ETLContext({}, rejects_dir=tmp_path) as context:
        task = CollectNumbers(context, 40)
        task.max_rejects = RejectsBudget.of(1)
        error = task.execute().error
    assert isinstance(error, BudgetExceeded)
    assert "2 of 20 rows are rejected, more than max_rejects: 1" in str(error)
    assert [row["n"] for row in task.written] == passed_on(20)
    assert context.summary.exit_code == 4


@pytest.mark.parametrize(("limit", "read"), [(1, 1), (9, 9), (10, 10), (15, 20), (40, 40), (41, 40)])
def test_a_limited_task_ends_with_the_batch_that_reaches_the_limit(tmp_path: Path, limit: int, read: int) -> None:
    with ETLContext({}, rejects_dir=tmp_path, limit=limit) as context:
        task = CollectNumbers(context, 40)
        result = task.execute()
    assert task.balance.read == read
    assert [row["n"] for row in task.written] == passed_on(read)
    assert isinstance(result.error, Limited) is (read < 40)
    assert context.summary.status == ("limited" if read < 40 else "rejects")


@pytest.mark.parametrize("optional", [False, True])
def test_tasks_after_a_limited_one_are_skipped(tmp_path: Path, optional: bool) -> None:
    with ETLContext({}, rejects_dir=tmp_path, limit=6) as context:
        tasks = [CollectNumbers(context, 40, name=name, optional=optional) for name in ("first", "second")]
        TaskGroup(context, tasks, name="all").execute()
    assert [task.status for task in context.summary.tasks] == ["limited", "skipped"]
    assert (context.summary.status, context.summary.exit_code) == ("limited", 0)


def test_what_runs_beside_a_limited_task_ends_too(tmp_path: Path) -> None:
    with ETLContext({}, rejects_dir=tmp_path, limit=6) as context:
        tasks = [CollectNumbers(context, 10_000, name=name, batch_size=1) for name in ("first", "second")]
        ParallelTaskGroup(context, tasks, name="all", max_workers=2).execute()
    statuses = {task.status for task in context.summary.tasks}
    assert "limited" in statuses
    assert statuses <= {"limited", "interrupted", "skipped"}
    assert (context.summary.status, context.summary.exit_code) == ("limited", 0)


@pytest.mark.parametrize("tenths", range(1, 1_000))
def test_a_share_is_held_exactly(tenths: int) -> None:
    budget = RejectsBudget.of(f"{tenths // 10}.{tenths % 10}%")
    assert budget.allows(tenths, 1_000, ended=True)
    assert not budget.allows(tenths + 1, 1_000, ended=True)
