"""Records as text: in columns, in lines that fit, and with nothing in it that would move the cursor."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final
from unicodedata import combining, east_asian_width

from etl_host.core.visible import visible

GAP: Final = "  "
INDENT: Final = 12
"""Columns before the texts of an entry: for its title."""

_NARROWEST: Final = 12


def screen_width() -> int | None:
    """How wide the screen is; None where stdout is a file or pipe, whose lines may be long."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(
    columns: Mapping[str, Sequence[str]], width: int | None, *, right: Collection[str], spared: Sequence[str]
) -> Iterator[str]:
    """A line of headings, and one for each row.

    ``right``: headings of columns of numbers. ``spared``: of those that are left out, in this order, until the lines
    have at most ``width`` columns.
    """
    shown = {head: [head, *map(visible, cells)] for head, cells in columns.items()}
    wide = {head: max(map(_width_of, cells)) for head, cells in shown.items()}
    for head in spared:
        if width is None or sum(wide[name] + len(GAP) for name in shown) - len(GAP) <= width:
            break
        del shown[head]
    for cells in zip(*shown.values(), strict=True):
        line = (_padded(cell, wide[head], right=head in right) for head, cell in zip(shown, cells, strict=True))
        yield GAP.join(line).rstrip()


def _padded(text: str, width: int, *, right: bool) -> str:
    spaces = " " * (width - _width_of(text))
    return spaces + text if right else text + spaces


def _width_of(text: str) -> int:
    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def entry(title: str, texts: Sequence[str], width: int | None) -> Iterator[str]:
    """Each of ``texts`` on a line of its own, or several where they are long, behind one title."""
    room = None if width is None else max(width - INDENT, _NARROWEST)
    lines = [line for text in texts for line in ([visible(text)] if room is None else _wrapped(visible(text), room))]
    for number, line in enumerate(lines):
        yield f"{'' if number else title:{INDENT}}{line}"


def _wrapped(text: str, room: int) -> list[str]:
    return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)


def moment(iso: str | None) -> str:
    """``2026-11-23 05:37:21``, in UTC; nothing for None."""
    return "" if iso is None else f"{datetime.fromisoformat(iso).astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def count(number: int, one: str, many: str = "") -> str:
    """``1 run``, ``1,004 runs``."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
