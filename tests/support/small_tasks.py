"""Tasks that do what a function says, and a reporter that remembers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from etl_host import (
    BatchFinished,
    ETLContext,
    RunFinished,
    RunStarted,
    Statistics,
    Task,
    TaskFinished,
    TaskReturn,
    TaskStarted,
)
from etl_host.testing import RecordingReporter
from etl_host.testing.recording_reporter import Event


class Does(Task):
    """Calls ``work`` and returns what that returns, or success."""

    def __init__(
        self,
        context: ETLContext,
        name: str,
        work: Callable[[], Any] = TaskReturn,
        *,
        optional: bool = False,
    ) -> None:
        super().__init__(context, name=name, optional=optional)
        self.work = work

    def run_internal(self) -> TaskReturn:
        result: TaskReturn = self.work()
        return result


def raises(error: BaseException) -> Callable[[], TaskReturn]:
    """Work that fails with ``error``."""

    def work() -> TaskReturn:
        raise error

    return work


def counts(**statistics: float) -> Callable[[], TaskReturn]:
    """Work that succeeds, having counted ``statistics``."""
    return lambda: TaskReturn(True, statistics)


def failed_having_counted(statistics: Statistics, error: BaseException) -> Callable[[], TaskReturn]:
    """Work that returns a failure."""
    return lambda: TaskReturn(False, statistics, error)


class Remembers(RecordingReporter):
    """Every event, as it came."""

    def story(self) -> list[str]:
        """The events in short: what, and for tasks which one and how it ended."""
        return [_in_short(event) for event in self.events]


def _in_short(event: Event) -> str:
    match event:
        case TaskFinished():
            return f"{event.path[-1]} {event.summary.status}"
        case TaskStarted():
            return f"{event.path[-1]} started"
        case BatchFinished():
            return f"{event.path[-1]} batch"
        case RunFinished():
            return f"run {event.summary.status}"
        case RunStarted():
            return "run started"
