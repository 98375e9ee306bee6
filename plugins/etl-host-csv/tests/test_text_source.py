"""What a source of another format gets, with nothing but the public names."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from etl_host import ETLContext, FileLocation, InputChanged, InputError, OptionError, RowError
from etl_host.testing import FakeTask
from etl_host_csv import Consumed, Lines, Records, RecordTable, TextSource, opened_lines

MakeFile = Callable[..., Path]


class WordTable(RecordTable):
    """A word a line; ``bad`` is no word."""

    def __init__(self, lines: Lines, consumed: Consumed) -> None:
        self._lines, self._consumed, self.header = lines, consumed, None

    @property
    def keys(self) -> list[str]:
        return []

    def read(self, records: Records, count: int) -> bool:
        lines = [*islice(self._lines, count)]
        for number, line in enumerate(lines, self._consumed.lines + 1):
            if line.strip() == "bad":
                records.errors[len(records.rows)] = [RowError("no word")]
            records.rows.append(line.strip())
            records.origins.append(number)
        self._consumed.add(self._lines.take(len(lines)), len(lines))
        return bool(lines)

    def pass_over(self, lines: int = sys.maxsize) -> None:
        self.read(Records(), lines)

    def skip(self, origin: int) -> None:
        self.pass_over(origin - self._consumed.lines)


class Words(TextSource[str]):
    counts = "words_read"
    form = "a list of words"

    def table(self, lines: Lines, location: FileLocation, consumed: Consumed) -> WordTable:
        return WordTable(lines, consumed)


@pytest.fixture
def words(tmp_path: Path) -> Iterator[Callable[..., Words]]:
    with ETLContext({}, rejects_dir=tmp_path / "rejects") as context, FakeTask(context) as task:
        yield lambda file, **options: Words(file, context, task, **options)


def test_files_are_unpacked_decoded_and_numbered(words: Callable[..., Words], stops: MakeFile, tmp_path: Path) -> None:
    stops(gzip.compress("a\nbad\n".encode("utf-16")), "1.txt")
    stops("ö\n", "2.txt")
    source = words(f"{tmp_path}/*.txt")
    batches = list(source.get_batch(2))
    assert [row for batch in batches for row in batch.chunk] == ["a", "ö"]
    assert [origin for batch in batches for origin in batch.origins or ()] == [1, 3]
    assert source.place(3) == "2.txt:1"
    assert sum(batch.statistics["words_read"] for batch in batches) == 3


def test_it_goes_on_behind_a_position_unless_lines_before_it_have_changed(
    words: Callable[..., Words], stops: MakeFile
) -> None:
    source = words(stops("a\nb\nc\n"))
    source.after = next(source.get_batch(2)).position
    stops("a\nb\nd\n")
    assert [row for batch in source.get_batch(5) for row in batch.chunk] == ["d"]
    stops("a\nx\nd\n")
    with pytest.raises(InputChanged):
        list(source.get_batch(5))


def test_what_is_plainly_something_else_is_refused_by_the_name_of_the_form(
    words: Callable[..., Words], stops: MakeFile
) -> None:
    source = words(stops(b"%PDF-1.7\n"))
    with pytest.raises(InputError, match="it is a PDF document, not a list of words") as raised:
        list(source.get_batch(5))
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("content", "level", "said"),
    [
        ("a\n", "ok", "1 file"),
        ("", "ok", "1 file"),
        (b"%PDF-1.7", "fail", "a PDF document"),
        (b"\xff\n", "fail", ":1: "),
    ],
)
def test_check_says_whether_each_file_can_be_read(
    words: Callable[..., Words], stops: MakeFile, content: str | bytes, level: str, said: str
) -> None:
    [problem] = words(stops(content)).check()
    assert problem.level == level
    assert said in problem.message


def test_check_tells_a_missing_file_unless_it_may_be(words: Callable[..., Words], tmp_path: Path) -> None:
    levels = {
        missing: [problem.level for problem in words(tmp_path / "none", missing=missing).check()]
        for missing in ("fail", "empty")
    }
    assert levels == {"fail": ["fail"], "empty": ["ok"]}


def test_an_encoding_that_nobody_knows_is_refused(words: Callable[..., Words]) -> None:
    with pytest.raises(OptionError, match="there is no such text encoding"):
        words("any", encoding="utf-99")


def test_lines_can_be_looked_at_without_a_source(stops: MakeFile) -> None:
    read: list[Any] = []
    with opened_lines(FileLocation(stops("a\r\nb")), "text") as (lines, stream):
        read.extend(lines)
        assert stream.stored_bytes_read == 4
    assert read == ["a\r\n", "b"]
