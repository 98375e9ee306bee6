"""How a CSV file is written: what stands between cells and around them."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from etl_host import OptionError

if TYPE_CHECKING:
    from _csv import Reader

LONGEST_CELL = 16 * 1024 * 1024
"""In characters. A quote that is never closed makes the rest of the file one cell: this bounds what is held of it."""

_raising_the_limit = Lock()


@dataclass(frozen=True)
class Dialect:
    """What separates, quotes and escapes; the last two are empty where nothing does. Raises OptionError."""

    delimiter: str = ","
    quotechar: str = '"'
    escapechar: str = ""

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
        if len(self.escapechar) > 1 or self.escapechar in ("\r", "\n", "\0"):
            raise OptionError(
                "escapechar", f"escapechar is {self.escapechar!r}: it must be one character, or empty for none"
            )
        if self.delimiter == self.quotechar:
            raise OptionError("quotechar", f"quotechar and delimiter are both {self.delimiter!r}")
        if self.escapechar and self.escapechar in (self.delimiter, self.quotechar):
            raise OptionError("escapechar", f"escapechar {self.escapechar!r} is the delimiter or the quotechar as well")

    def reader(self, lines: Iterable[str]) -> Reader:
        """The cells of the records in ``lines``; strict, so that text after a closing quote is an error."""
        with _raising_the_limit:  # it is the process's, and only ever raised: others may be reading in other threads
            csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quotechar or None,
            quoting=csv.QUOTE_MINIMAL if self.quotechar else csv.QUOTE_NONE,
            escapechar=self.escapechar or None,
            strict=True,
        )
