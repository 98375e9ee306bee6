"""What is shown where bars can't be drawn."""

from __future__ import annotations

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from etl_host import Balance
from etl_host_console.console import console_on
from etl_host_console.lines import Lines

Make = Callable[..., Any]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time; tests set it."""
    now = [100.0]
    monkeypatch.setattr("etl_host_console.lines.time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def test_a_line_comes_when_the_last_is_thirty_seconds_old(clock: list[float], batch: Make) -> None:
    lines = Lines(console_on(out := io.StringIO()))
    lines.start(("all", "stops"))
    events = [(29, batch(1)), (30, batch(2)), (59, batch(3)), (60, batch(40, expected=80, rejected=2, rate=10.0))]
    for second, event in events:
        clock[0] = 100.0 + second
        lines.advance(event)
    assert out.getvalue().splitlines() == [
        "stops: started",
        "stops: 2 rows, 1,234 rows/s",
        "stops: 50%, 40/80, 10 rows/s, 0:04 left, 2 rejected",
    ]


def test_each_of_several_tasks_has_its_own_thirty_seconds(clock: list[float], batch: Make) -> None:
    lines = Lines(console_on(out := io.StringIO()))
    lines.start(("stops",))
    clock[0] = 120.0
    lines.start(("trips",))
    clock[0] = 130.0
    lines.advance(batch(1, path=("stops",)))
    lines.advance(batch(1, path=("trips",)))
    assert out.getvalue().splitlines()[2:] == ["stops: 1 row, 1,234 rows/s"]


def test_a_task_whose_start_was_missed_is_told_of_later(clock: list[float], batch: Make) -> None:
    lines = Lines(console_on(out := io.StringIO()))
    for second in (0, 30):
        clock[0] = 100.0 + second
        lines.advance(batch(5))
    assert out.getvalue() == "stops: 5 rows, 1,234 rows/s\n"


@pytest.mark.parametrize(
    ("details", "line"),
    [
        ({}, "stops: 10 rows in 2.0 s, ok"),
        ({"status": "skipped", "balance": Balance()}, "stops: skipped"),
        ({"path": ("nodes", "[/x]")}, "[/x]: 10 rows in 2.0 s, ok"),
    ],
)
def test_the_end_of_a_task_is_told(end: Make, details: dict[str, Any], line: str) -> None:
    Lines(console_on(out := io.StringIO())).end(end(**details))
    assert out.getvalue() == line + "\n"
