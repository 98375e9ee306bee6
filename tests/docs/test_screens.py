"""The pictures of terminals in the pages show what the commands print now."""

from __future__ import annotations

import html
import re

import pytest

from doc_pages import DOCS
from docs.screens import FOLDER, SCREENS, Screen, after_bars, bars_underway, everything, picture

PAGES = "".join(page.read_text("utf-8") for page in DOCS.rglob("*.md"))

_VARIES = (
    (re.compile(r"\b\d{8}T\d{6}-[0-9a-f]{4}\b"), "RUN"),
    (re.compile(r"[━╸╺]+"), "BAR"),
    (re.compile(r"\d[\d,.:]*"), "1"),
    (re.compile(r" +"), " "),
)


def text_in(svg: str) -> list[str]:
    """The lines that it shows, without what varies: blanks, too, as columns are as wide as numbers are long."""
    lines: dict[float, str] = {}
    for y, part in re.findall(r'<text class="screen-r\d+" x="[\d.]+" y="([\d.]+)"[^>]*>(.*?)</text>', svg):
        lines[float(y)] = lines.get(float(y), "") + html.unescape(part).replace("\xa0", " ")
    return [steady(line) for _, line in sorted(lines.items()) if line.strip()]


def steady(line: str) -> str:
    for pattern, name in _VARIES:
        line = pattern.sub(name, line)
    return line.strip()


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_picture_is_of_what_is_printed_now(screen: Screen) -> None:
    kept = (FOLDER / f"{screen.name}.svg").read_text("utf-8")
    shown = text_in(kept)
    assert shown[0] == steady(f"$ {screen.command}")
    assert shown == text_in(picture(screen.command, screen.run())), "make screens"


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_a_picture_is_on_a_page_and_needs_no_network(screen: Screen) -> None:
    assert re.search(rf"!\[[^]]+\]\([./]*pictures/{screen.name}\.svg\)", PAGES)
    assert "url(http" not in (FOLDER / f"{screen.name}.svg").read_text("utf-8").replace('"', "")


def test_no_picture_is_left_over() -> None:
    measured = {"speed"}  # by the benchmarks
    assert {file.stem for file in FOLDER.iterdir()} == {screen.name for screen in SCREENS} | measured


def test_colours_and_brackets_come_through() -> None:
    svg = picture("echo", "\x1b[31mred\x1b[0m (a)-[r:KNOWS]->(b) [bold]etl-host[standard][/x]")
    assert text_in(svg) == ["$ echo", "red (a)-[r:KNOWS]->(b) [bold]etl-host[standard][/x]"]


def test_the_moment_with_the_most_bars_is_shown() -> None:
    frames = ["a 1 left", "a 2 left\r\nb 1 left", "a 3 left\r\nb 2 left", "a 4 left\r\nb 3 left", "b 4 left"]
    printed = "\x1b[?25l" + "\r\x1b[2K\x1b[1A\x1b[2K".join(frames) + "\r\x1b[2K\x1b[?25h\r\x1b[1A\x1b[2Kdone\r\nbye\r\n"
    assert bars_underway(printed) == "a 3 left\nb 2 left"
    assert after_bars(printed) == "done\nbye\n"


def test_what_is_overwritten_is_not_shown() -> None:
    assert everything("1%\r2%\r\nend\r\n") == "2%\nend\n"
