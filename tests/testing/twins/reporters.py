"""A reporter that keeps its contract, and wrong ones that each break it in one way."""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import SecretStr

from etl_host import BatchFinished, ETLContext, Reporter, RunFinished, RunStarted, TaskFinished, TaskStarted


class Speaks(Reporter):
    """Says on stderr what it hears."""

    def __init__(self, password: Annotated[SecretStr | None, "Not needed."] = None) -> None:
        self.password = password

    def task_finished(self, event: TaskFinished) -> None:
        print(event.path[-1], event.summary.status, file=sys.stderr)  # noqa: T201


class KnowsNoSkippedTasks(Speaks):
    def task_finished(self, event: TaskFinished) -> None:
        colours = {"success": "green", "rejects": "yellow", "failed": "red", "interrupted": "red"}
        print(colours[event.summary.status], file=sys.stderr)  # noqa: T201


class NeedsTheStart(Speaks):
    started: set[tuple[str, ...]]

    def run_started(self, event: RunStarted) -> None:
        self.started = set()

    def task_started(self, event: TaskStarted) -> None:
        if hasattr(self, "started"):
            self.started.add(event.path)

    def batch_finished(self, event: BatchFinished) -> None:
        if hasattr(self, "started") and event.path not in self.started:
            raise KeyError(event.path)


class ChangesEvents(Speaks):
    def batch_finished(self, event: BatchFinished) -> None:
        event.statistics.clear()  # type: ignore[attr-defined]


class KeepsToAThread(Speaks):
    thread: int | None = None

    def task_started(self, event: TaskStarted) -> None:
        self.thread = self.thread or threading.get_native_id()
        if self.thread != threading.get_native_id():
            raise RuntimeError("another thread")


class KeepsRunInItsClass(Speaks):
    current: ClassVar[Reporter | None] = None
    started = False

    def run_started(self, event: RunStarted) -> None:
        KeepsRunInItsClass.current, self.started = self, True

    def task_started(self, event: TaskStarted) -> None:
        if self.started and KeepsRunInItsClass.current is not self:
            raise RuntimeError("only one run can be shown at once")


class SpeaksOnStdout(Speaks):
    def run_finished(self, event: RunFinished) -> None:
        print("done")  # noqa: T201


class LeavesItsFileOpen(Speaks):
    def run_finished(self, event: RunFinished) -> None:
        self.file = Path(__file__).open()  # noqa: SIM115


class StopsTheRun(Speaks):
    def __init__(self, context: ETLContext, password: Annotated[SecretStr | None, "Not needed."] = None) -> None:
        super().__init__(password)
        self.context = context

    def batch_finished(self, event: BatchFinished) -> None:
        self.context.stop.set()


class SpeaksOfSecrets(Speaks):
    def run_finished(self, event: RunFinished) -> None:
        if self.password:
            print(self.password.get_secret_value(), file=sys.stderr)  # noqa: T201


TWINS: Mapping[str, Sequence[type[Reporter]]] = {
    "test_it_hears_every_event": [KnowsNoSkippedTasks],
    "test_it_bears_missing_events": [NeedsTheStart],
    "test_events_stay_as_they_are": [ChangesEvents],
    "test_it_may_be_called_from_any_thread": [KeepsToAThread],
    "test_two_runs_go_side_by_side": [KeepsRunInItsClass],
    "test_it_leaves_stdout_alone": [SpeaksOnStdout],
    "test_the_end_closes_everything": [LeavesItsFileOpen],
    "test_a_run_is_the_same_with_it": [StopsTheRun],
    "test_secrets_are_never_shown": [SpeaksOfSecrets],
}
