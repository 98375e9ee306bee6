from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import polars
import pytest

from etl_host import FileLocation, InputError
from etl_host_csv import CSVBatchProcessor
from etl_host_csv.file_kinds import HEAD, refuse_other_kinds

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]
FRAME = polars.DataFrame({"id": ["1", "2"], "name": ["a", "b"]})


@pytest.mark.parametrize(
    ("write", "name"),
    [
        (FRAME.write_parquet, "a Parquet file"),
        (FRAME.write_ipc, "an Arrow file"),
        (FRAME.write_avro, "an Avro file"),
        (FRAME.write_ndjson, "a JSON file"),
        (FRAME.write_json, "a JSON file"),
    ],
)
def test_files_of_other_programs_are_called_what_they_are_whatever_their_names(
    source: MakeSource, tmp_path: Path, write: Callable[[Path], object], name: str
) -> None:
    write(tmp_path / "stops.csv")
    with pytest.raises(InputError, match=rf"stops\.csv: it is {name}, not CSV") as raised:
        list(source(tmp_path / "stops.csv").get_batch(10))
    assert raised.value.remedy


def test_check_says_so_before_the_run(source: MakeSource, stops: MakeFile) -> None:
    csv = source(stops(b"%PDF-1.7\n"))
    [problem] = csv.check()
    assert (problem.level, problem.option) == ("fail", "file")
    assert "it is a PDF document" in problem.message
    assert csv.fields() is None


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("start", ["<!doctype HTML><title>503</title>", "\r\n  <HTML>\n", '<?xml version="1.0"?>'])
def test_pages_instead_of_data_are_recognised(stops: MakeFile, mark: str, start: str) -> None:
    with pytest.raises(InputError, match=r"a web page|an XML file"):
        refuse_other_kinds((mark + start).encode(), FileLocation("stops.csv"), "CSV")


@pytest.mark.parametrize(
    "text",
    ['"{""id""}",name\n', "<b>id</b>,name\n", "{id},name\n", "[1],[2]\n", "MZ1,id\n", "PK,id\n", "tar,ustar\n" * 60],
)
def test_texts_are_taken_for_texts(text: str) -> None:
    for shift in range(12):
        refuse_other_kinds(re.sub("^", " " * shift, text).encode()[:HEAD], FileLocation("stops.csv"), "CSV")
