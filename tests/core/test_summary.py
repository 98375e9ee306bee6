from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from etl_host import (
    Balance,
    BudgetExceeded,
    ETLContext,
    ExitCode,
    Fenced,
    InputError,
    Interrupted,
    RunRefused,
    RunSummary,
    TaskGroup,
    TaskSummary,
)
from etl_host.core.errors import Limited, exit_code_of
from number_links import CollectNumbers, passed_on, rejected
from small_tasks import Does, counts, raises


def task(name: str = "stops", **details: Any) -> TaskSummary:
    defaults: dict[str, Any] = {
        "name": name,
        "path": ("gtfs", name),
        "status": "success",
        "seconds": 2.0,
        "times": {},
        "rows_per_second": 50.0,
        "guarantee": "exactly once",
        "statistics": {},
        "balance": Balance(),
        "rows_before": 0,
        "rejects_file": None,
        "error": None,
        "exit_code": ExitCode.OK,
    }
    return TaskSummary(**{**defaults, **details})


def run(*tasks: TaskSummary, **details: Any) -> RunSummary:
    return RunSummary("gtfs", "run-1", 2, 3.0, tasks, **details)


def test_a_run_as_json() -> None:
    summary = run(
        task(
            seconds=1.23456,
            rows_per_second=81.25,
            statistics={"rows_read": 100, "rejected_rows": 2},
            balance=Balance(100, 90, 2, 8),
            rows_before=40,
            rejects_file="/x/stops.jsonl",
            status="rejects",
            exit_code=ExitCode.REJECTS,
        ),
        task("trips", statistics={"rows_read": 5}, balance=Balance(5, 5)),
    )
    assert json.loads(json.dumps(summary.as_dict(), allow_nan=False)) == {
        "schema": 1,
        "pipeline": "gtfs",
        "run_id": "run-1",
        "attempt": 2,
        "status": "rejects",
        "exit_code": 3,
        "guarantee": "exactly once",
        "seconds": 3.0,
        "statistics": {"rows_read": 105, "rejected_rows": 2},
        "rows_before": 40,
        "balance": {"read": 105, "written": 95, "rejected": 2, "dropped": 8},
        "rejects": {"rows": 2, "files": ["/x/stops.jsonl"]},
        "tasks": [
            {
                "name": "stops",
                "path": ["gtfs", "stops"],
                "status": "rejects",
                "exit_code": 3,
                "seconds": 1.235,
                "times": {},
                "retries": 0,
                "rows_per_second": 81.2,
                "guarantee": "exactly once",
                "statistics": {"rows_read": 100, "rejected_rows": 2},
                "rows_before": 40,
                "balance": {"read": 100, "written": 90, "rejected": 2, "dropped": 8},
                "rejects": {"rows": 2, "file": "/x/stops.jsonl"},
                "error": None,
            },
            {
                "name": "trips",
                "path": ["gtfs", "trips"],
                "status": "success",
                "exit_code": 0,
                "seconds": 2.0,
                "times": {},
                "retries": 0,
                "rows_per_second": 50.0,
                "guarantee": "exactly once",
                "statistics": {"rows_read": 5},
                "rows_before": 0,
                "balance": {"read": 5, "written": 5, "rejected": 0, "dropped": 0},
                "rejects": {"rows": 0, "file": None},
                "error": None,
            },
        ],
        "error": None,
    }


def test_errors_as_json_have_the_name_that_explain_knows() -> None:
    error = InputError("stops.txt is missing")
    error.place = "stops.txt:1"  # type: ignore[attr-defined]
    summary = run(task(error=error, status="failed", exit_code=ExitCode.FAILED), error=ZeroDivisionError("x"))
    assert summary.as_dict()["tasks"][0]["error"] == {
        "name": "wrong-input",
        "message": "stops.txt is missing",
        "place": "stops.txt:1",
    }
    assert summary.as_dict()["error"] == {"name": "ZeroDivisionError", "message": "x", "place": None}


@pytest.mark.parametrize(
    ("promises", "weakest"),
    [
        (["exactly once", "exactly once"], "exactly once"),
        (["exactly once", "at least once"], "at least once"),
        ([None, "exactly once"], "exactly once"),
        ([None, None], None),
        ([], None),
    ],
)
def test_a_run_promises_what_its_weakest_task_does(promises: list[str | None], weakest: str | None) -> None:
    assert run(*[task(guarantee=promise) for promise in promises]).guarantee == weakest


FAILURES = {
    "overtaken": (Fenced("x"), 6),
    "stopped": (Interrupted("x"), 5),
    "broken": (RuntimeError("x"), 1),
    "over budget": (BudgetExceeded("x"), 4),
    "refused": (RunRefused("x"), 2),
}


@pytest.mark.parametrize("worse", FAILURES)
@pytest.mark.parametrize("other", [*FAILURES, "rejects", "optional", "fine"])
def test_the_worst_of_several_tasks_decides_on_the_exit_code(tmp_path: Path, worse: str, other: str) -> None:
    context = ETLContext(rejects_dir=tmp_path)
    order = list(FAILURES)
    for name in (worse, other):
        if name == "rejects":
            Does(context, name, counts(rejected_rows=1)).execute()
        elif name == "optional":
            inner = Does(context, name, raises(RuntimeError()), optional=True)
            TaskGroup(context, [inner], name="group").execute()
        elif name == "fine":
            Does(context, name).execute()
        else:
            Does(context, name, raises(FAILURES[name][0])).execute()
    expected = worse if other not in order else min(worse, other, key=order.index)
    assert context.summary.exit_code == FAILURES[expected][1]


@pytest.mark.parametrize(
    ("code", "status"),
    [(0, "success"), (3, "rejects"), (5, "interrupted"), (1, "failed"), (2, "failed"), (4, "failed"), (6, "failed")],
)
def test_the_status_of_a_run_follows_from_its_exit_code(code: int, status: str) -> None:
    assert run(task(exit_code=ExitCode(code))).status == status
    assert run(run_exit_code=ExitCode(code)).status == status


def test_an_error_beside_the_tasks_counts_like_one_of_a_task() -> None:
    summary = run(task(), error=Fenced("x"), run_exit_code=exit_code_of(Fenced("x")))
    assert (summary.exit_code, summary.status) == (6, "failed")


def test_the_sums_of_a_run_are_those_of_its_tasks(tmp_path: Path) -> None:
    context = ETLContext(rejects_dir=tmp_path)
    TaskGroup(context, [CollectNumbers(context, 50, name=name) for name in "ab"], name="group").execute()
    summary = context.summary
    assert summary.statistics["rows_collected"] == 2 * len(passed_on(50))
    assert summary.balance.rejected == 2 * len(rejected(50))
    files = [str(tmp_path / f"{name}.{context.run.id}.jsonl") for name in "ab"]
    assert summary.as_dict()["rejects"] == {"rows": 2 * len(rejected(50)), "files": files}
    assert summary.guarantee == "at least once"


REJECTS: dict[str, Any] = {"status": "rejects", "exit_code": ExitCode.REJECTS}
FAILED: dict[str, Any] = {"status": "failed", "exit_code": ExitCode.FAILED, "error": InputError("gone [/x]")}
LIMITED: dict[str, Any] = {"status": "limited", "error": Limited("enough")}
FORGIVEN: dict[str, Any] = FAILED | {"exit_code": ExitCode.REJECTS}


@pytest.mark.parametrize(
    ("details", "outcome"),
    [
        ({}, "ok"),
        ({"status": "skipped"}, "skipped"),
        (REJECTS | {"statistics": {"rejected_rows": 1200}}, "1,200 rejected"),
        (FAILED, "failed"),
        (FORGIVEN, "failed (optional)"),
    ],
)
def test_how_a_task_ended_in_words(details: dict[str, Any], outcome: str) -> None:
    assert task(**details).outcome == outcome


@pytest.mark.parametrize(
    ("tasks", "outcome"),
    [
        ([{}], "done"),
        ([REJECTS | {"statistics": {"rejected_rows": 1}}], "done, 1 row rejected"),
        ([REJECTS | {"statistics": {"rejected_rows": 1200}}, FORGIVEN], "done, 1,200 rows rejected, 1 optional failed"),
        ([FORGIVEN | {"error": ValueError("no")}, FAILED], "failed [wrong-input]"),
        ([LIMITED | {"statistics": {"rejected_rows": 1}}], "limited, 1 row rejected"),
        ([{"status": "failed", "exit_code": ExitCode.FAILED, "error": ValueError("no")}], "failed [ValueError]"),
        (
            [{"status": "interrupted", "exit_code": ExitCode.INTERRUPTED, "error": Interrupted("x")}],
            "interrupted [interrupted]",
        ),
    ],
)
def test_how_a_run_ended_in_words(tasks: list[dict[str, Any]], outcome: str) -> None:
    assert run(*[task(**details) for details in tasks]).outcome == outcome


def test_rows_that_several_were_made_of_and_rejected_are_all_counted() -> None:
    """Of the rows made of one some were rejected, others were written: for the balance that one is written."""
    assert (
        run(task(balance=Balance(10, 10), statistics={"rejected_rows": 3}, **REJECTS)).outcome
        == "done, 3 rows rejected"
    )


@pytest.mark.parametrize(
    ("balances", "delivered"),
    [
        ([Balance(10, 9, 1)], "10 read = 9 written + 1 rejected"),
        ([Balance(1000, 10, 1, 989)], "1,000 read = 10 written + 1 rejected + 989 dropped"),
        ([Balance(10, 6, 1)], "10 read, but 6 written + 1 rejected: please report this"),
        ([Balance(10, 11), Balance(10, 9)], "20 read, but 20 written + 0 rejected: please report this"),
    ],
)
def test_the_balance_of_every_task_is_checked(balances: list[Balance], delivered: str) -> None:
    assert run(*[task(balance=balance) for balance in balances]).delivered == f"exactly once; {delivered}"


def test_where_no_task_came_to_deliver_rows_nothing_is_promised() -> None:
    assert run(task(guarantee=None)).delivered is None


def test_the_rate_is_that_of_this_attempt() -> None:
    assert run(task(balance=Balance(100, 100), rows_before=40)).rows_per_second == 20.0
    assert RunSummary("gtfs", "r", 1, 0.0, [task()]).rows_per_second == 0.0


def test_a_limit_that_was_reached_is_no_failure() -> None:
    assert run(task(**LIMITED)).failures == []


def test_the_repr_is_one_line_that_says_what_matters() -> None:
    error = InputError("gone\n  [/x]", remedy="bring it back")
    failed = task(balance=Balance(10, 9, 1), **FAILED | {"error": error})
    assert repr(run(failed, error=ValueError("no"))) == (
        "<RunSummary gtfs: failed [ValueError]; exactly once; 10 read = 9 written + 1 rejected; "
        "stops: gone [wrong-input]   [/x]; next: bring it back; no [ValueError]>"
    )
    assert repr(RunSummary("", "run-1", 1, 1.0, [])) == "<RunSummary run-1: done>"
