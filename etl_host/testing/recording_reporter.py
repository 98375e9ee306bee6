"""A reporter that remembers."""

from __future__ import annotations

from typing import TypeAlias

from etl_host.core.reporting import BatchFinished, Reporter, RunFinished, RunStarted, TaskFinished, TaskStarted

Event: TypeAlias = RunStarted | TaskStarted | BatchFinished | TaskFinished | RunFinished


class RecordingReporter(Reporter):
    """Keeps every event in ``events``, as it came."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def run_started(self, event: RunStarted) -> None:
        self.events.append(event)

    def task_started(self, event: TaskStarted) -> None:
        self.events.append(event)

    def batch_finished(self, event: BatchFinished) -> None:
        self.events.append(event)

    def task_finished(self, event: TaskFinished) -> None:
        self.events.append(event)

    def run_finished(self, event: RunFinished) -> None:
        self.events.append(event)
