from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import StrEnum
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_host.core.json_values import from_json, to_json

offsets = st.integers(-86_000, 86_000).map(lambda seconds: timezone(timedelta(seconds=seconds)))
zones = st.none() | st.just(UTC) | offsets
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(),
    st.binary(),
    st.dates(),
    st.times(timezones=zones).map(lambda value: value.replace(fold=0)),
    st.datetimes(timezones=zones).map(lambda value: value.replace(fold=0)),
    st.timedeltas(),
    st.decimals(allow_nan=False),
    st.uuids(),
)
keys = st.text(max_size=3) | st.sampled_from(["$date", "$dict", "$float", "$bytes", "$repr", "$", "$x"])
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(keys, inner), max_leaves=8)


def there_and_back(value: object, convert: Callable[[Any], Any] = to_json) -> object:
    return from_json(json.loads(json.dumps(convert(value), allow_nan=False)))


@given(values)
def test_values_come_back_as_they_were(value: object) -> None:
    back = there_and_back(value)
    assert back == value
    assert repr(back) == repr(value)  # 1 is not True, -0.0 not 0.0, Decimal("1.0") not Decimal("1.00")


@given(st.dictionaries(keys, st.text(), min_size=1, max_size=1))
def test_data_is_never_taken_for_a_tag(value: dict[str, str]) -> None:
    assert there_and_back(value) == value
    assert there_and_back({"nested": [value]}) == {"nested": [value]}


def test_the_check_catches_a_way_without_escape() -> None:
    def without_escape(value: object) -> object:
        return value if isinstance(value, dict) else to_json(value)

    value = {"$date": "2026-11-23"}
    assert there_and_back(value, without_escape) == date(2026, 11, 23) != value


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (float("nan"), {"$float": "nan"}),
        (float("-inf"), {"$float": "-inf"}),
        (date(2026, 11, 23), {"$date": "2026-11-23"}),
        (datetime(2026, 11, 23, 4, 5, 6, 7, UTC), {"$datetime": "2026-11-23T04:05:06.000007+00:00"}),
        (timedelta(days=-1, seconds=3), {"$duration": [-1, 3, 0]}),
        (Decimal("1.50"), {"$decimal": "1.50"}),
        (UUID(int=1), {"$uuid": "00000000-0000-0000-0000-000000000001"}),
        (b"\x00\xff", {"$bytes": "AP8="}),
        ({"$date": 1, "b": 2}, {"$date": 1, "b": 2}),
        ({"$a": {"$b": 1}}, {"$dict": {"$a": {"$dict": {"$b": 1}}}}),
        ((1, 2), [1, 2]),
        (MappingProxyType({"a": 1}), {"a": 1}),
    ],
)
def test_the_form_in_the_file_is_stable(value: object, written: object) -> None:
    assert to_json(value) == written
    json.dumps(written, allow_nan=False)


def test_a_time_zone_comes_back_as_its_offset() -> None:
    class Berlin(tzinfo):
        def utcoffset(self, value: datetime | None) -> timedelta:
            return timedelta(hours=1 if value is not None and value.fold else 2)

        def dst(self, value: datetime | None) -> timedelta:
            return self.utcoffset(value) - timedelta(hours=1)

        def tzname(self, value: datetime | None) -> str:
            return "Europe/Berlin"

    later = datetime(2026, 10, 25, 2, 30, tzinfo=Berlin(), fold=1)
    assert there_and_back(later) == datetime(2026, 10, 25, 2, 30, tzinfo=timezone(timedelta(hours=1)))


def test_members_of_an_enumeration_are_written_as_their_values() -> None:
    class Colour(StrEnum):
        RED = "red"

    assert json.dumps(to_json({Colour.RED: Colour.RED})) == '{"red": "red"}'


def test_a_value_of_an_unknown_type_is_shown_but_does_not_come_back() -> None:
    written = to_json({"path": PurePosixPath("a/b")})
    assert written == {"path": {"$repr": "PurePosixPath('a/b')"}}
    with pytest.raises(ValueError, match="can't be read back: PurePosixPath"):
        from_json(written)
