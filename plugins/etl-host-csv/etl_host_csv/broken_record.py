"""Where the quotes of a record go wrong."""

from __future__ import annotations

import csv
import re
from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate

from etl_host import InputError
from etl_host_csv.dialect import LONGEST_CELL, Dialect

_REMEDY = (
    "close the quote, and write a quote inside a quoted cell twice; "
    'or say quotechar: "" where quotes have no meaning in this file'
)


def broken_record(error: csv.Error, lines: Sequence[str], begins: int, dialect: Dialect, file: str) -> InputError:
    """What to raise for a record that can't be split into cells.

    ``lines``: those read of it; ``begins``: the number of the first of them. A quote that is not closed takes in the
    lines after it, so that what counts is where it opened, not where that was noticed.
    """
    opened, closed = _wrongly_quoted_cell(_without_escapes("".join(lines), dialect.escapechar), dialect)
    if opened is None and "limit" not in str(error):
        return InputError(
            f"{file}:{begins + len(lines) - 1}: the file ends after the escapechar, {dialect.escapechar!r}",
            remedy="write it twice where it is a character; or leave out escapechar",
        )
    if opened is None:
        return InputError(
            f"{file}:{begins}: a cell is longer than {LONGEST_CELL:,} characters",
            remedy="look whether delimiter and quotechar are those of this file; or split the cell",
        )
    ends = list(accumulate(map(len, lines)))
    line = begins + bisect(ends, opened)
    if closed is not None:
        end = begins + bisect(ends, closed)
        what = f"the quoted cell that begins here is closed in line {end}, but more text follows"
    elif "limit" in str(error):
        what = f"the quoted cell that begins here is not closed within {LONGEST_CELL:,} characters"
    else:
        what = "the quoted cell that begins here is never closed"
    return InputError(f"{file}:{line}: {what}", remedy=_REMEDY)


def _without_escapes(record: str, escapechar: str) -> str:
    """The record, of the same length, without a meaning for what was escaped."""
    return re.sub(f"{re.escape(escapechar)}(?s:.)", "xx", record) if escapechar else record


def _wrongly_quoted_cell(record: str, dialect: Dialect) -> tuple[int | None, int | None]:
    """Where the first cell that is wrongly quoted opens and, unless it doesn't, closes; None where no cell is."""
    quote, at = dialect.quotechar, 0
    while quote and 0 <= at < len(record):
        if record[at] != quote:
            at = record.find(dialect.delimiter, at) + 1 or len(record)
            continue
        opened, at = at, record.find(quote, at + 1)
        while at >= 0 and record.startswith(quote, at + 1):
            at = record.find(quote, at + 2)
        if at < 0:
            return opened, None
        if not record.startswith(dialect.delimiter, at + 1):
            return opened, at
        at += 2
    return None, None
