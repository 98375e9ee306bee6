"""One plain line at a task's start and end, and every 30 seconds between."""

from __future__ import annotations

import time

from etl_host import BatchFinished, RunSummary, TaskFinished
from etl_host_console.console import PlainConsole
from etl_host_console.labels import Labels
from etl_host_console.phrases import ended, started, underway
from etl_host_console.summary import lines_of

SECONDS_BETWEEN_LINES = 30.0


class Lines:
    """For logs, pipes, and terminals that can't draw bars."""

    def __init__(self, console: PlainConsole) -> None:
        self._console = console
        self._labels = Labels()
        self._last: dict[tuple[str, ...], float] = {}

    def say(self, text: str) -> None:
        self._console.say(text)

    def start(self, path: tuple[str, ...]) -> None:
        self._last[path] = time.monotonic()
        self.say(started(self._labels.of(path)))

    def advance(self, event: BatchFinished) -> None:
        now = time.monotonic()
        if now - self._last.setdefault(event.path, now) >= SECONDS_BETWEEN_LINES:
            self._last[event.path] = now
            self.say(underway(self._labels.of(event.path), event))

    def end(self, event: TaskFinished) -> None:
        self.say(ended(self._labels.of(event.path), event))

    def close(self, summary: RunSummary) -> None:
        for line in lines_of(summary, self._console.columns):
            self.say(line)
