"""The source ``csv``."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from typing import Annotated, Literal

from etl_host import (
    Batches,
    BatchResults,
    ETLContext,
    FileLocation,
    InputChanged,
    InputError,
    Position,
    Problem,
    Rows,
    Source,
    Task,
)
from etl_host_csv.consumed import REMEDY
from etl_host_csv.decoding import decoded, known_encoding
from etl_host_csv.dialect import Dialect
from etl_host_csv.lines import Lines
from etl_host_csv.stream import ByteStream, opened
from etl_host_csv.table import Records, Table


class CSVBatchProcessor(Source[dict[str, str | None]]):
    """Reads the rows of a CSV file: a dict each, by the names in the header; every value is text, or None.

    The origin of a row is the line on which it begins; the header is on line 1. Rows with more or fewer cells than the
    header, and rows with a NUL character, are rejected. gzip, and zip with one file in it, are known by their content.
    """

    counts = "csv_lines_read"
    resumable = True

    def __init__(
        self,
        file: Annotated[FileLocation | str | os.PathLike[str], "A path, or a URL such as zip://stops.txt::feed.zip."],
        context: ETLContext,
        task: Task,
        *,
        delimiter: Annotated[str, "The character between two cells."] = ",",
        quotechar: Annotated[str, 'The character around cells; "" where quotes have no meaning.'] = '"',
        encoding: Annotated[str, "How the text is encoded; a byte order mark goes before it."] = "utf-8",
        blank_as_none: Annotated[bool, "Empty cells become null; else they are empty text."] = True,
        missing: Annotated[Literal["fail", "empty"], "What it means that there is no such file."] = "fail",
    ) -> None:
        super().__init__(context, task)
        self.file = FileLocation.of(file)
        self.dialect = Dialect(delimiter, quotechar)
        self.encoding = known_encoding(encoding)
        self.blank_as_none = blank_as_none
        self.missing = missing

    def read(self, max_batch_size: int, after: Position | None) -> Batches[dict[str, str | None]]:
        """Batches of at most so many records. Raises InputError, InputChanged."""
        resumed = after if after and after.origin else None
        if not self._exists():
            if resumed:
                raise InputChanged(f"{self.file}: there is no such file any more", remedy=REMEDY)
            return
        version = self._version()
        with self._table() as (table, stream):
            if resumed:
                table.go_on(resumed)
            for records in table.batches(max_batch_size):
                yield self._batch(records, stream.share)
        if self._version() != version:
            raise InputChanged(
                f"{self.file}: it was changed while it was being read",
                remedy="start again once nothing writes to it any more",
            )

    def _batch(self, records: Records, share: float | None) -> BatchResults[dict[str, str | None]]:
        rows, count = Rows(records.rows), len(records.rows)
        position = Position(records.origins[-1], records.token, share)
        batch = BatchResults(rows, {self.counts: count}, count, records.origins, position)
        return self.reject(batch, records.errors) if records.errors else batch

    def place(self, origin: int) -> str:
        """File and line, e.g. ``stops.txt:118``."""
        return f"{self.file.name}:{origin}"

    def check(self) -> Iterable[Problem]:
        """Whether the file can be read and has a header that names each column once."""
        try:
            header = self._header()
        except InputError as error:
            return [Problem("fail", self.file.name, str(error), option="file", remedy=error.remedy)]
        message = f"{len(header)} columns" if header else "there are no rows: it is missing or empty"
        return [Problem("ok", self.file.name, message)]

    def fields(self) -> Sequence[str] | None:
        """The names in the header; None where there is none, or it is wrong: ``check`` says how."""
        try:
            return self._header()
        except InputError:
            return None

    def _header(self) -> Sequence[str] | None:
        if not self._exists():
            return None
        with self._table() as (table, _):
            return table.header

    def _exists(self) -> bool:
        """Raises InputError where the file is missing and must not be."""
        exists = self.file.exists()
        if not exists and self.missing == "fail":
            raise InputError(
                f"{self.file}: there is no such file{self._absolute()}",
                remedy="correct its name; or say missing: empty where the file is optional",
            )
        return exists

    def _absolute(self) -> str:
        absolute = str(self.file.path) if self.file.path else None
        return f" ({absolute})" if absolute and absolute != str(self.file) else ""

    def _version(self) -> tuple[int | None, int] | None:
        """Size and time of a file on this machine."""
        modified = self.file.modified()
        return None if modified is None else (self.file.size(), modified)

    @contextmanager
    def _table(self) -> Generator[tuple[Table, ByteStream], None, None]:
        with opened(self.file) as stream:
            lines = Lines(decoded(stream, self.encoding), self.file)
            yield Table(lines, self.dialect, self.file, blank_as_none=self.blank_as_none), stream
