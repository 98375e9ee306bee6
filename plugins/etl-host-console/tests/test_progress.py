"""What is shown while tasks run."""

from __future__ import annotations

import io
import re
import sys

import pytest

from etl_host import Balance, BatchFinished
from etl_host_console.console import console_on
from etl_host_console.progress import Bars, Lines, display_on


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def batch(read: int, *, expected: int | None = None, share: float | None = None, rejected: int = 0) -> BatchFinished:
    balance = Balance(read, read - rejected, rejected)
    return BatchFinished("run", ("all", "stops"), {}, {}, balance, 1.0, 1234.5, expected, share)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for variable in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    return Terminal()


def text_of(terminal: Terminal) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())


def test_bars_are_for_terminals_that_can_draw_them(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(display_on(console_on(terminal)), Bars)
    assert isinstance(display_on(console_on(io.StringIO())), Lines)
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(display_on(console_on(terminal)), Lines)


def test_a_line_comes_when_the_last_is_thirty_seconds_old(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("etl_host_console.progress.time.monotonic", lambda: clock[0])
    lines = Lines(console_on(out := io.StringIO()))
    lines.start("stops")
    for second, event in [(29, batch(1)), (30, batch(2)), (59, batch(3)), (60, batch(40, expected=80, rejected=2))]:
        clock[0] = 100.0 + second
        lines.advance("stops", event)
    assert out.getvalue().splitlines() == [
        "stops: started",
        "stops: 2 rows, 1,234 rows/s",
        "stops: 40 of 80 rows, 1,234 rows/s, 2 rejected, 50%",
    ]


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        (batch(1500, expected=3000, share=0.9, rejected=2), ["50%", "1,500 of 3,000 rows, 1,234 rows/s, 2 rejected"]),
        (batch(1500, share=0.25), ["25%", "1,500 rows, 1,234 rows/s"]),
        (batch(1500), ["1,500 rows, 1,234 rows/s"]),
    ],
)
def test_a_bar_shows_share_rows_rate_and_rejects(terminal: Terminal, event: BatchFinished, shown: list[str]) -> None:
    bars = Bars(console_on(terminal))
    bars.start("stops")
    bars.advance("stops", event)
    bars.close()
    assert all(part in text_of(terminal) for part in shown)


@pytest.mark.parametrize("name", ["-[r:KNOWS]->", "etl-host[standard]", "[/x]", "{task}", ":smile:"])
def test_a_bar_shows_the_name_as_it_is(terminal: Terminal, name: str) -> None:
    bars = Bars(console_on(terminal))
    bars.start(name)
    bars.close()
    assert f"{name} ━" in text_of(terminal)


def test_a_bar_whose_start_was_missed_is_drawn(terminal: Terminal) -> None:
    bars = Bars(console_on(terminal))
    bars.advance("stops", batch(7))
    bars.close()
    assert "7 rows" in text_of(terminal)


def test_nothing_is_drawn_where_no_task_has_started(terminal: Terminal) -> None:
    Bars(console_on(terminal)).close()
    assert terminal.getvalue() == ""


def test_no_colour_means_none(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def coloured() -> bool:
        bars = Bars(console_on(out := Terminal()))
        bars.start("stops")
        bars.advance("stops", batch(1, share=0.5))
        bars.close()
        return re.search(r"\x1b\[(\d+;)*(3|9)\d", out.getvalue()) is not None

    assert coloured()
    monkeypatch.setenv("NO_COLOR", "1")
    assert not coloured()


@pytest.mark.parametrize(("stdout", "kept"), [(io.StringIO, True), (Terminal, False)])
def test_what_is_printed_meanwhile_goes_to_stdout_unless_that_is_a_terminal(
    terminal: Terminal, stdout: type[io.StringIO], kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", out := stdout())
    bars = Bars(console_on(terminal))
    bars.start("stops")
    sys.stdout.write("data\n")
    bars.close()
    assert ("data" in out.getvalue(), "data" in text_of(terminal)) == (kept, not kept)
    assert sys.stdout is out
