"""Below the cell of a notebook: a line for each task, renewed in place."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import Any

from etl_host import BatchFinished, RunSummary, TaskFinished
from etl_host_console.console import visible
from etl_host_console.labels import Labels
from etl_host_console.phrases import ended, started, underway

_SECONDS_BETWEEN_UPDATES = 0.5


def in_notebook() -> bool:
    """Whether this process shows what it displays in a notebook, or in another client of Jupyter."""
    ipython = sys.modules.get("IPython")
    shell = ipython and ipython.get_ipython()
    return shell is not None and hasattr(shell, "kernel")


class Cell:
    """For notebooks. They show the summary, which is the value of the cell; here it would stand twice."""

    def __init__(self) -> None:
        self._labels = Labels()
        self._lines: dict[tuple[str, ...], str] = {}
        self._shown = 0.0
        self._handle: Any = None

    def say(self, text: str) -> None:
        self._show((text,), text)

    def start(self, path: tuple[str, ...]) -> None:
        self._show(path, started(self._labels.of(path)))

    def advance(self, event: BatchFinished) -> None:
        if time.monotonic() - self._shown >= _SECONDS_BETWEEN_UPDATES:
            self._show(event.path, underway(self._labels.of(event.path), event))

    def end(self, event: TaskFinished) -> None:
        self._show(event.path, ended(self._labels.of(event.path), event))

    def close(self, summary: RunSummary) -> None: ...

    def _show(self, key: tuple[str, ...], line: str) -> None:
        self._lines[key] = visible(line)
        self._shown = time.monotonic()
        text = {"text/plain": "\n".join(self._lines.values())}
        if self._handle is None:
            display: Any = import_module("IPython.display").display
            self._handle = display(text, raw=True, display_id=True)
        else:
            self._handle.update(text, raw=True)
