"""The reporter ``console``."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from etl_host import BatchFinished, Reporter, RunFinished, RunStarted, TaskFinished, TaskStarted

if TYPE_CHECKING:
    from etl_host_console.display import Display


class ConsoleReporter(Reporter):
    """Shows on stderr how far each task is, and at the end what became of the rows.

    rich is imported when there is something to draw.
    """

    def __init__(self, _stream: TextIO | None = None) -> None:
        self._stream = _stream

    @cached_property
    def _display(self) -> Display:
        from etl_host_console.console import console_on
        from etl_host_console.display import display_on

        return display_on(console_on(self._stream))

    def run_started(self, event: RunStarted) -> None:
        if event.run.attempt > 1:
            self._display.say(
                f"{event.run.pipeline}: resuming run {event.run.id} (attempt {event.run.attempt}): "
                f"{event.rows_before:,} rows are already loaded; --restart begins again, and loads them again"
            )

    def task_started(self, event: TaskStarted) -> None:
        if not event.group:
            self._display.start(event.path)

    def batch_finished(self, event: BatchFinished) -> None:
        self._display.advance(event)

    def task_finished(self, event: TaskFinished) -> None:
        if not event.group:
            self._display.end(event)

    def run_finished(self, event: RunFinished) -> None:
        self._display.close(event.summary)
