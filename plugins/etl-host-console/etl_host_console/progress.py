"""What is shown while tasks run: bars on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Protocol

from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from etl_host import BatchFinished, TaskSummary
from etl_host_console.console import PlainConsole, is_terminal, visible
from etl_host_console.summary import status_of

SECONDS_BETWEEN_LINES = 30.0


class Display(Protocol):
    """Shows how far each task is, by its name."""

    def start(self, name: str) -> None: ...

    def advance(self, name: str, event: BatchFinished) -> None: ...

    def end(self, summary: TaskSummary) -> None: ...

    def close(self) -> None: ...


def display_on(console: PlainConsole) -> Display:
    """Bars where they can be drawn, else lines."""
    return Bars(console) if console.is_interactive else Lines(console)


def standing(event: BatchFinished) -> str:
    """How far a task is: ``25,193 of 37,790 rows, 20,833 rows/s, 2 rejected``."""
    rows = f"{event.balance.read:,}" + (f" of {event.expected:,}" if event.expected else "") + " rows"
    parts = [rows, f"{event.rows_per_second:,.0f} rows/s"]
    if event.balance.rejected:
        parts.append(f"{event.balance.rejected:,} rejected")
    return ", ".join(parts)


def share_of(event: BatchFinished) -> float | None:
    """How much of its work a task has done, 0 to 1, where that is known."""
    if event.expected:
        return min(1.0, event.balance.read / event.expected)
    return event.share


class Lines:
    """One plain line at a task's start and end, and every 30 seconds between."""

    def __init__(self, console: PlainConsole) -> None:
        self._console = console
        self._last: dict[str, float] = {}

    def start(self, name: str) -> None:
        self._last[name] = time.monotonic()
        self._console.say(f"{name}: started")

    def advance(self, name: str, event: BatchFinished) -> None:
        now = time.monotonic()
        if now - self._last.get(name, now) >= SECONDS_BETWEEN_LINES:
            self._last[name] = now
            share = share_of(event)
            self._console.say(f"{name}: {standing(event)}" + ("" if share is None else f", {share:.0%}"))

    def end(self, summary: TaskSummary) -> None:
        rows = f"{summary.balance.read:,} rows in {summary.seconds:.1f} s, " if summary.balance.read else ""
        self._console.say(f"{summary.name}: {rows}{status_of(summary)}")

    def close(self) -> None: ...


class Bars:
    """A bar for each task that runs; the summary tells of those that ended."""

    def __init__(self, console: PlainConsole) -> None:
        self._progress = Progress(
            TextColumn("{task.fields[name]}", markup=False),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[standing]}", markup=False),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            redirect_stdout=is_terminal(sys.stdout),  # what goes to a file or pipe stays on its way
        )
        self._bars: dict[str, TaskID] = {}

    def start(self, name: str) -> None:
        self._progress.start()
        self._bars[name] = self._progress.add_task("", total=None, name=visible(name), standing="")

    def advance(self, name: str, event: BatchFinished) -> None:
        if name not in self._bars:  # a reporter that failed misses events
            self.start(name)
        share = share_of(event)
        total = None if share is None else 1.0
        self._progress.update(self._bars[name], standing=standing(event), total=total, completed=share)

    def end(self, summary: TaskSummary) -> None:
        if (bar := self._bars.pop(summary.name, None)) is not None:
            self._progress.remove_task(bar)

    def close(self) -> None:
        self._progress.stop()
