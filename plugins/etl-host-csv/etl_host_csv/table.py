"""The records of a CSV file, as rows by the names in its header."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from etl_host import FileLocation, InputError, Position, RowError
from etl_host_csv.broken_record import broken_record
from etl_host_csv.consumed import Consumed
from etl_host_csv.dialect import Dialect
from etl_host_csv.header import header_of
from etl_host_csv.lines import Lines
from etl_host_csv.row_errors import nul_characters, wrong_length

_LINES_AT_ONCE = 5000


@dataclass
class Records:
    """Some records, one after the other.

    ``rows``: dicts, or lists of cells where they don't fit the header; ``errors`` says what is wrong with ``rows[i]``.
    ``origins``: the lines on which they begin. ``token``: of the position after them.
    """

    rows: list[Any] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    errors: dict[int, Sequence[RowError]] = field(default_factory=dict)
    token: Any = None


class Table:
    """A header, read at once, and records. ``header`` is None where there is no record at all. Raises InputError."""

    def __init__(self, lines: Lines, dialect: Dialect, location: FileLocation, *, blank_as_none: bool = True) -> None:
        self._lines = lines
        self._dialect = dialect
        self._location = location
        self._blank_as_none = blank_as_none
        self._consumed = Consumed()
        self._reader = dialect.reader(lines)
        self._before = 0  # lines before those that the reader has counted
        self._begins = 1  # the line on which the next record begins
        self.header = self._header()

    def _header(self) -> list[str] | None:
        try:
            for cells in self._reader:
                line, self._begins = self._begins, self._reader.line_num + 1
                if cells:
                    return header_of(cells, f"{self._location}:{line}")
        except csv.Error as error:
            raise self._broken(error) from error
        return None

    def go_on(self, after: Position) -> None:
        """Go on after that position. Raises InputChanged where the lines up to it are not what they were."""
        if after.token is None:
            self._skip(after.origin)
            return
        handed_out, wanted = self._reader.line_num, after.token["lines"]
        self._take(handed_out)
        while some := sum(1 for _ in islice(self._lines, min(_LINES_AT_ONCE, max(0, wanted - handed_out)))):
            handed_out += some
            self._take(handed_out)
        self._consumed.compare(after.token, self._location)
        self._reader = self._dialect.reader(self._lines)
        self._before, self._begins = wanted, wanted + 1

    def _skip(self, origin: int) -> None:
        """Without a token there is nothing to compare with."""
        before = 0
        while before < self._begins <= origin:
            before = self._begins
            _, failure = self._read(1)
            if failure:
                raise failure

    def batches(self, max_batch_size: int) -> Iterator[Records]:
        """The records, at most so many at once. Those before an error come before it is raised."""
        while True:
            before = self._begins
            records, failure = self._read(max_batch_size)
            if records.rows:
                yield records
            if failure:
                raise failure
            if self._begins == before:
                return

    def _read(self, count: int) -> tuple[Records, Exception | None]:
        records, failure = Records(), None
        header, width, blank_as_none = self.header or [], len(self.header or []), self._blank_as_none
        add_row, add_origin = records.rows.append, records.origins.append
        reader, begins, next_begins = self._reader, self._begins, self._before + 1
        try:
            for cells in islice(reader, count):
                line, begins = begins, next_begins + reader.line_num
                if len(cells) == width:
                    values = [cell or None for cell in cells] if blank_as_none and "" in cells else cells
                    add_row(dict(zip(header, values)))  # noqa: B905  just compared; strict=… is some 5 % slower
                elif cells:
                    records.errors[len(records.rows)] = [wrong_length(len(cells), width)]
                    add_row(cells)
                else:
                    continue  # a blank line
                add_origin(line)
        except (csv.Error, InputError) as error:
            failure = error
        self._begins = begins
        if isinstance(failure, csv.Error):
            failure = self._broken(failure)
        if "\0" in self._take(begins - 1):
            records.errors |= nul_characters(records.rows)
        records.token = self._consumed.token()
        return records, failure

    def _take(self, upto: int) -> str:
        """The text of the lines up to that one, which are consumed now."""
        count = upto - self._consumed.lines
        text = self._lines.take(count)
        self._consumed.add(text, count)
        return text

    def _broken(self, error: csv.Error) -> InputError:
        lines = self._lines.kept(self._begins, self._before + self._reader.line_num)
        return broken_record(error, lines, self._begins, self._dialect, str(self._location))
