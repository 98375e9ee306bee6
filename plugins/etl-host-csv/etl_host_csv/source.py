"""The source ``csv``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from etl_host import ETLContext, FileLocation, Problem, Task
from etl_host_csv.checks import checked, keys_of
from etl_host_csv.columns import Columns
from etl_host_csv.comments import checked_comment
from etl_host_csv.consumed import Consumed
from etl_host_csv.dialect import Dialect
from etl_host_csv.header import checked_skip_rows, given_header
from etl_host_csv.layout import Layout
from etl_host_csv.lines import Lines
from etl_host_csv.null_words import checked_null_words
from etl_host_csv.recognition import recognised
from etl_host_csv.table import Table
from etl_host_csv.text_source import TextSource


class CSVBatchProcessor(TextSource[dict[str, str | None]]):
    """Reads the rows of CSV files: a dict each, by the names of the columns; every value is text, or None.

    A pattern such as ``stops_*.csv`` stands for several files with the same columns, in any order; they are read in
    the order of their names, as one. A file whose own name looks like a pattern is just that file.

    The origin of a row is the line on which it begins, counted over all files; its place is the file and the line in
    it. Blank lines are no rows: an empty cell alone in its row is written ``""``. Rows with more or fewer cells than
    there are columns, and rows with a NUL character, are rejected.

    Packed files (gzip, bzip2, xz, zstd, and zip with one file in it) are known by their content, whatever they are
    called, and so is what is no CSV at all, e.g. an Excel workbook.

    A file that is written to while it is read ends the run with an error, once its complete lines are loaded; the
    next run goes on after them. Appending to what was loaded, and new files that sort after it, are fine then; other
    changes to it are refused.
    """

    counts = "csv_lines_read"
    form = "CSV"

    def __init__(
        self,
        file: Annotated[
            FileLocation | str | os.PathLike[str], "A path, a URL such as zip://stops.txt::feed.zip, or a pattern."
        ],
        context: ETLContext,
        task: Task,
        *,
        delimiter: Annotated[str, "The character between two cells."] = ",",
        quotechar: Annotated[str, 'The character around cells; "" where quotes have no meaning.'] = '"',
        escapechar: Annotated[str, "The character that takes its meaning from the next; empty for none."] = "",
        encoding: Annotated[str, "How the text is encoded; a byte order mark goes before it."] = "utf-8",
        header: Annotated[
            bool | list[str],
            "True where the first row names the columns; else their names, or False for column_1, column_2 and so on.",
        ] = True,
        skip_rows: Annotated[int, "How many lines to leave out at the start of each file."] = 0,
        comment: Annotated[str, "What a line to leave out begins with; empty for no comments."] = "",
        columns: Annotated[
            list[str] | dict[str, str] | None, "The columns to read; or a mapping of these to their names in the row."
        ] = None,
        blank_as_none: Annotated[bool, "Empty cells become null; else they are empty text."] = True,
        null_words: Annotated[list[str] | None, 'Cells that become null, e.g. ["NULL"], in quotes or not.'] = None,
        missing: Annotated[Literal["fail", "empty"], "What it means that there is no such file."] = "fail",
    ) -> None:
        super().__init__(file, context, task, encoding=encoding, missing=missing)
        dialect = Dialect(delimiter, quotechar, escapechar)
        self.layout = Layout(
            dialect=dialect,
            header=given_header(header),
            skip_rows=checked_skip_rows(skip_rows),
            comment=checked_comment(comment, dialect),
            columns=Columns(columns),
            blank_as_none=blank_as_none,
            null_words=checked_null_words(null_words or (), dialect),
        )

    @classmethod
    def recognise(cls, file: FileLocation) -> Mapping[str, Any] | None:
        return recognised(file)

    def table(self, lines: Lines, location: FileLocation, consumed: Consumed) -> Table:
        return Table(lines, self.layout, location, consumed)

    def check(self) -> Iterable[Problem]:
        """Whether each file can be read, and has a header that names the columns wanted once."""
        return checked(self.file, self.missing, self.layout, self.opened_table)

    def fields(self) -> Sequence[str] | None:
        """The keys of the rows; None where there is no header, or it is wrong: ``check`` says how."""
        return keys_of(self.file, self.missing, self.opened_table)
