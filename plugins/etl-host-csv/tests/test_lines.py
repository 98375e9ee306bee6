from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from etl_host import FileLocation, InputError
from etl_host_csv.decoding import Undecodable
from etl_host_csv.lines import Lines

FILE = FileLocation("stops.csv")


def at_end() -> None:
    """Nothing is wrong with the file."""


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        (["a\nb\n"], ["a\n", "b\n"]),
        (["a\nb"], ["a\n", "b"]),
        (["a", "b", "\nc", "\n"], ["ab\n", "c\n"]),
        (["a\r", "\nb\r", "c\r"], ["a\r\n", "b\r", "c\r"]),
        (["a\r\n\r\nb"], ["a\r\n", "\r\n", "b"]),
        (["a\fb\u2028c\x85d\n", "e\vf\r\n"], ["a\fb\u2028c\x85d\n", "e\vf\r\n"]),
        (["", "\n", ""], ["\n"]),
        ([], []),
    ],
)
def test_lines_end_where_an_editor_ends_them_wherever_the_text_was_cut(texts: list[str], lines: list[str]) -> None:
    assert list(Lines(texts, FILE, at_end)) == lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_come_before_the_text_has_ended(end: str) -> None:
    def endless() -> Iterator[str]:
        while True:
            yield f"a{end}b"

    assert list(islice(Lines(endless(), FILE, at_end), 3)) == [f"a{end}", f"ba{end}", f"ba{end}"]


def test_the_line_that_cannot_be_decoded_is_counted_from_ends_wherever_the_text_was_cut() -> None:
    def torn() -> Iterator[str]:
        yield from ["a\r", "b\r", "c"]
        raise Undecodable("byte 0xe9 is no utf-8", None)

    with pytest.raises(InputError, match=r"^stops\.csv:3: "):
        list(Lines(torn(), FILE, at_end))


def test_lines_are_kept_until_they_are_taken() -> None:
    lines = Lines(["a\nb\nc\n", "d\n"], FILE, at_end)
    assert list(islice(lines, 3)) == ["a\n", "b\n", "c\n"]
    assert lines.kept(2, 3) == ["b\n", "c\n"]
    assert lines.take(2) == "a\nb\n"
    assert lines.kept(3, 3) == ["c\n"]
    assert next(iter(lines)) == "d\n"
    assert lines.take(2) == "c\nd\n"
    assert lines.taken == 4
