"""The records of one CSV file, as rows by the names of its columns."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

from etl_host import FileLocation, InputChanged, InputError
from etl_host_csv.broken_record import broken_record
from etl_host_csv.columns import Selection
from etl_host_csv.consumed import Consumed
from etl_host_csv.header import checked_header, generated_header
from etl_host_csv.layout import Layout
from etl_host_csv.lines import Lines
from etl_host_csv.records import Records, RecordTable
from etl_host_csv.row_errors import nul_characters, wrong_length
from etl_host_csv.row_maker import row_maker

_LINES_AT_ONCE = 5000


class Table(RecordTable):
    """A header, read at once, and records. ``header`` names the columns, None where there is no record at all.

    A record that doesn't fit the header is a list of its cells. ``consumed``: what was consumed of the files before
    it. Raises InputError, InputChanged.
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
        self._row_of = row_maker(0, [], None, blank_as_none=False)
        first = self._first_record()
        self._read_ahead = self._before + self._reader.line_num
        if first:
            self._name_columns(first)

    @property
    def keys(self) -> list[str]:
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
        keys, pick = self._selection.keys, self._selection.pick
        self._row_of = row_maker(len(self.header), keys, pick, blank_as_none=self._layout.blank_as_none)

    def pass_over(self, lines: int = sys.maxsize) -> None:
        done = self._read_ahead
        self._take(done)
        while some := sum(1 for _ in islice(self._lines, min(_LINES_AT_ONCE, max(0, lines - done)))):
            done += some
            self._take(done)
        self._reader = self._layout.reader(self._lines)
        self._before, self._begins = done, done + 1

    def skip(self, origin: int) -> None:
        before = 0
        while before < self._begins <= origin - self._lines_before_file:
            before = self._begins
            self.read(Records(), 1)

    def read(self, records: Records, count: int) -> bool:
        failure: Exception | None = None
        old, width, row_of = len(records.rows), len(self.header or ()), self._row_of
        add_row, add_origin = records.rows.append, records.origins.append
        reader, before = self._reader, self._lines_before_file
        started = begins = before + self._begins
        next_begins = before + self._before + 1
        try:
            for cells in islice(reader, count):
                line, begins = begins, next_begins + reader.line_num
                if len(cells) == width:
                    add_row(row_of(cells))
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
        if self._layout.null_words:
            _take_out(self._layout.null_words, records.rows[old:])
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
