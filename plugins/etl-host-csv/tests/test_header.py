from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from etl_host import InputError
from etl_host_csv import CSVBatchProcessor

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("id,name,id\n1,a,2\n", "stops.csv:1: the header has more than one column 'id'"),
        ("id,name,id,name\n", "stops.csv:1: the header has more than one column 'id', 'name'"),
        ("id,,name\n1,2,3\n", "stops.csv:1: the header has no name for column 2"),
        ("id,name,\n", "stops.csv:1: the header has no name for column 3"),
        ("id, ,\n", "stops.csv:1: the header has no name for column 2, 3"),
        ("\n\nid,id\n", "stops.csv:3: the header has more than one column 'id'"),
        ("\ufeffid,id\n", "stops.csv:1: the header has more than one column 'id'"),
    ],
)
def test_columns_that_a_row_could_not_hold_are_refused(
    source: MakeSource, stops: MakeFile, content: str, what: str
) -> None:
    with pytest.raises(InputError) as raised:
        list(source(stops(content)).get_batch(10))
    assert str(raised.value).endswith(what)
    assert raised.value.remedy


def test_names_are_taken_as_they_are(source: MakeSource, stops: MakeFile) -> None:
    assert source(stops('id, ID,"a ""b""\n,c"\n')).fields() == ["id", " ID", 'a "b"\n,c']


def test_utf_16_without_a_mark_is_recognised_in_the_header(source: MakeSource, stops: MakeFile) -> None:
    file = stops("id,name\n1,a\n".encode("utf-16-le"))
    with pytest.raises(InputError, match="NUL") as raised:
        list(source(file).get_batch(10))
    assert "encoding: utf-16-le" in str(raised.value.remedy)
    [batch] = source(file, encoding="utf-16-le").get_batch(10)
    assert list(batch.chunk) == [{"id": "1", "name": "a"}]
