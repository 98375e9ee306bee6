"""Each file of the corpus gives what it must, however it is read, and what the csv module and polars make of it."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import polars
import pytest
from nasty_case import Case
from nasty_files import corpus

from etl_host import InputError, Position
from etl_host_csv import CSVBatchProcessor, stream

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]
Row = dict[str, str | None]

CASES = corpus()
OPTIONS_OF_CSV = {"delimiter", "quotechar", "escapechar", "encoding", "blank_as_none"}
OPTIONS_OF_POLARS = {
    "delimiter": "separator",
    "skip_rows": "skip_lines",
    "comment": "comment_prefix",
    "columns": "columns",
}
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}

each = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def read(source: CSVBatchProcessor, size: int = 3) -> tuple[list[tuple[int, Row]], str | None, list[Position]]:
    """Origins and rows, the error after them, and the positions."""
    found: list[tuple[int, Row]] = []
    positions = []
    try:
        for batch in source.get_batch(size):
            found += zip(batch.origins or (), batch.chunk, strict=True)
            positions += [batch.position] if batch.position else []
    except InputError as error:
        return found, str(error), positions
    return found, None, positions


def rejects(source: CSVBatchProcessor) -> list[tuple[int, str]]:
    source.task.rejects.close()
    path = source.task.rejects.path
    lines = map(json.loads, path.read_text().splitlines()) if path.exists() else ()
    return [(line["origin"], line["errors"][0]["code"]) for line in lines]


def outcome(case: Case) -> tuple[list[Row], list[tuple[int, str]]]:
    return list(case.rows), list(case.rejects)


def test_the_corpus_is_large_and_the_same_each_time() -> None:
    again = corpus()
    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)
    assert [case.content for case in again] == [case.content for case in CASES]


@each
@pytest.mark.parametrize("block", [stream.BLOCK, 5])
def test_what_must_come_out_comes_out(case: Case, block: int, source: MakeSource, stops: MakeFile) -> None:
    if len(case.content) > 10_000:
        block = stream.BLOCK - 1
    with mock.patch.object(stream, "BLOCK", block):
        csv_source = source(stops(case.content), **case.options)
        found, error, _ = read(csv_source)
    assert ([row for _, row in found], rejects(csv_source)) == outcome(case)
    assert bool(error) is bool(case.error)
    assert re.search(case.error or "", error or "")
    assert not error or "stops.csv" in error


@each
def test_it_goes_on_after_every_position(case: Case, source: MakeSource, stops: MakeFile) -> None:
    file = stops(case.content)
    whole, error, positions = read(source(file, **case.options), 1)
    for position in positions:
        resumed = source(file, **case.options)
        resumed.after = position
        found, found_error, _ = read(resumed, 2)
        assert found == [(origin, row) for origin, row in whole if origin > position.origin]
        assert found_error == error


def decoded(case: Case) -> str:
    for mark, encoding in MARKS.items():
        if case.content.startswith(mark):
            return case.content[len(mark) :].decode(encoding)
    return case.content.decode(case.options.get("encoding", "utf-8"))


def is_text(case: Case) -> bool:
    return not case.name.startswith(("packed", "damaged", "really", "wrong byte", "no mark"))


def of_csv(case: Case) -> tuple[list[tuple[int, Row]], list[int]]:
    """Lines and rows, and the lines of other records, of Python's csv module. Raises csv.Error."""
    options: dict[str, Any] = {
        name: case.options[name] for name in ("delimiter", "quotechar", "escapechar") if name in case.options
    }
    if options.get("quotechar") == "":
        options |= {"quotechar": None, "quoting": csv.QUOTE_NONE}
    reader = csv.reader(io.StringIO(decoded(case), newline=""), strict=True, **options)
    begins, records = 1, []
    for cells in reader:
        records += [(begins, cells)] if cells else []
        begins = reader.line_num + 1
    header = records[0][1] if records else []
    empty = None if case.options.get("blank_as_none", True) else ""
    fits = [len(cells) == len(header) and "\0" not in "".join(cells) for _, cells in records]
    rows = [
        (line, {name: cell or empty for name, cell in zip(header, cells, strict=True)})
        for (line, cells), fit in zip(records[1:], fits[1:], strict=True)
        if fit
    ]
    return rows, [line for (line, _), fit in zip(records[1:], fits[1:], strict=True) if not fit]


LIKE_CSV = [
    case
    for case in CASES
    if is_text(case) and not case.options.keys() - OPTIONS_OF_CSV and not (case.error and "header" in case.error)
]


@pytest.mark.parametrize("case", LIKE_CSV, ids=[case.name for case in LIKE_CSV])
def test_python_s_csv_module_reads_the_same(case: Case, source: MakeSource, stops: MakeFile) -> None:
    csv_source = source(stops(case.content), **case.options)
    found, error, _ = read(csv_source)
    if error:
        with pytest.raises(csv.Error):
            of_csv(case)
    else:
        assert (found, [line for line, _ in rejects(csv_source)]) == of_csv(case)


def of_polars(case: Case) -> list[Row]:
    content = codecs.BOM_UTF8 + decoded(case).encode() if is_text(case) else case.content
    options = {name: case.options[option] for option, name in OPTIONS_OF_POLARS.items() if option in case.options}
    if isinstance(options.get("columns"), Mapping):
        options["columns"] = list(options["columns"])
    frame = polars.read_csv(
        io.BytesIO(content),
        infer_schema=False,
        quote_char=case.options.get("quotechar", '"') or None,
        has_header=case.options.get("header", True) is True,
        **options,
    )
    if "columns" in options:
        frame = frame.select(options["columns"])
    nulls = {*case.options.get("null_words", ()), *([""] if case.options.get("blank_as_none", True) else [])}
    return [
        {name: None if (cell or "") in nulls else cell or "" for name, cell in row.items()} for row in frame.to_dicts()
    ]


GOOD = [case for case in CASES if not case.error]


@pytest.mark.parametrize("case", GOOD, ids=[case.name for case in GOOD])
def test_polars_reads_the_same_unless_it_is_known_not_to(case: Case) -> None:
    try:
        same = of_polars(case) == list(case.rows) and not case.rejects
    except (polars.exceptions.PolarsError, ValueError, OSError):
        same = False
    assert same is (case.unlike_polars is None)
