from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl_host import FileLocation, InputChanged, InputError, Position
from etl_host_json import JSONLinesSourceBatchProcessor

MakeSource = Callable[..., JSONLinesSourceBatchProcessor]
MakeFile = Callable[..., Path]
TWO = '{"id": 1}\n{"id": 2}\n'
ROWS = [{"id": 1}, {"id": 2}]


def rows_of(source: JSONLinesSourceBatchProcessor, size: int = 10) -> list[Any]:
    return [row for batch in source.get_batch(size) for row in batch.chunk]


def rejects_in(folder: Path) -> list[tuple[str, str, Any]]:
    lines = [line for file in (folder / "rejects").iterdir() for line in file.read_text().splitlines()]
    return [(found["place"], found["errors"][0]["code"], found["row"]) for found in map(json.loads, lines)]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_bad_line_is_rejected_as_its_text_and_takes_no_other_along(
    source: MakeSource, stops: MakeFile, tmp_path: Path, size: int
) -> None:
    file = stops('{"id": 1}\n\n[2]\n{"id": 3\r\n \t\n{"id": 4, "id": 5}\r\n{"id": 6}')
    reading = source(file)
    batches = list(reading.get_batch(size))
    reading.task.rejects.sync()
    assert [row for batch in batches for row in batch.chunk] == [{"id": 1}, {"id": 6}]
    assert [origin for batch in batches for origin in batch.origins or ()] == [1, 7]
    assert rejects_in(tmp_path) == [
        ("stops.jsonl:3", "no-object", "[2]"),
        ("stops.jsonl:4", "no-json", '{"id": 3'),
        ("stops.jsonl:6", "duplicate-key", '{"id": 4, "id": 5}'),
    ]
    assert sum(batch.statistics["jsonl_rows_read"] for batch in batches) == 5


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (TWO.encode("utf-8-sig"), {}),
        (TWO.encode("utf-16"), {}),
        (TWO.encode("utf-16-be"), {"encoding": "utf-16-be"}),
        (gzip.compress(TWO.encode()), {}),
        (TWO.replace("\n", "\r\n").encode(), {}),
        (TWO.replace("\n", "\r").encode(), {}),
        (TWO.rstrip().encode(), {}),
    ],
)
def test_files_are_read_however_they_are_encoded_and_packed(
    source: MakeSource, stops: MakeFile, content: bytes, options: dict[str, str]
) -> None:
    assert rows_of(source(stops(content), **options)) == ROWS


def test_line_separators_of_unicode_end_no_line(source: MakeSource, stops: MakeFile) -> None:
    assert rows_of(source(stops('{"a": "\u2028\x85\u2029"}\n'))) == [{"a": "\u2028\x85\u2029"}]


def test_a_file_in_an_archive_and_several_files_are_read(source: MakeSource, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        archive.writestr("a.jsonl", TWO)
        archive.writestr("b.jsonl", '{"id": 3}')
    reading = source(f"zip://*.jsonl::{tmp_path}/feed.zip")
    assert rows_of(reading) == [*ROWS, {"id": 3}]
    assert reading.place(3) == "b.jsonl:1"


def test_bytes_that_do_not_decode_are_told_with_their_line(source: MakeSource, stops: MakeFile) -> None:
    reading = source(stops(b'{"id": 1}\n{"id": "\xff"}\n'))
    batches = reading.get_batch(10)
    assert [*next(batches).chunk] == [{"id": 1}]
    with pytest.raises(InputError, match=r"stops\.jsonl:2: byte 0xFF") as raised:
        next(batches)
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("content", "command"),
    [
        ('[\n{"id": 1},\n{"id": 2}\n]\n', "jq -c '.[]'"),
        ('\ufeff[ {"id": 1}, {"id": 2} ]', "jq -c '.[]'"),
        ('{\n  "id": 1\n}\n', "jq -c '.'"),
    ],
)
def test_one_document_is_refused_as_a_whole(
    source: MakeSource, stops: MakeFile, tmp_path: Path, content: str, command: str
) -> None:
    reading = source(stops(content))
    with pytest.raises(InputError, match="it is one JSON document") as raised:
        rows_of(reading)
    assert raised.value.remedy
    assert command in raised.value.remedy
    assert not (tmp_path / "rejects").exists()
    [problem] = reading.check()
    assert (problem.level, problem.option) == ("fail", "file")


def test_what_is_no_text_is_called_what_it_is(source: MakeSource, stops: MakeFile) -> None:
    with pytest.raises(InputError, match="it is a PDF document, not JSON Lines"):
        rows_of(source(stops(b"%PDF-1.7\n")))
    with pytest.raises(InputError, match=r"a web page \(HTML\), not JSON Lines"):
        rows_of(source(stops("<!DOCTYPE html>")))


def test_a_file_that_is_not_there_fails_unless_it_may_be_missing(source: MakeSource, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        rows_of(source(tmp_path / "none.jsonl"))
    assert rows_of(source(tmp_path / "none.jsonl", missing="empty")) == []
    assert [problem.level for problem in source(tmp_path / "none.jsonl", missing="empty").check()] == ["ok"]


def position_after(source: JSONLinesSourceBatchProcessor, size: int) -> Position:
    position = next(source.get_batch(size)).position
    assert position is not None
    return position


def rest_after(source: JSONLinesSourceBatchProcessor, position: Position) -> list[Any]:
    source.after = position
    return rows_of(source)


def test_it_goes_on_though_later_lines_have_changed_and_come(source: MakeSource, stops: MakeFile) -> None:
    position = position_after(source(stops('{"id": 1}\n\nbad\n{"id": 2}\n')), 2)
    assert position.origin == 3
    assert rest_after(source(stops('{"id": 1}\n\nbad\n{"id": 7}\n{"id": 8}\n')), position) == [{"id": 7}, {"id": 8}]


@pytest.mark.parametrize("content", ['{"id": 9}\n\nbad\n{"id": 2}\n', '{"id": 1}\n\n', '{"id": 1}\nbad\n{"id": 2}\n'])
def test_it_does_not_go_on_where_lines_that_are_loaded_have_changed(
    source: MakeSource, stops: MakeFile, content: str
) -> None:
    position = position_after(source(stops('{"id": 1}\n\nbad\n{"id": 2}\n')), 2)
    with pytest.raises(InputChanged):
        rest_after(source(stops(content)), position)


def test_it_goes_on_in_the_second_of_several_files(source: MakeSource, stops: MakeFile, tmp_path: Path) -> None:
    stops(TWO, "1.jsonl")
    stops('{"id": 3}\n{"id": 4}\n', "2.jsonl")
    position = position_after(source(f"{tmp_path}/*.jsonl"), 3)
    assert rest_after(source(f"{tmp_path}/*.jsonl"), position) == [{"id": 4}]
    assert rest_after(source(f"{tmp_path}/*.jsonl"), Position(position.origin)) == [{"id": 4}]


@pytest.mark.parametrize(
    ("content", "options"), [(TWO, {}), ("id,name\n1,x\n", None), ("", None), ("{id},name\n", None), ("PK\x03", None)]
)
def test_json_lines_are_recognised(stops: MakeFile, content: str, options: Any) -> None:
    assert JSONLinesSourceBatchProcessor.recognise(FileLocation(stops(content))) == options


def test_one_object_is_taken_for_json_lines_only_where_its_name_says_so(stops: MakeFile) -> None:
    names: dict[str, Any] = {"x.jsonl": {}, "x.ndjson.gz": {}, "x.json": None, "x.dat": None}
    for name, options in names.items():
        assert JSONLinesSourceBatchProcessor.recognise(FileLocation(stops('{"events": []}', name))) == options


def test_a_document_that_is_taken_for_json_lines_is_told(stops: MakeFile) -> None:
    with pytest.raises(InputError, match="one JSON document"):
        JSONLinesSourceBatchProcessor.recognise(FileLocation(stops("[\n{}]")))
