"""The records of one CSV file, as rows by the names of its columns."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from etl_host import FileLocation, InputChanged, InputError, RowError
from etl_host_csv.broken_record import broken_record
from etl_host_csv.columns import Selection
from etl_host_csv.consumed import Consumed
from etl_host_csv.header import checked_header, generated_header
from etl_host_csv.layout import Layout
from etl_host_csv.lines import Lines
from etl_host_csv.row_errors import nul_characters, wrong_length

_LINES_AT_ONCE = 5000


@dataclass
class Records:
    """Some records, one after the other.

    ``rows``: dicts, or lists of cells where they don't fit the header; ``errors`` says what is wrong with ``rows[i]``.
    ``origins``: the lines on which they begin, counted over all files.
    """

    rows: list[Any] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    errors: dict[int, Sequence[RowError]] = field(default_factory=dict)


class Table:
    """A header, read at once, and records. ``header`` names the columns, None where there is no record at all.

    ``consumed``: what was consumed of the files before it. Raises InputError, InputChanged.
    """

    def __init__(self, lines: Lines, layout: Layout, location: FileLocation, consumed: Consumed) -> None:
        self._lines = lines
        self._layout = layout
        self._location = location
        self._consumed = consumed
        self._lines_before_file = consumed.lines
        self._before = self._skipped()  # lines before those that the reader has counted
        self._begins = self._before + 1  # the line on which the next record begins
        self._reader = layout.reader(lines)
        self.header: list[str] | None = None
        self._selection = Selection([])
        first = self._first_record()
        self._read_ahead = self._before + self._reader.line_num
        if first:
            self._name_columns(first)

    @property
    def keys(self) -> list[str]:
        """Those of the rows."""
        return self._selection.keys

    def _skipped(self) -> int:
        wanted = self._layout.skip_rows
        skipped = sum(1 for _ in islice(self._lines, wanted))
        if 0 < skipped < wanted:
            raise InputError(
                f"{self._location}: it has {skipped} lines, but skip_rows is {wanted}", remedy="correct skip_rows"
            )
        return skipped

    def _first_record(self) -> list[str] | None:
        try:
            for cells in self._reader:
                if cells:
                    return cells
                self._begins = self._before + self._reader.line_num + 1
        except csv.Error as error:
            raise self._broken(error) from error
        return None

    def _name_columns(self, first: list[str]) -> None:
        header, columns, place = self._layout.header, self._layout.columns, f"{self._location}:{self._begins}"
        if header is True:
            self.header = checked_header(first, place, columns.wanted)
            self._begins = self._read_ahead + 1
        else:  # that record is a row: it is read once more
            self.header = list(header) if header else generated_header(len(first))
            self._before = self._begins - 1
            again = self._lines.kept(self._begins, self._read_ahead)
            self._reader = self._layout.reader(chain(again, self._lines))
        self._selection = columns.chosen_from(self.header, place)

    def pass_over(self, lines: int = sys.maxsize) -> None:
        """Go on after that line; by default, at the end. Those before it were loaded earlier."""
        done = self._read_ahead
        self._take(done)
        while some := sum(1 for _ in islice(self._lines, min(_LINES_AT_ONCE, max(0, lines - done)))):
            done += some
            self._take(done)
        self._reader = self._layout.reader(self._lines)
        self._before, self._begins = done, done + 1

    def skip(self, origin: int) -> None:
        """Go on after the record with that origin, where there is nothing to compare with."""
        before = 0
        while before < self._begins <= origin - self._lines_before_file:
            before = self._begins
            self.read(Records(), 1)

    def read(self, records: Records, count: int) -> bool:
        """Append the next records, at most so many; returns whether there was anything left, if only blank lines.

        An error is raised after the records before it are appended.
        """
        failure: Exception | None = None
        old, width, layout = len(records.rows), len(self.header or ()), self._layout
        keys, pick, blank_as_none = self._selection.keys, self._selection.pick, layout.blank_as_none
        add_row, add_origin = records.rows.append, records.origins.append
        reader, before = self._reader, self._lines_before_file
        started = begins = before + self._begins
        next_begins = before + self._before + 1
        cells: Sequence[str]
        try:
            for cells in islice(reader, count):
                line, begins = begins, next_begins + reader.line_num
                if len(cells) == width:
                    if pick:
                        cells = pick(cells)
                    values = [cell or None for cell in cells] if blank_as_none and "" in cells else cells
                    add_row(dict(zip(keys, values)))  # noqa: B905  just compared; strict=… is some 5 % slower
                elif cells:
                    records.errors[len(records.rows)] = [wrong_length(len(cells), width)]
                    add_row(cells)
                else:
                    continue  # a blank line
                add_origin(line)
        except (csv.Error, InputError, InputChanged) as error:
            failure = error
        self._begins = begins - before
        if isinstance(failure, csv.Error):
            failure = self._broken(failure)
        if "\0" in self._take(self._begins - 1):
            records.errors |= nul_characters(records.rows)
        if layout.null_words:
            _take_out(layout.null_words, records.rows[old:])
        if failure:
            raise failure
        return begins != started

    def _take(self, upto: int) -> str:
        """The text of the lines up to that one, which are consumed now."""
        count = upto - self._lines.taken
        text = self._lines.take(count)
        self._consumed.add(text, count)
        return text

    def _broken(self, error: csv.Error) -> InputError:
        lines = self._lines.kept(self._begins, self._before + self._reader.line_num)
        return broken_record(error, lines, self._begins, self._layout.dialect, str(self._location))


def _take_out(words: frozenset[str], rows: Sequence[Any]) -> None:
    """Make those words None."""
    for row in rows:
        if isinstance(row, dict) and not words.isdisjoint(row.values()):
            row |= {name: None for name, cell in row.items() if cell in words}
