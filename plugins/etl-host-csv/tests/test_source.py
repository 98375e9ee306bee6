from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl_host import FileLocation, InputChanged, InputError, OptionError, Position
from etl_host_csv import CSVBatchProcessor

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]


def read(source: CSVBatchProcessor, max_batch_size: int = 1000) -> list[dict[str, str | None]]:
    return [row for batch in source.get_batch(max_batch_size) for row in batch.chunk]


def origins(source: CSVBatchProcessor, max_batch_size: int = 1000) -> list[int]:
    return [origin for batch in source.get_batch(max_batch_size) for origin in batch.origins or ()]


def rejects(source: CSVBatchProcessor) -> list[dict[str, Any]]:
    source.task.rejects.close()
    path = source.task.rejects.path
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_a_row_is_a_dict_by_the_names_in_the_header(source: MakeSource, stops: MakeFile) -> None:
    assert read(source(stops("id,name\n1,Esplanade\n2,\n"))) == [
        {"id": "1", "name": "Esplanade"},
        {"id": "2", "name": None},
    ]


@pytest.mark.parametrize("cell", ["", '""'])
def test_an_empty_cell_is_none_unless_that_is_switched_off(source: MakeSource, stops: MakeFile, cell: str) -> None:
    file = stops(f"id,name\n1,{cell}\n")
    assert read(source(file)) == [{"id": "1", "name": None}]
    assert read(source(file, blank_as_none=False)) == [{"id": "1", "name": ""}]


def test_blanks_in_a_cell_and_the_word_null_are_text(source: MakeSource, stops: MakeFile) -> None:
    assert read(source(stops("id,name\n 1 , \nnull,NULL\n"))) == [
        {"id": " 1 ", "name": " "},
        {"id": "null", "name": "NULL"},
    ]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        ("id\n1\n2\n", [2, 3]),
        ("id\n1\n2", [2, 3]),
        ("id\r\n1\r\n2\r\n", [2, 3]),
        ("id\r1\r2", [2, 3]),
        ("id\n\n1\n\n\n2\n\n", [3, 6]),
        ("\n\nid\n1\n", [4]),
        ('id\n"a\nb"\n2\n', [2, 4]),
        ('id\n"a\r\n\r\nb"\r\n2\r\n', [2, 5]),
        ('"i\nd"\n1\n2\n', [3, 4]),
        ("id\n1\f1\u2028x\x85\n2\n", [2, 3]),
        ("id\n", []),
        ("\n\n", []),
        ("", []),
    ],
)
def test_origins_are_the_lines_on_which_records_begin(
    source: MakeSource, stops: MakeFile, content: str, lines: list[int]
) -> None:
    file = stops(content)
    assert origins(source(file)) == lines
    assert origins(source(file), 1) == lines


def test_the_place_of_a_row_is_file_and_line(source: MakeSource, stops: MakeFile) -> None:
    assert source(stops("id\n")).place(118) == "stops.csv:118"
    assert source("zip://gtfs/stops.txt::feed.zip").place(118) == "stops.txt:118"


def test_batches_count_the_records_read(source: MakeSource, stops: MakeFile) -> None:
    batches = list(source(stops("id\n1\n2\n3\n")).get_batch(2))
    assert [(len(b.chunk), b.batch_size, b.statistics) for b in batches] == [
        (2, 2, {"csv_lines_read": 2}),
        (1, 1, {"csv_lines_read": 1}),
    ]
    assert repr(batches[0].chunk) == "<2 rows>"


@pytest.mark.parametrize("content", ["", "\n", "id,name\n", "id,name", "\ufeffid\n\n"])
def test_no_records_are_one_empty_batch_with_the_count_0(source: MakeSource, stops: MakeFile, content: str) -> None:
    [batch] = source(stops(content)).get_batch(10)
    assert (len(batch.chunk), batch.statistics, batch.batch_size) == (0, {"csv_lines_read": 0}, 0)


def test_rows_that_do_not_fit_the_header_are_rejected_and_the_others_go_on(source: MakeSource, stops: MakeFile) -> None:
    csv = source(stops('id,name\n1,a\n2\n"3\n3",c,d\n\n4,e\n'))
    [batch] = csv.get_batch(10)
    assert list(batch.chunk) == [{"id": "1", "name": "a"}, {"id": "4", "name": "e"}]
    assert list(batch.origins or ()) == [2, 7]
    assert (batch.batch_size, batch.statistics) == (4, {"csv_lines_read": 4, "rejected_rows": 2})
    short, long = rejects(csv)
    assert (short["place"], short["origin"], short["row"]) == ("stops.csv:3", 3, ["2"])
    assert short["errors"] == [{"code": "short-row", "message": "the row has 1 cells, the header 2", "loc": []}]
    assert (long["place"], long["origin"], long["row"]) == ("stops.csv:4", 4, ["3\n3", "c", "d"])
    assert long["errors"] == [{"code": "long-row", "message": "the row has 3 cells, the header 2", "loc": []}]


def test_rejected_rows_count_towards_the_batch_size(source: MakeSource, stops: MakeFile) -> None:
    batches = list(source(stops("id,name\n1\n2\n3,c\n")).get_batch(2))
    assert [(len(b.chunk), b.batch_size) for b in batches] == [(0, 2), (1, 1)]
    assert [b.position.origin for b in batches if b.position] == [3, 4]


def test_a_row_with_a_nul_character_is_rejected(source: MakeSource, stops: MakeFile) -> None:
    csv = source(stops("id,name\n1,a\n2,\0\n3\0\n4,d\n"))
    assert [row["id"] for row in read(csv)] == ["1", "4"]
    nul, short = rejects(csv)
    assert (nul["place"], nul["errors"][0]["code"], nul["errors"][0]["loc"]) == (
        "stops.csv:3",
        "nul-character",
        ["name"],
    )
    assert short["errors"][0]["code"] == "short-row"


@pytest.mark.parametrize("as_type", [str, Path, FileLocation])
def test_the_file_may_be_a_text_a_path_or_a_location(
    source: MakeSource, stops: MakeFile, as_type: Callable[[Path], object]
) -> None:
    assert read(source(as_type(stops("id\n1\n")))) == [{"id": "1"}]


@pytest.mark.parametrize(
    ("options", "content"),
    [
        ({"delimiter": ";"}, "id;name\n1;a,b\n"),
        ({"delimiter": "\t"}, "id\tname\n1\ta,b\n"),
        ({"delimiter": "→"}, "id→name\n1→a,b\n"),
        ({"quotechar": "'"}, "id,name\n1,'a,b'\n"),
        ({"delimiter": "\t", "quotechar": ""}, "id\tname\n1\ta,b\n"),
    ],
)
def test_delimiter_and_quotes_are_options(
    source: MakeSource, stops: MakeFile, options: dict[str, str], content: str
) -> None:
    assert read(source(stops(content), **options)) == [{"id": "1", "name": "a,b"}]


def test_without_quotes_a_quote_is_a_character(source: MakeSource, stops: MakeFile) -> None:
    file = stops('id,name\n1,"a\n2,"b" c\n')
    assert [row["name"] for row in read(source(file, quotechar=""))] == ['"a', '"b" c']


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("delimiter", ""),
        ("delimiter", "\\t"),
        ("delimiter", "\n"),
        ("delimiter", '"'),
        ("quotechar", "''"),
        ("quotechar", "\r"),
        ("encoding", "utf-9"),
        ("encoding", "rot13"),
        ("encoding", "hex"),
        ("encoding", "a\0b"),
        ("escapechar", "\\\\"),
        ("escapechar", "\n"),
        ("escapechar", ","),
        ("escapechar", '"'),
        ("header", []),
        ("header", ["id", "id"]),
        ("header", ["id", ""]),
        ("skip_rows", -1),
        ("comment", ",#"),
        ("comment", '"'),
        ("comment", "#\n"),
        ("columns", []),
        ("columns", {}),
        ("columns", ["id", "id"]),
        ("columns", {"id": "key", "name": "key"}),
    ],
)
def test_a_wrong_option_is_refused_at_once(source: MakeSource, option: str, value: object) -> None:
    with pytest.raises(OptionError) as raised:
        source("stops.csv", **{option: value})
    assert raised.value.option in (option, "quotechar")
    assert option in str(raised.value)


def test_a_null_word_that_an_escape_takes_apart_is_refused(source: MakeSource) -> None:
    with pytest.raises(OptionError, match="escapechar") as raised:
        source("stops.csv", null_words=["NULL", "\\N"], escapechar="\\")
    assert raised.value.option == "null_words"


def test_a_missing_file_is_an_error_that_names_it_and_the_way_out(source: MakeSource, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read(source(tmp_path / "stops.csv"))
    assert str(tmp_path / "stops.csv") in str(raised.value)
    assert "missing: empty" in str(raised.value.remedy)


def test_a_relative_name_is_shown_with_the_folder_it_was_looked_for_in(
    source: MakeSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=f"^stops.csv: .*{tmp_path}/stops.csv"):
        read(source("stops.csv"))


def test_a_missing_file_may_count_as_empty(source: MakeSource, tmp_path: Path) -> None:
    [batch] = source(tmp_path / "stops.csv", missing="empty").get_batch(10)
    assert (len(batch.chunk), batch.statistics) == (0, {"csv_lines_read": 0})


def test_a_missing_folder_member_or_archive_is_told_apart(source: MakeSource, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="folder"):
        read(source(tmp_path, missing="empty"))
    with pytest.raises(InputError, match=r"feed\.zip"):
        read(source(f"zip://stops.txt::{tmp_path}/feed.zip", missing="empty"))


def test_fields_are_the_names_in_the_header(source: MakeSource, stops: MakeFile, tmp_path: Path) -> None:
    assert source(stops("id,name\n1,a\n")).fields() == ["id", "name"]
    assert source(stops("")).fields() is None
    assert source(tmp_path / "nowhere.csv").fields() is None


def test_check_and_fields_read_the_header_only(source: MakeSource, stops: MakeFile) -> None:
    csv = source(stops(b'id,name\n1,a\n2,"b\n3,\xff\n'))
    assert [problem.level for problem in csv.check()] == ["ok"]
    assert csv.fields() == ["id", "name"]


@pytest.mark.parametrize("change", ["grows", "is_replaced"])
def test_a_file_that_is_changed_while_it_is_read_is_not_taken_for_complete(
    source: MakeSource, stops: MakeFile, change: str
) -> None:
    file = stops("id\n1\n2\n")
    batches = source(file).get_batch(1)
    next(batches)
    if change == "grows":
        with file.open("a") as more:
            more.write("3\n")
    else:
        other = stops("id\n1\n9\n", "other.csv")
        os.utime(other, ns=(0, 0))
        other.replace(file)
    with pytest.raises(InputChanged, match=r"stops\.csv"):
        list(batches)


def test_the_share_ascends_to_1(source: MakeSource, stops: MakeFile) -> None:
    rows = "".join(f"{number:09}\n" for number in range(60_000))
    positions = [batch.position for batch in source(stops("id\n" + rows)).get_batch(5000)]
    shares = [position.share for position in positions if position and position.share is not None]
    assert len(shares) == 12
    assert shares == sorted(shares)
    assert shares[0] < 0.5
    assert shares[-1] == 1


@pytest.mark.parametrize("content", ["id\n1\n2\n", "id,id\n"])
def test_the_file_is_closed_when_the_chain_stops_early_or_fails(
    source: MakeSource, stops: MakeFile, content: str
) -> None:
    before = len(os.listdir("/dev/fd"))
    csv = source(stops(content))
    batches = csv.get_batch(1)
    try:
        next(batches)
    except InputError:
        pass
    else:
        assert len(os.listdir("/dev/fd")) == before + 1
    batches.close()
    assert len(os.listdir("/dev/fd")) == before


def test_a_position_at_the_start_consumes_nothing(source: MakeSource, stops: MakeFile) -> None:
    csv = source(stops("id\n1\n"))
    csv.after = Position()
    assert read(csv) == [{"id": "1"}]
