"""How a CSV file is written: what stands between cells and around them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl_host import OptionError

if TYPE_CHECKING:
    from _csv import Reader

LONGEST_CELL = 16 * 1024 * 1024
"""In characters. A quote that is never closed makes the rest of the file one cell: this bounds what is held of it."""


@dataclass(frozen=True)
class Dialect:
    """What separates and quotes cells; ``quotechar`` is empty where nothing is quoted. Raises OptionError."""

    delimiter: str
    quotechar: str

    def __post_init__(self) -> None:
        if len(self.delimiter) != 1 or self.delimiter in "\r\n\0":
            raise OptionError(
                "delimiter",
                f"delimiter is {self.delimiter!r}: it must be one character, and no line break",
                remedy='a tab is written "\\t", in double quotes',
            )
        if len(self.quotechar) > 1 or self.quotechar in ("\r", "\n", "\0"):
            raise OptionError(
                "quotechar", f"quotechar is {self.quotechar!r}: it must be one character, or empty for no quotes"
            )
        if self.delimiter == self.quotechar:
            raise OptionError("quotechar", f"quotechar and delimiter are both {self.delimiter!r}")

    def reader(self, lines: Iterable[str]) -> Reader:
        """The cells of the records in ``lines``; strict, so that text after a closing quote is an error."""
        # The limit is the process's. It is only ever raised: other readers may be at work in other threads.
        csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
        if not self.quotechar:
            return csv.reader(lines, delimiter=self.delimiter, quotechar=None, quoting=csv.QUOTE_NONE, strict=True)
        return csv.reader(lines, delimiter=self.delimiter, quotechar=self.quotechar, strict=True)
