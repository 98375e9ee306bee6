"""What is shown while tasks run, according to where it is shown."""

from __future__ import annotations

from typing import Protocol

from etl_host import BatchFinished, RunSummary, TaskFinished
from etl_host_console.bars import Bars
from etl_host_console.console import PlainConsole
from etl_host_console.lines import Lines
from etl_host_console.notebook import Cell, in_notebook


class Display(Protocol):
    """Shows how far each task is; ``path``: the names from the root of the tree of tasks to it."""

    def say(self, text: str) -> None: ...

    def start(self, path: tuple[str, ...]) -> None: ...

    def advance(self, event: BatchFinished) -> None: ...

    def end(self, event: TaskFinished) -> None: ...

    def close(self, summary: RunSummary) -> None: ...


def display_on(console: PlainConsole) -> Display:
    """Bars where they can be drawn, a place below the cell in a notebook, else lines."""
    if console.is_interactive:
        return Bars(console)
    return Cell() if in_notebook() else Lines(console)
