from __future__ import annotations

import pytest

from etl_host_console.layout import aligned, shortened, wrapped


def test_columns_are_as_wide_as_the_text_is_on_a_terminal() -> None:
    rows = [["東京", "1", "", "x"], ["Zürich", "1,000", "", ""]]
    assert list(aligned(rows, right=[1])) == ["東京        1  x", "Zürich  1,000"]


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [("stops", 5, "stops"), ("stop times", 6, "stop …"), ("東京都", 5, "東京…"), ("東京都", 4, "東 …")],
)
def test_what_is_too_wide_is_cut(text: str, width: int, short: str) -> None:
    assert shortened(text, width) == short


def test_text_is_wrapped_between_words_where_there_is_room_for_some() -> None:
    text = "goes on after 25,193 rows of /a/path-that/is-long-enough.jsonl"
    assert wrapped(text, 40, 10) == ["goes on after 25,193 rows of", "/a/path-that/is-long-enough.jsonl"]
    assert wrapped(text, None, 10) == [text]
    assert wrapped(text, 29, 10) == [text]
