"""Summaries as runs end with, and a terminal that can be read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from etl_host import Balance, BatchFinished, ExitCode, RunSummary, TaskFinished, TaskSummary

Make: TypeAlias = Callable[..., Any]


class Terminal(io.StringIO):
    """What is written to it can be read back."""

    def isatty(self) -> bool:
        return True


def make_task(name: str = "stops", **changes: Any) -> TaskSummary:
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


def make_run(*tasks: TaskSummary, **changes: Any) -> RunSummary:
    fields: dict[str, Any] = {"pipeline": "gtfs", "run_id": "r", "attempt": 1, "seconds": 4.0}
    return RunSummary(**{**fields, "tasks": tasks, **changes})


def make_batch(
    read: int,
    *,
    path: tuple[str, ...] = ("all", "stops"),
    rate: float = 1234.5,
    expected: int | None = None,
    share: float | None = None,
    rejected: int = 0,
) -> BatchFinished:
    balance = Balance(read, read - rejected, rejected)
    return BatchFinished("run", path, {}, {}, balance, 1.0, rate, expected, share)


def make_end(**changes: Any) -> TaskFinished:
    summary = make_task(**changes)
    return TaskFinished("run", summary.path, summary)


@pytest.fixture
def task() -> Make:
    """A function that makes the summary of a task; its arguments are fields."""
    return make_task


@pytest.fixture
def run() -> Make:
    """A function that makes the summary of a run of these tasks."""
    return make_run


@pytest.fixture
def batch() -> Make:
    """A function that makes the event of a batch: its task has read so many rows."""
    return make_batch


@pytest.fixture
def end() -> Make:
    """A function that makes the event of a task that ended; its arguments are fields of the summary."""
    return make_end


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 80 columns that can draw."""
    for variable in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "80")
    return Terminal()
