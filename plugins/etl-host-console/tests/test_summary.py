"""What the summary of a run says, line by line."""

from __future__ import annotations

from typing import Any

import pytest

from etl_host import Balance, ExitCode, InputError, RunSummary, TaskSummary
from etl_host_console.summary import lines_of

LOOK = 'etl-host query "MATCH (n) RETURN n" --embedded'


def task(name: str = "stops", **changes: Any) -> TaskSummary:
    fields: dict[str, Any] = {
        "name": name,
        "path": (name,),
        "status": "success",
        "seconds": 2.0,
        "rows_per_second": 5.0,
        "guarantee": "exactly once",
        "statistics": {},
        "balance": Balance(10, 10),
        "rows_before": 0,
        "rejects_file": None,
        "error": None,
        "exit_code": ExitCode.OK,
    }
    return TaskSummary(**fields | changes)


def lines(*tasks: TaskSummary, **changes: Any) -> list[str]:
    fields: dict[str, Any] = {"pipeline": "gtfs", "run_id": "r", "attempt": 1, "seconds": 4.0, "look": LOOK}
    return list(lines_of(RunSummary(**{**fields, "tasks": tasks, **changes})))


def failed(code: ExitCode, **changes: Any) -> TaskSummary:
    return task(status="failed", error=InputError("no such file"), exit_code=code, **changes)


def test_columns_for_dropped_and_resumed_rows_are_there_only_where_there_are_some() -> None:
    table = lines(task())[1:3]
    assert table == [
        "TASK   READ  VALID  REJECTED  WRITTEN  NODES  RELATIONSHIPS   TIME  ROWS/S  STATUS",
        "stops    10      -         0       10      0              0  2.0 s       5  ok",
    ]
    counts = {"valid_rows": 9, "nodes_created": 8, "relationships_created": 7, "rejected_rows": 1}
    balance = Balance(10, 8, 1, 1)
    full = task(status="rejects", statistics=counts, balance=balance, rows_before=4, exit_code=ExitCode.REJECTS)
    assert lines(full)[1:3] == [
        "TASK   READ  VALID  REJECTED  DROPPED  WRITTEN  RESUMED  NODES  RELATIONSHIPS   TIME  ROWS/S  STATUS",
        "stops    10      9         1        1        8        4      8              7  2.0 s       5  1 rejected",
    ]


def test_the_total_of_several_tasks_counts_the_rows_of_this_attempt_in_its_rate() -> None:
    total = lines(task(), task("trips", rows_before=2))[4].split()
    assert total == ["total", "20", "-", "0", "20", "2", "0", "0", "4.0", "s", "4"]


def test_a_balance_that_does_not_add_up_is_told() -> None:
    assert "delivery   exactly once; 10 read = 10 written + 0 rejected" in lines(task())
    wrong = lines(task(balance=Balance(10, 6, 1)))
    assert "delivery   exactly once; 10 read, but 6 written + 1 rejected: please report this" in wrong


@pytest.mark.parametrize(
    ("tasks", "hints"),
    [
        ([task()], [f"look       {LOOK}"]),
        ([failed(ExitCode.FAILED)], ["next       start the same command again: it goes on after 10 rows"]),
        ([failed(ExitCode.INTERRUPTED)], ["next       start the same command again: it goes on after 10 rows"]),
        (
            [task(), failed(ExitCode.FAILED, guarantee="at least once")],
            ["next       start the same command again: it begins with the first row, and loads them all again"],
        ),
        ([failed(ExitCode.FAILED, balance=Balance())], []),
        ([failed(ExitCode.USAGE)], []),
        ([failed(ExitCode.BUDGET)], []),
        ([failed(ExitCode.LOCKED)], []),
    ],
)
def test_the_hint_is_what_helps_next(tasks: list[TaskSummary], hints: list[str]) -> None:
    assert [line for line in lines(*tasks) if line.startswith(("next", "look"))] == hints


def test_a_run_without_a_name_has_none_in_its_last_line() -> None:
    assert lines(task(), pipeline="")[-1] == "done (exit code 0)"


def test_several_rows_rejected_that_came_of_one_are_all_counted() -> None:
    statistics = {"rejected_rows": 3}
    balance = Balance(10, 10)  # other rows made of the same ones were written
    shown = lines(task(status="rejects", statistics=statistics, balance=balance, exit_code=ExitCode.REJECTS))
    assert shown[2].endswith("3 rejected")
    assert shown[-1] == "gtfs: done, 3 rows rejected (exit code 3)"


def test_the_last_line_names_the_error_that_decided() -> None:
    forgiven = task("extras", status="failed", error=ValueError("no"), exit_code=ExitCode.REJECTS)
    assert lines(forgiven, failed(ExitCode.FAILED))[-1] == "gtfs: failed [wrong-input] (exit code 1)"


def test_a_run_that_failed_before_its_tasks_says_so_in_one_line() -> None:
    shown = lines(error=InputError("gone"), run_exit_code=ExitCode.FAILED)
    assert shown == ["", "gtfs: failed [wrong-input] (exit code 1)"]
