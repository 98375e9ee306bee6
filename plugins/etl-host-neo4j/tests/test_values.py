"""What the driver is given for values that it can't send."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path
from random import Random
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pydantic import AnyUrl
from pydantic_core import Url

from etl_host_neo4j.values import Encoder


class Color(Enum):
    RED = "red"


class Code(StrEnum):
    A = "a"


class Money(Decimal):
    pass


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (Decimal("1.10"), "1.10"),
        (Money("1.10"), "1.10"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Color.RED, "red"),
        (Code.A, "a"),
        (Path("a/b"), "a/b"),
        (AnyUrl("https://a.example/b"), "https://a.example/b"),
        (Url("https://a.example/b"), "https://a.example/b"),
        ({"a": (Decimal(1), {2}), 3: None}, {"a": ["1", [2]], "3": None}),
        (date(2026, 11, 23), date(2026, 11, 23)),
        (None, None),
    ],
)
def test_each_kind_of_value_has_one_encoding(value: Any, sent: Any) -> None:
    assert Encoder().value(value) == sent
    assert type(Encoder().value(value)) is type(sent)
    assert Encoder((5, 0)).rows([{"a": value}]) == [{"a": Encoder((5, 0)).value(value)}]


def test_decimals_can_be_floats() -> None:
    rows = [{"price": Decimal("1.10"), "prices": [Money(2)]}]
    assert Encoder(decimals="float").rows(rows) == [{"price": 1.1, "prices": [2.0]}]


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (date(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 23, 12, 30, tzinfo=ZoneInfo("Europe/Berlin")), "2026-11-23T12:30:00+01:00"),
        (time(12, 30), "12:30:00"),
        (timedelta(days=-1, seconds=5, microseconds=7), "P-1DT5.000007S"),
    ],
)
def test_temporals_can_be_text(value: Any, sent: str) -> None:
    assert Encoder((5, 0), temporals="text").value(value) == sent


@pytest.mark.parametrize("zone", ["Australia/Brisbane", "Europe/Berlin", "UTC"])
@pytest.mark.parametrize("month", [1, 7])
def test_a_zoned_datetime_keeps_its_instant_and_its_zone(zone: str, month: int) -> None:
    value = datetime(2026, month, 23, 12, 30, tzinfo=ZoneInfo(zone))
    sent = Encoder().value(value)
    assert sent == value
    assert sent.utcoffset() == value.utcoffset()
    assert str(sent.tzinfo) == zone
    assert not isinstance(sent.tzinfo, ZoneInfo)


def test_rows_that_need_no_change_are_not_copied() -> None:
    plain, aware = {"a": 1, "b": "x"}, {"a": Decimal(1), "at": datetime(2026, 1, 1, tzinfo=UTC)}
    first, second = Encoder().rows([plain, aware])
    assert first is plain
    assert second == {"a": "1", "at": aware["at"]}


VALUES = [
    *(None, 1, 2.5, "x", b"y", True, Decimal("1.1"), UUID(int=1), Color.RED, Code.A, Path("a"), [date(2026, 1, 1)]),
    *(date(2026, 1, 1), datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin")), time(1)),
    *(timedelta(1), {"at": datetime(2026, 1, 1)}, (1, 2), AnyUrl("https://a.example/b")),
]


@pytest.mark.parametrize("bolt", [(0, 0), (4, 4), (5, 8)])
@pytest.mark.parametrize("temporals", ["native", "text"])
def test_what_a_row_becomes_does_not_depend_on_the_rows_before(
    bolt: tuple[int, int], temporals: Literal["native", "text"]
) -> None:
    random = Random(7)
    columns = {name: random.sample(VALUES, 2) for name in "abcd"}
    for _ in range(200):
        shown = random.sample("abcd", random.randrange(5))
        rows = [{name: random.choice(columns[name]) for name in shown} for _ in range(10)]
        rows += [{"a": random.choice(VALUES)}, {}]
        random.shuffle(rows)
        each = [Encoder(bolt, temporals=temporals).rows([row])[0] for row in rows]
        together = Encoder(bolt, temporals=temporals).rows(rows)
        assert together == each
        assert [[*map(type, row.values())] for row in together] == [[*map(type, row.values())] for row in each]
        columns[random.choice("abcd")] = random.sample(VALUES, 2)
