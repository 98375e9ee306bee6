from __future__ import annotations

import pytest

from etl_host_csv.guessing import likely_encoding


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("id,näme\n1,日本\n", "utf-8"),
        ("id,name\n1,a\n", "utf-8"),
        ("id,name\n1,Café €\n", "cp1252"),
        ("id,name\n1,a\n", "utf-16-le"),
        ("id,name\n1,a\n", "utf-16-be"),
        ("id,name\n1,Łódź und mehr\n", "utf-16-le"),
        ("id,name\n1,Caf\x81\xe9\n", "latin-1"),
    ],
)
def test_it_names_an_encoding_that_decodes(text: str, stored: str) -> None:
    sample = text.encode(stored)
    assert likely_encoding(sample) == stored
    assert sample.decode(likely_encoding(sample)) == text


def test_a_sample_may_begin_and_end_within_a_character() -> None:
    sample = "日本語".encode()
    for begin in range(4):
        for end in range(1, 4):
            assert likely_encoding(sample[begin : len(sample) - end]) == "utf-8"


def test_nothing_is_text_of_any_encoding() -> None:
    assert likely_encoding(b"") == "utf-8"
