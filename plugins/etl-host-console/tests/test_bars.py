"""A bar for each task that runs."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from rich.console import Console

from etl_host_console.bars import Bars, drawn
from etl_host_console.console import console_on
from etl_host_console.display import display_on
from etl_host_console.lines import Lines
from etl_host_console.standing import Standing

Make = Callable[..., Any]
HALF = Standing(2 / 3, "25,193/37,790", "20,833 rows/s", "0:01 left", "2 rejected")
UNKNOWN = Standing(None, "1,500 rows", "1,234 rows/s")


def text_of(terminal: io.StringIO) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())


def lines(standings: Mapping[str, Standing], width: int) -> list[str]:
    """As drawn in so many columns."""
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=True, color_system="standard").print(drawn(standings, width), end="")
    return [line.rstrip() for line in text_of(out).splitlines()]


def test_bars_are_for_terminals_that_can_draw_them(terminal: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(display_on(console_on(terminal)), Bars)
    assert isinstance(display_on(console_on(io.StringIO())), Lines)
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(display_on(console_on(terminal)), Lines)


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, "stop times ━━━━━━━━━╸━━━━━  67% 25,193/37,790 20,833 rows/s 0:01 left 2 rejected"),
        (69, "stop times ━━━╸  67% 25,193/37,790 20,833 rows/s 0:01 left 2 rejected"),
        (68, "stop times ━━━━━━━━╸━━━━  67% 25,193/37,790 20,833 rows/s 2 rejected"),
        (59, "stop times ━━╸━  67% 25,193/37,790 20,833 rows/s 2 rejected"),
        (50, "stop times ━━━━━━╸━━  67% 25,193/37,790 2 rejected"),
        (41, "stop times  67% 25,193/37,790 2 rejected"),
        (38, "stop ti…  67% 25,193/37,790 2 rejected"),
    ],
)
def test_what_there_is_no_room_for_is_left_out(width: int, line: str) -> None:
    [shown] = lines({"stop times": HALF}, width)
    assert len(shown) <= width
    assert re.sub("[━╸╺]", "━", shown) == re.sub("[━╸╺]", "━", line)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_bars_of_several_tasks_stand_side_by_side_and_fit(width: int) -> None:
    names = {"stops": HALF, "a name that is much longer than it should be": UNKNOWN, "東京" * 20: Standing()}
    shown = lines(names, width)
    assert len(shown) == 3
    assert all(len(line) <= width for line in shown)
    assert "25,193/37,790" in shown[0]
    assert "1,500 rows" in shown[1]
    if width > 40:
        bars = [re.search("━+", line) for line in shown]
        assert len({bar and bar.start() for bar in bars[:2]}) == 1


@pytest.mark.parametrize("name", ["-[r:KNOWS]->", "etl-host[standard]", "[/x]", "{task}", ":smile:"])
def test_a_bar_shows_the_name_as_it_is(terminal: io.StringIO, run: Make, name: str) -> None:
    bars = Bars(console_on(terminal))
    bars.start((name,))
    bars.close(run())
    assert f"{name} ━" in text_of(terminal)


def test_two_tasks_with_one_name_have_a_bar_each(terminal: io.StringIO, batch: Make, run: Make) -> None:
    bars = Bars(console_on(terminal))
    for path, rows in [(("a", "stops"), 7), (("b", "stops"), 8)]:
        bars.start(path)
        bars.advance(batch(rows, path=path))
    bars.close(run())
    assert re.search(r"stops +━+ 7 rows.*\n?b/stops +━+ 8 rows", text_of(terminal))


def test_a_bar_whose_start_was_missed_is_drawn(terminal: io.StringIO, batch: Make, run: Make) -> None:
    bars = Bars(console_on(terminal))
    bars.advance(batch(7))
    bars.close(run())
    assert "7 rows" in text_of(terminal)


def test_a_task_that_ended_has_no_bar(terminal: io.StringIO, end: Make, run: Make) -> None:
    bars = Bars(console_on(terminal))
    bars.start(("stops",))
    bars.end(end(path=("stops",)))
    bars.close(run())
    assert "stops" not in text_of(terminal)


def test_no_colour_means_none(terminal: io.StringIO, batch: Make, run: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    def coloured() -> bool:
        start = len(terminal.getvalue())
        bars = Bars(console_on(terminal))
        bars.start(("all", "stops"))
        bars.advance(batch(1, share=0.5))
        bars.close(run())
        return re.search(r"\x1b\[(\d+;)*(3|9)\d", terminal.getvalue()[start:]) is not None

    assert coloured()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured()


@pytest.mark.parametrize("is_terminal", [False, True])
def test_what_is_printed_meanwhile_goes_to_stdout_unless_that_is_a_terminal(
    terminal: io.StringIO, run: Make, is_terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = type(terminal)() if is_terminal else io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    bars = Bars(console_on(terminal))
    bars.start(("stops",))
    sys.stdout.write("data\n")
    bars.close(run())
    assert ("data" in out.getvalue(), "data" in text_of(terminal)) == (not is_terminal, is_terminal)
    assert sys.stdout is out
