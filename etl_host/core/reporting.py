"""What a run tells while it goes on, and the fan-out that no reporter can break."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from etl_host.core.batch import Balance, Statistics
from etl_host.core.errors import text_of

if TYPE_CHECKING:
    from etl_host.core.checkpoint import Run
    from etl_host.core.summary import RunSummary, TaskSummary

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunStarted:
    """A run begins, or goes on: then ``rows_before`` rows are loaded already."""

    run: Run
    rows_before: int = 0


@dataclass(frozen=True)
class TaskStarted:
    """A task begins.

    ``path``: the names from the root of the tree of tasks to it. ``group``: it only holds other tasks.
    """

    run: str
    path: tuple[str, ...]
    group: bool = False


@dataclass(frozen=True)
class BatchFinished:
    """A batch is committed. ``batch``: its counts; ``statistics`` and ``balance``: those of its task so far.

    ``seconds`` and ``rows_per_second`` are of this attempt; ``expected``: rows that there will be; ``share``:
    consumed part of the input, 0 to 1; both None where not known.
    """

    run: str
    path: tuple[str, ...]
    batch: Statistics
    statistics: Statistics
    balance: Balance
    seconds: float
    rows_per_second: float
    expected: int | None
    share: float | None


@dataclass(frozen=True)
class TaskFinished:
    """A task ended, or was skipped."""

    run: str
    path: tuple[str, ...]
    summary: TaskSummary
    group: bool = False


@dataclass(frozen=True)
class RunFinished:
    """The run ended; the last event."""

    summary: RunSummary


class Reporter:
    """Hears what a run does; implement the methods you need.

    Calls come one at a time, from any thread, counts only after they are committed. A reporter that raises is
    left out for a while and tried again, in any case at the end; it never fails a run.
    """

    def run_started(self, event: RunStarted) -> None: ...

    def task_started(self, event: TaskStarted) -> None: ...

    def batch_finished(self, event: BatchFinished) -> None: ...

    def task_finished(self, event: TaskFinished) -> None: ...

    def run_finished(self, event: RunFinished) -> None: ...


class Reporting:
    """Passes each event to every reporter."""

    def __init__(self) -> None:
        self._listeners: list[_Listener] = []
        self._mutex = threading.Lock()

    def add(self, reporter: Reporter) -> None:
        """From now on ``reporter`` hears every event."""
        self._listeners.append(_Listener(reporter))

    def run_started(self, event: RunStarted) -> None:
        self._tell(lambda reporter: reporter.run_started(event))

    def task_started(self, event: TaskStarted) -> None:
        self._tell(lambda reporter: reporter.task_started(event))

    def batch_finished(self, event: BatchFinished) -> None:
        self._tell(lambda reporter: reporter.batch_finished(event))

    def task_finished(self, event: TaskFinished) -> None:
        self._tell(lambda reporter: reporter.task_finished(event))

    def run_finished(self, event: RunFinished) -> None:
        self._tell(lambda reporter: reporter.run_finished(event), last=True)

    def _tell(self, call: Callable[[Reporter], Any], *, last: bool = False) -> None:
        with self._mutex:
            for listener in self._listeners:
                listener.hear(call, last)


class _Listener:
    """A reporter, left out for twice as many events after each failure in a row."""

    def __init__(self, reporter: Reporter) -> None:
        self.reporter = reporter
        self.failures = 0
        self.left_out = 0

    def hear(self, call: Callable[[Reporter], Any], last: bool) -> None:
        if self.left_out and not last:
            self.left_out -= 1
            return
        try:
            call(self.reporter)
            self.failures = 0
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.failures += 1
            self.left_out = 2**self.failures
            name = type(self.reporter).__name__
            log.warning("reporter %s failed, the run goes on: %s: %s", name, type(error).__name__, text_of(error))
