"""Text in columns, as wide as it is on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterator, Sequence

from rich.cells import cell_len, set_cell_size

GAP = "  "
INDENT = 11
"""Columns before the texts of the summary: for their titles."""

_LEAST_ROOM = 20


def width_of(column: Sequence[str]) -> int:
    """How wide a column of these cells must be."""
    return max(map(cell_len, column), default=0)


def aligned(rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> Iterator[str]:
    """A line for each row. ``right``: the columns whose text stands on the right. Empty columns are left out."""
    widths = list(map(width_of, zip(*rows, strict=True)))
    for row in rows:
        cells = (_padded(row[i], width, right=i in right) for i, width in enumerate(widths) if width)
        yield GAP.join(cells).rstrip()


def _padded(text: str, width: int, *, right: bool) -> str:
    spaces = " " * (width - cell_len(text))
    return spaces + text if right else text + spaces


def shortened(text: str, width: int) -> str:
    """``text``, cut to ``width`` where it is wider; then it ends with "…"."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1) + "…"


def wrapped(text: str, width: int | None, indent: int = INDENT) -> list[str]:
    """``text`` in lines that fit behind ``indent`` columns; in one where there is no ``width``, or hardly any room."""
    if width is None or width - indent < _LEAST_ROOM:
        return [text] if text else []
    return textwrap.wrap(text, width - indent, break_long_words=False, break_on_hyphens=False)
