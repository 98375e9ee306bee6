"""The table fits where it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from etl_host import Balance, ExitCode, InputError
from etl_host_console.table import table_of

Make = Callable[..., Any]


def test_the_table_of_a_run(task: Make, run: Make) -> None:
    rejects = {"status": "rejects", "statistics": {"rejected_rows": 2}, "balance": Balance(416, 414, 2)}
    stops = task(seconds=0.11, rows_per_second=3781, **rejects)
    times = task("stop times", seconds=4.2, rows_per_second=8997.3, balance=Balance(37790, 37790))
    assert list(table_of(run(stops, times, seconds=4.4), None)) == [
        "TASK          READ  REJECTED  WRITTEN   TIME  ROWS/S  STATUS",
        "stops          416         2      414  0.1 s   3,781  2 rejected",
        "stop times  37,790         0   37,790  4.2 s   8,997  ok",
        "total       38,206         2   38,204  4.4 s   8,683",
    ]


def test_columns_for_dropped_and_resumed_rows_are_there_only_where_there_are_some(task: Make, run: Make) -> None:
    full = task(balance=Balance(10, 8, 1, 1), rows_before=4)
    assert list(table_of(run(full), None)) == [
        "TASK   READ  REJECTED  DROPPED  WRITTEN  RESUMED   TIME  ROWS/S  STATUS",
        "stops    10         1        1        8        4  2.0 s       5  ok",
    ]


def test_the_total_counts_the_rows_of_this_attempt_in_its_rate(task: Make, run: Make) -> None:
    total = list(table_of(run(task(), task("trips", rows_before=2)), None))[-1]
    assert total.split() == ["total", "20", "0", "20", "2", "4.0", "s", "4"]


@pytest.mark.parametrize("rows", [0, 1_000, 10_000_000])
@pytest.mark.parametrize("width", [80, 60, 55])
def test_it_fits_the_screen_whatever_the_names_are_like(task: Make, run: Make, rows: int, width: int) -> None:
    names = ["a name that is much longer than anybody would want it to be", "東京" * 30, "stops"]
    tasks = [task(name, balance=Balance(rows, rows), rows_per_second=rows) for name in names]
    lines = list(table_of(run(*tasks), width))
    assert max(map(len, lines)) <= width
    assert lines[1].startswith("a name ")
    assert lines[3].startswith("stops  ")


@pytest.mark.parametrize(
    ("width", "head"),
    [
        (64, "TASK         READ  REJECTED  WRITTEN   TIME  ROWS/S  STATUS"),
        (56, "TASK         READ  REJECTED  WRITTEN   TIME  STATUS"),
        (49, "TASK         READ  REJECTED  WRITTEN  STATUS"),
        (40, "TASK         READ  WRITTEN  STATUS"),
    ],
)
def test_where_there_is_no_room_columns_are_left_out(task: Make, run: Make, width: int, head: str) -> None:
    tasks = [
        task("stop times!", balance=Balance(37790, 37790)),
        task("a very long name", statistics={"rejected_rows": 2}, status="rejects"),
    ]
    lines = list(table_of(run(*tasks), width))
    assert " ".join(lines[0].split()) == " ".join(head.split())
    assert max(map(len, lines)) <= width


def test_names_are_whole_where_there_is_no_screen(task: Make, run: Make) -> None:
    assert "n" * 200 in list(table_of(run(task("n" * 200)), None))[1]


def test_two_tasks_with_one_name_can_be_told_apart(task: Make, run: Make) -> None:
    tasks = [task(path=(group, "stops")) for group in ("cairns", "townsville")]
    assert [line.split()[0] for line in table_of(run(*tasks), 80)] == ["TASK", "stops", "townsville/stops", "total"]


@pytest.mark.parametrize(
    ("details", "status"),
    [
        ({"status": "skipped"}, "skipped"),
        ({"status": "failed", "error": InputError("x"), "exit_code": ExitCode.REJECTS}, "failed (optional)"),
        ({"status": "rejects", "statistics": {"rejected_rows": 3}}, "3 rejected"),
    ],
)
def test_the_status_says_how_a_task_ended(task: Make, run: Make, details: dict[str, Any], status: str) -> None:
    assert list(table_of(run(task(**details)), 80))[1].endswith(f"  {status}")
