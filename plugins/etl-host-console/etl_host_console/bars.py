"""A bar for each task that runs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from rich.console import RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from etl_host import BatchFinished, RunSummary, TaskFinished
from etl_host_console.console import PlainConsole, is_terminal
from etl_host_console.labels import Labels
from etl_host_console.layout import shortened, width_of
from etl_host_console.standing import Standing
from etl_host_console.summary import lines_of

_NARROWEST_BAR, _WIDEST_BAR = 4, 40
_SHORTEST_NAME = 8
_SPARED = ("left", "rate")
"""What is left out where there is no room, in this order; after it the bar; then names are cut."""


class Bars:
    """For terminals. What is written to stderr meanwhile, the log for example, appears above the bars.

    The summary tells of the tasks that ended.
    """

    def __init__(self, console: PlainConsole) -> None:
        self._console = console
        self._labels = Labels()
        self._standings: dict[tuple[str, ...], Standing] = {}
        self._live = Live(
            console=console,
            transient=True,
            redirect_stdout=is_terminal(sys.stdout),  # what goes to a file or pipe stays on its way
            get_renderable=self._drawn,
        )

    def say(self, text: str) -> None:
        self._console.say(text)

    def start(self, path: tuple[str, ...]) -> None:
        self._standings[path] = Standing()
        self._live.start()

    def advance(self, event: BatchFinished) -> None:
        self._standings[event.path] = Standing.after(event)
        self._live.start()  # a reporter that failed misses events

    def end(self, event: TaskFinished) -> None:
        self._standings.pop(event.path, None)

    def close(self, summary: RunSummary) -> None:
        self._live.stop()
        for line in lines_of(summary, self._console.columns):
            self.say(line)

    def _drawn(self) -> RenderableType:
        standings = {self._labels.of(path): standing for path, standing in list(self._standings.items())}
        return drawn(standings, self._console.width)


def drawn(standings: Mapping[str, Standing], width: int) -> RenderableType:
    """A bar for each task, by its name, below each other in ``width`` columns::

    stop times ━━━━━━━━━╸━━━━  67% 25,193/37,790 20,833 rows/s 0:01 left 2 rejected

    The bars are as wide as the texts beside them leave room for.
    """
    names = [shortened(name, max(width // 3, _SHORTEST_NAME)) for name in standings]
    texts = _texts(list(standings.values()))
    for spared in _SPARED:
        if _room(names, texts, width) < _NARROWEST_BAR:
            texts.pop(spared, None)
    room = _room(names, texts, width)
    bars = [_bar(standing, min(room, _WIDEST_BAR)) for standing in standings.values()]
    columns: list[Sequence[RenderableType]] = [list(map(_text, column)) for column in texts.values()]
    if room >= _NARROWEST_BAR:
        columns.insert(0, bars)
    else:
        names = [shortened(name, max(width_of(names) + room + 1, _SHORTEST_NAME)) for name in names]
    grid = Table.grid(padding=(0, 1, 0, 0))
    for row in zip(map(_text, names), *columns, strict=True):
        grid.add_row(*row)
    return grid


def _texts(standings: Sequence[Standing]) -> dict[str, list[str]]:
    """The columns beside the bars that hold something."""
    columns = {
        "percent": [f"{standing.percent:>4}" if standing.percent else "" for standing in standings],
        "rows": [standing.rows for standing in standings],
        "rate": [standing.rate for standing in standings],
        "left": [standing.left for standing in standings],
        "rejected": [standing.rejected for standing in standings],
    }
    return {name: column for name, column in columns.items() if any(column)}


def _room(names: Sequence[str], texts: Mapping[str, Sequence[str]], width: int) -> int:
    """How wide the bars may be."""
    return width - sum(width_of(column) + 1 for column in [names, *texts.values()])


def _bar(standing: Standing, width: int) -> ProgressBar:
    """One that pulses where it is not known how much there is to do."""
    return ProgressBar(total=None if standing.share is None else 1.0, completed=standing.share or 0.0, width=width)


def _text(text: str) -> Text:
    return Text(text, no_wrap=True, overflow="crop")
