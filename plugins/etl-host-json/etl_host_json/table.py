"""The rows of one file of JSON Lines."""

from __future__ import annotations

import re
import sys
from itertools import islice

from etl_host import FileLocation, InputError
from etl_host_csv import Consumed, Lines, Records, RecordTable
from etl_host_json.decoding import NoRow, row_of

_LINES_AT_ONCE = 5000
_DOCUMENT = re.compile(r"\s*(\[\s*(\{|$)|\{\s*$)")


class OneDocument(InputError):
    """The file is JSON, but its rows aren't lines."""


class ObjectTable(RecordTable):
    """The object on each line; a line that holds none is the text that it is.

    ``consumed``: what was consumed of the files before it. ``tagged``: values that JSON lacks are turned back.
    """

    def __init__(self, lines: Lines, location: FileLocation, consumed: Consumed, *, tagged: bool = False) -> None:
        self._lines = lines
        self._location = location
        self._consumed = consumed
        self._tagged = tagged
        self.header = None

    @property
    def keys(self) -> list[str]:
        return []

    def read(self, records: Records, count: int) -> bool:
        before, read = self._consumed.lines, 0
        try:
            for read, line in enumerate(islice(self._lines, count), 1):
                if text := line.strip(" \t\r\n"):
                    if before + read == 1:
                        self._refuse_document(text)
                    self._add(text, before + read, records)
        finally:
            self._consume(read)
        return read > 0

    def _add(self, text: str, origin: int, records: Records) -> None:
        try:
            records.rows.append(row_of(text, tagged=self._tagged))
        except NoRow as error:
            records.errors[len(records.rows)] = [error.reason]
            records.rows.append(text)
        records.origins.append(origin)

    def _refuse_document(self, first: str) -> None:
        if _DOCUMENT.match(first):
            made = ".[]" if first.startswith("[") else "."
            raise OneDocument(
                f"{self._location}: it is one JSON document, not an object on each line",
                remedy=f"make lines of it, e.g.: jq -c '{made}' {self._location}",
            )

    def pass_over(self, lines: int = sys.maxsize) -> None:
        left = lines
        while some := sum(1 for _ in islice(self._lines, min(_LINES_AT_ONCE, left))):
            left -= some
            self._consume(some)

    def skip(self, origin: int) -> None:
        self.pass_over(max(0, origin - self._consumed.lines))

    def _consume(self, lines: int) -> None:
        self._consumed.add(self._lines.take(lines), lines)
