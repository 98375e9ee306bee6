from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_host_json.decoding import row_of
from etl_host_json.encoding import line_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KNOWN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
LACKING = (
    st.dates()
    | st.times()
    | st.datetimes()
    | st.timedeltas()
    | st.decimals(allow_nan=False)
    | st.uuids()
    | st.binary()
    | st.just(float("-inf"))
)


def nested(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3))


class Colour(Enum):
    RED = "red"


def read(row: Mapping[str, Any], *, tagged: bool) -> Any:
    line = line_of(row)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    return row_of(line.decode(), tagged=tagged)


@given(st.dictionaries(TEXTS, nested(KNOWN | LACKING), max_size=4))
def test_rows_come_back_as_they_were(row: Mapping[str, Any]) -> None:
    assert read(row, tagged=True) == row


@given(st.dictionaries(TEXTS, KNOWN | st.lists(KNOWN), max_size=4))
def test_what_json_knows_needs_no_tags(row: Mapping[str, Any]) -> None:
    assert read(row, tagged=False) == row


def test_types_survive() -> None:
    row = {
        "date": date(2026, 11, 23),
        "time": time(1, 2),
        "datetime": datetime(2026, 11, 23, tzinfo=UTC),
        "duration": timedelta(days=-1, microseconds=1),
        "decimal": Decimal("1.50"),
        "uuid": UUID(int=7),
        "bytes": b"\x00",
        "int": 1,
        "float": 1.0,
        "bool": True,
    }
    back = read(row, tagged=True)
    assert {name: type(value) for name, value in back.items()} == {name: type(value) for name, value in row.items()}
    assert str(back["decimal"]) == "1.50"


@pytest.mark.parametrize("row", [{"$date": "1"}, {"$dict": {"$date": 1}}, {"a": {"$repr": "x"}}, {"a": '"$repr"'}])
def test_data_that_looks_like_a_tag_is_data(row: Mapping[str, Any]) -> None:
    assert read(row, tagged=True) == row


def test_enums_and_paths_are_written_as_their_values() -> None:
    row = {"a": Colour.RED, "b": [(PurePosixPath("x/y"),)], "c": {"d": Colour.RED}}
    assert line_of(row) == b'{"a":"red","b":[["x/y"]],"c":{"d":"red"}}\n'


@pytest.mark.parametrize("value", [{1, 2}, object(), [1j], {"x": {"y": range(3)}}])
def test_values_of_other_types_are_refused_by_the_name_of_their_field(value: Any) -> None:
    with pytest.raises(ValueError, match=r"the value of odd is of a type that can't be written"):
        line_of({"fine": 1, "odd": value})


@pytest.mark.parametrize("row", [{1: "a"}, {"a": "\ud800"}, {"\udfff": 1}, {"a": [["\ud800"]]}])
def test_what_would_not_be_read_back_is_refused(row: Mapping[Any, Any]) -> None:
    with pytest.raises(ValueError, match=r"can't be written|not text"):
        line_of(row)


def test_a_row_that_holds_itself_is_refused() -> None:
    row: dict[str, Any] = {}
    row["again"] = [row]
    with pytest.raises(ValueError, match="nested too deeply"):
        line_of(row)
