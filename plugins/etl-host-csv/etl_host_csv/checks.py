"""What can be said of the files before their rows are read."""

from __future__ import annotations

from collections.abc import Sequence

from etl_host import EtlHostError, FileLocation, InputChanged, InputError, Problem
from etl_host_csv.columns import SameColumns, UnknownColumn
from etl_host_csv.consumed import Consumed
from etl_host_csv.files import found_files
from etl_host_csv.header import other_delimiter
from etl_host_csv.layout import Layout
from etl_host_csv.reading import OpenTable


def keys_of(location: FileLocation, missing: str, opened_table: OpenTable) -> Sequence[str] | None:
    """The keys of the rows; None where there is no header, or something is wrong."""
    try:
        for file in found_files(location, missing):
            with opened_table(file, Consumed()) as (table, _):
                if table.header:
                    return table.keys
    except (InputError, InputChanged):
        pass
    return None


def checked(location: FileLocation, missing: str, layout: Layout, opened_table: OpenTable) -> list[Problem]:
    """Whether each file can be read and has the columns wanted; only its header is read."""
    try:
        files = found_files(location, missing)
    except InputError as error:
        return [_failure(location, error)]
    same, headers, problems = SameColumns(), list[list[str]](), list[Problem]()
    for file in files:
        try:
            with opened_table(file, Consumed()) as (table, _):
                if table.header:
                    same.compare(table.keys, file)
                    headers.append(table.header)
        except (InputError, InputChanged) as error:
            problems.append(_failure(file, error))
    if headers and layout.header is True:
        problems += _wrong_delimiter(headers[0], location, layout.dialect.delimiter)
    return problems or [Problem("ok", location.name, _found(files, headers, same.keys, many=files != [location]))]


def _failure(file: FileLocation, error: EtlHostError) -> Problem:
    option = "columns" if isinstance(error, UnknownColumn) else "file"
    return Problem("fail", file.name, str(error), option=option, remedy=error.remedy)


def _wrong_delimiter(header: list[str], file: FileLocation, delimiter: str) -> list[Problem]:
    other = other_delimiter(header, delimiter)
    if other is None:
        return []
    written = '"\\t"' if other == "\t" else f'"{other}"'
    excel = header[0].lower().startswith("sep=")  # a line that Excel writes and hides
    remedy = f"if it separates the cells, say delimiter: {written}{', and skip_rows: 1' if excel else ''}"
    message = f"its header is one column, {header[0]!r}, which holds {written}"
    return [Problem("warn", file.name, message, option="delimiter", remedy=remedy)]


def _found(files: Sequence[FileLocation], headers: list[list[str]], keys: list[str] | None, *, many: bool) -> str:
    if not headers or keys is None:
        return "there are no rows: it is missing or empty"
    of = f" of {len(headers[0])}" if len(keys) < len(headers[0]) else ""
    columns = f"{len(keys)}{of} column{'s' if len(keys) > 1 or of else ''}"
    return f"{len(files)} file{'s' if len(files) > 1 else ''}, {columns}" if many else columns
