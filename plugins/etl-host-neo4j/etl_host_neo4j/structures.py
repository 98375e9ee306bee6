"""Temporal values as what the driver makes of them, made here: the driver needs 3 to 30 µs for each.

With a ZoneInfo zone, the driver crashes or is an hour off, at random (CPython issue 125318), and it crashes for times
with an offset; this does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

_FIRST_DAY = date(1970, 1, 1).toordinal()
_EPOCH = datetime(1970, 1, 1)
_EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS_KEPT = 20_000  # 55 years
_BOLT = (4, 0)  # the first version with the same dates, times and durations as today
_UTC_SINCE = (5, 0)  # before, zoned datetimes were sent in another way


@cache
def structures(bolt: tuple[int, int]) -> Mapping[type, Callable[[Any], Any]]:
    """For types of temporal values, what makes their structures in that version of the Bolt protocol.

    Nothing, so that values are left to the driver, where its internals are not those that this was written for.
    """
    if bolt < _BOLT:
        return {}
    try:
        from neo4j._codec.packstream import Structure

        if (sample := Structure(b"D", 1)).tag != b"D" or list(sample.fields) != [1]:
            return {}
    except (ImportError, AttributeError, TypeError):
        return {}
    zoned_are_utc = bolt >= _UTC_SINCE

    @lru_cache(_DAYS_KEPT)
    def of_date(value: date) -> Any:
        return Structure(b"D", value.toordinal() - _FIRST_DAY)

    def of_datetime(value: datetime) -> Any:
        if value.tzinfo is None:
            return Structure(b"d", *_seconds_and_nanoseconds(value - _EPOCH))
        offset = value.utcoffset()
        if offset is None or offset.microseconds or not zoned_are_utc:
            return for_driver(value)  # the driver says what is wrong with a part of a second
        name = getattr(value.tzinfo, "zone", None) or getattr(value.tzinfo, "key", None)
        kind, zone = (b"i", name) if isinstance(name, str) else (b"I", offset.days * 86400 + offset.seconds)
        return Structure(kind, *_seconds_and_nanoseconds(value - _EPOCH_UTC), zone)

    def of_time(value: time) -> Any:
        seconds = (value.hour * 60 + value.minute) * 60 + value.second
        nanoseconds = (seconds * 1_000_000 + value.microsecond) * 1000
        offset = value.utcoffset()
        if offset is None or offset.microseconds:
            return value if value.tzinfo else Structure(b"t", nanoseconds)
        return Structure(b"T", nanoseconds, offset.days * 86400 + offset.seconds)

    def of_timedelta(value: timedelta) -> Any:
        return Structure(b"E", 0, value.days, value.seconds, value.microseconds * 1000)

    return {date: of_date, datetime: of_datetime, time: of_time, timedelta: of_timedelta}


def for_driver(value: datetime) -> datetime:
    """With a zone that it can deal with: with ZoneInfo, the driver crashes or is an hour off, at random (CPython issue
    125318).
    """
    if not isinstance(value.tzinfo, ZoneInfo):
        return value
    import pytz

    key, offset = value.tzinfo.key, value.utcoffset() or timedelta()
    return value.astimezone(pytz.timezone(key) if key else pytz.FixedOffset(offset // timedelta(minutes=1)))


def _seconds_and_nanoseconds(since_epoch: timedelta) -> tuple[int, int]:
    return since_epoch.days * 86400 + since_epoch.seconds, since_epoch.microseconds * 1000
