"""What the driver is given for values that it can't send."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from etl_host_neo4j.values import encode, encode_rows


class Color(Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (Decimal("1.10"), "1.10"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Color.RED, "red"),
        (Path("a/b"), "a/b"),
        ({"a": (Decimal(1), {2})}, {"a": ["1", [2]]}),
        (date(2026, 11, 23), date(2026, 11, 23)),
        (None, None),
    ],
)
def test_each_kind_of_value_has_one_encoding(value: Any, sent: Any) -> None:
    assert encode(value) == sent


@pytest.mark.parametrize("zone", ["Australia/Brisbane", "Europe/Berlin", "UTC"])
@pytest.mark.parametrize("month", [1, 7])
def test_a_zoned_datetime_keeps_its_instant_and_its_zone(zone: str, month: int) -> None:
    value = datetime(2026, month, 23, 12, 30, tzinfo=ZoneInfo(zone))
    sent = encode(value)
    assert sent == value
    assert sent.utcoffset() == value.utcoffset()
    assert str(sent.tzinfo) == zone
    assert not isinstance(sent.tzinfo, ZoneInfo)


def test_rows_that_need_no_change_are_not_copied() -> None:
    plain, aware = {"a": 1, "b": "x"}, {"a": Decimal(1), "at": datetime(2026, 1, 1, tzinfo=UTC)}
    first, second = encode_rows([plain, aware])
    assert first is plain
    assert second == {"a": "1", "at": aware["at"]}
