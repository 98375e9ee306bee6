"""The sink ``csv``."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from etl_host import BatchProcessor, ETLContext, FileLocation, FileSink, OptionError, Task
from etl_host_csv.cells import cell_of
from etl_host_csv.decoding import known_encoding
from etl_host_csv.dialect import Dialect


class CSVSinkBatchProcessor(FileSink[Mapping[str, Any]]):
    """Writes rows to a CSV file, each exactly once; the file is there, or replaced, once all rows are.

    The columns are ``fields``, by default the keys of the first row. A row with other keys is rejected, and so is one
    with a value that has no text, such as a list, or a character that ``encoding`` lacks.

    None and empty text both become an empty cell, which the source ``csv`` reads as None, or with ``blank_as_none:
    false`` as empty text. Dates and times are written in ISO 8601, decimals as they are, true and
    false in small letters, an Enum as its value.
    """

    counts = "csv_rows_written"

    def __init__(
        self,
        file: Annotated[FileLocation | str | os.PathLike[str], "A path on this machine."],
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        *,
        delimiter: Annotated[str, "The character between two cells."] = ",",
        quotechar: Annotated[str, "The character around cells that need it."] = '"',
        encoding: Annotated[str, "How the text is encoded."] = "utf-8",
        header: Annotated[bool, "Whether the first row names the columns."] = True,
        fields: Annotated[list[str] | None, "The columns, in order; by default those of the first row."] = None,
    ) -> None:
        super().__init__(file, context, task, predecessor)
        self._dialect = Dialect(delimiter, quotechar)
        if not quotechar:
            raise OptionError("quotechar", "quotechar is empty: cells with a delimiter could not be written")
        if fields is not None and (not fields or len(set(fields)) < len(fields)):
            raise OptionError("fields", "fields must name one column or more, each once")
        self._encoding = known_encoding(encoding)
        if "".encode(encoding):
            raise OptionError(
                "encoding",
                f"encoding is {encoding!r}, which begins with a byte order mark",
                remedy="use one without, e.g. utf-8 or utf-16-le",
            )
        self._header = header
        self._fields = fields

    def layout(self, first: Mapping[str, Any] | None) -> Sequence[str]:
        return self._fields or list(first or ())

    def header(self, layout: Any) -> bytes:
        return self._record(layout) if self._header and layout else b""

    def encode(self, row: Mapping[str, Any], layout: Any) -> bytes:
        if not row:
            raise ValueError("the row has no columns")
        if row.keys() != set(layout):
            wrong = sorted(map(str, row.keys() ^ set(layout)))
            raise ValueError(f"the columns of the file and of the row differ in {', '.join(wrong)}")
        return self._record([row[name] for name in layout])

    def _record(self, values: Sequence[Any]) -> bytes:
        text = io.StringIO()
        dialect = self._dialect
        writer = csv.writer(text, delimiter=dialect.delimiter, quotechar=dialect.quotechar)  # lines end with \r\n
        writer.writerow([cell_of(value) for value in values])
        try:
            return text.getvalue().encode(self._encoding)
        except UnicodeEncodeError as error:
            raise ValueError(f"a character can't be written in {self._encoding}") from error
