"""What is made of temporal values is, to the byte, what the driver makes of them."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytz
from hypothesis import given
from hypothesis import strategies as st
from neo4j._codec.hydration.bolt.v1.hydration_handler import HydrationHandler as HydrationHandlerBefore5
from neo4j._codec.hydration.bolt.v2.hydration_handler import HydrationHandler
from neo4j._codec.packstream._common import PackableBuffer
from neo4j._codec.packstream.v1 import Packer

from etl_host_neo4j.structures import structures
from etl_host_neo4j.values import Encoder

BOLT_4, BOLT_5 = (4, 4), (5, 4)
HOOKS = {BOLT_4: HydrationHandlerBefore5().dehydration_hooks, BOLT_5: HydrationHandler().dehydration_hooks}

offsets = st.integers(-18 * 60, 18 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
zones = st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Kathmandu", "UTC"])
moments = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))
named = st.builds(lambda zone, value: pytz.timezone(zone).localize(value), zones, moments)
temporals = st.one_of(
    *(st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.datetimes(timezones=offsets), named),
    st.times(timezones=st.integers(-18 * 60, 18 * 60).map(pytz.FixedOffset)),
)


def packed(value: Any, bolt: tuple[int, int]) -> bytes:
    buffer = PackableBuffer()  # type: ignore[no-untyped-call]
    Packer(buffer).pack(value, HOOKS[bolt])  # type: ignore[no-untyped-call]
    return bytes(buffer.data)


@pytest.mark.parametrize("bolt", [BOLT_4, BOLT_5])
@given(value=temporals)
def test_it_is_packed_as_the_driver_packs_it(bolt: tuple[int, int], value: Any) -> None:
    assert packed(Encoder(bolt).rows([{"at": value, "n": 1}]), bolt) == packed([{"at": value, "n": 1}], bolt)


@given(zone=zones, value=moments, fold=st.sampled_from([0, 1]))
def test_a_datetime_with_a_zoneinfo_zone_is_packed_as_the_same_moment_in_the_same_zone(
    zone: str, value: datetime, fold: int
) -> None:
    value = value.replace(tzinfo=ZoneInfo(zone), fold=fold)
    moment = pytz.timezone(zone).normalize(value.astimezone(UTC).astimezone(pytz.timezone(zone)))
    for bolt in BOLT_5, BOLT_4:
        assert packed(Encoder(bolt).value(value), bolt) == packed(moment, bolt)


@given(value=st.times(), minutes=st.integers(-18 * 60, 18 * 60))
def test_so_is_a_time_with_an_offset_which_crashes_the_driver(value: time, minutes: int) -> None:
    given, fixed = timezone(timedelta(minutes=minutes)), pytz.FixedOffset(minutes)
    encoded = Encoder(BOLT_5).value(value.replace(tzinfo=given))
    assert packed(encoded, BOLT_5) == packed(value.replace(tzinfo=fixed), BOLT_5)


@pytest.mark.parametrize("kind", [date, datetime, time, timedelta])
def test_all_kinds_get_a_structure(kind: type) -> None:
    value: Any = {date: date.max, datetime: datetime.max, time: time.max, timedelta: timedelta.max}[kind]
    assert type(structures(BOLT_5)[kind](value)).__name__ == "Structure"
    assert type(structures(BOLT_5)[datetime](datetime.max.replace(tzinfo=UTC))).__name__ == "Structure"


def test_a_date_that_comes_again_is_the_same_structure() -> None:
    of_date = structures(BOLT_5)[date]
    assert of_date(date(2026, 11, 23)) is of_date(date(2026, 11, 23))


class Other:
    def __init__(self, tag: bytes, *fields: object) -> None:
        self.content = (tag, fields)


@pytest.mark.parametrize("found", [Other, None, lambda: None])
def test_values_are_left_to_a_driver_of_other_internals(monkeypatch: pytest.MonkeyPatch, found: Any) -> None:
    monkeypatch.setattr("neo4j._codec.packstream.Structure", found)
    assert structures.__wrapped__(BOLT_5) == {}
    monkeypatch.setitem(sys.modules, "neo4j._codec.packstream", None)
    assert structures.__wrapped__(BOLT_5) == {}


def test_values_are_left_to_a_driver_that_speaks_another_protocol() -> None:
    row = {"on": date(2026, 11, 23), "at": datetime(2026, 11, 23)}
    assert Encoder((0, 0)).rows([row])[0] == row
