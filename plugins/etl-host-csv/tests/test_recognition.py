from __future__ import annotations

import bz2
import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl_host import FileLocation, InputError
from etl_host_csv import CSVBatchProcessor

Source = Callable[..., CSVBatchProcessor]


def recognise(file: Path | str) -> Any:
    return CSVBatchProcessor.recognise(FileLocation(file))


def rows(source: Source, file: Path) -> list[dict[str, str | None]]:
    """The rows as the source reads them with the options that it says itself."""
    return [row for batch in source(file, **recognise(file)).get_batch(100) for row in batch.chunk]


WRITTEN: dict[str, tuple[str, dict[str, Any], dict[str, str | None]]] = {
    "as usual": ("id,name\n1,Ada\n", {}, {"id": "1", "name": "Ada"}),
    "by semicolons": ("id;price\n1;1,50\n2;2,75\n", {"delimiter": ";"}, {"id": "1", "price": "1,50"}),
    "by tabs": ("id\tname\n1\tAda, Countess\n", {"delimiter": "\t"}, {"id": "1", "name": "Ada, Countess"}),
    "by bars": ("id|name\n1|Ada\n", {"delimiter": "|"}, {"id": "1", "name": "Ada"}),
    "with quotes": ('id,name\n1,"Ada, ""the"" Countess"\n', {}, {"id": "1", "name": 'Ada, "the" Countess'}),
    "over lines": ('id,name\n1,"Ada\nCountess"\n2,x\n', {}, {"id": "1", "name": "Ada\nCountess"}),
    "with apostrophes around": ("'id','name'\n'1','a,b'\n", {"quotechar": "'"}, {"id": "1", "name": "a,b"}),
    "with apostrophes inside": ("id,name\n1,O'Neill\n2,'tis\n", {}, {"id": "1", "name": "O'Neill"}),
    "with escapes": ('id,name\n1,"a \\"b\\" c"\n', {"escapechar": "\\"}, {"id": "1", "name": 'a "b" c'}),
    "with quotes that mean nothing": (
        'id;size\n1;"5" long\n',
        {"delimiter": ";", "quotechar": ""},
        {"size": '"5" long'},
    ),
    "one column": ("name\nAda\n", {}, {"name": "Ada"}),
    "one column of texts": ("text\nyes, or no; well\nno\n", {}, {"text": None}),
    "the header alone": ("id,name\n", {}, {}),
    "CR LF": ("id,name\r\n1,Ada\r\n", {}, {"id": "1", "name": "Ada"}),
    "blank lines first": ("\n\nid,name\n1,Ada\n", {}, {"id": "1", "name": "Ada"}),
    "years as columns": ("country,2019,2020\nDE,1.5,2.5\n", {}, {"country": "DE", "2019": "1.5"}),
    "no header": ("Cairns,-16.92\nKuranda,-16.82\n", {"header": False}, {"column_1": "Cairns", "column_2": "-16.92"}),
    "no header, but a date": ("Ada,1815-12-10\nAlan,1912-06-23\n", {"header": False}, {"column_1": "Ada"}),
    "a name twice": ("id,name,name\n1,a,b\n", {"header": ["id", "name", "name_2"], "skip_rows": 1}, {"name_2": "b"}),
    "a name twice, its number taken": (
        "name,name_2,name\n1,a,b\n",
        {"header": ["name", "name_2", "name_3"], "skip_rows": 1},
        {"name_2": "a", "name_3": "b"},
    ),
    "no name": (",name\n1,a\n", {"header": ["column_1", "name"], "skip_rows": 1}, {"column_1": "1", "name": "a"}),
    "a name twice, over two lines": (
        '\nid,"na\nme","na\nme"\n1,a,b\n',
        {"header": ["id", "na\nme", "na\nme_2"], "skip_rows": 4},
        {"na\nme_2": "b"},
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_how_a_file_is_written_is_seen(name: str, stops: Callable[..., Path], source: Source) -> None:
    text, options, expected = WRITTEN[name]
    file = stops(text)
    assert recognise(file) == options
    if expected and None not in expected.values():
        assert rows(source, file)[0].items() >= expected.items()


@pytest.mark.parametrize(
    ("encoding", "options"),
    [
        ("utf-8", {}),
        ("utf-8-sig", {}),
        ("utf-16", {}),  # its mark says so
        ("utf-16-le", {"encoding": "utf-16-le"}),
        ("utf-16-be", {"encoding": "utf-16-be"}),
        ("cp1252", {"encoding": "cp1252"}),
    ],
)
def test_the_encoding_is_seen(
    encoding: str, options: dict[str, str], stops: Callable[..., Path], source: Source
) -> None:
    file = stops("id;Straße\n1;Königsallee 5 €\n".encode(encoding))
    assert recognise(file) == {"delimiter": ";", **options}
    assert rows(source, file) == [{"id": "1", "Straße": "Königsallee 5 €"}]


def test_an_encoding_that_shows_only_late_is_seen(stops: Callable[..., Path], source: Source) -> None:
    file = stops(b"id,name\n" + b"1,abc\n" * 100_000 + "2,Köln\n".encode("cp1252"))
    assert recognise(file) == {"encoding": "cp1252"}


def test_a_record_that_the_look_ends_in_is_no_error(stops: Callable[..., Path]) -> None:
    file = stops('id;text\n1;x\n2;"' + "long\n" * 100_000 + '"\n')
    assert recognise(file) == {"delimiter": ";"}


def test_packed_files_are_looked_into(tmp_path: Path, source: Source) -> None:
    text = b"id;name\n1;Ada\n"
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text))
    (tmp_path / "a.csv.bz2").write_bytes(bz2.compress(text))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", text)
    for name in ("a.csv.gz", "a.csv.bz2", "a.zip"):
        assert rows(source, tmp_path / name) == [{"id": "1", "name": "Ada"}]
    assert recognise(f"zip://a.csv::{tmp_path}/a.zip") == {"delimiter": ";"}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.bin", bytes(range(256)) * 4),
        ("notes.md", b"# Notes\n\nSome text, with commas,\nand some without.\nNo more.\n"),
        ("models.py", b"from a import b, c\n\nclass D(b):\n    x: int\n    y: dict[str, int]\n"),
        ("pipeline.yaml", b"pipeline: p\ntasks:\n  - {task: a, source: b}\n"),
        ("words.txt", b"one\ntwo\nthree\n"),
        ("blank.txt", b"\n\n \n"),
    ],
)
def test_what_is_no_csv_is_not_known(name: str, content: bytes, stops: Callable[..., Path]) -> None:
    assert recognise(stops(content, name)) is None


def test_a_table_is_known_whatever_the_file_is_called(stops: Callable[..., Path]) -> None:
    assert recognise(stops("id,name\n1,a\n2,b\n", "stops.txt")) == {}
    assert recognise(stops("id|name\n1|a\n2|b\n", "dump")) == {"delimiter": "|"}


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "it is empty"), (b"%PDF-1.7\n", "PDF"), (b"PAR1\x15\x04", "Parquet")],
)
def test_why_a_file_can_not_be_read_is_said(content: bytes, message: str, stops: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match=message):
        recognise(stops(content))


def test_a_missing_file_is_no_other_format(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        recognise(tmp_path / "stops.csv")
