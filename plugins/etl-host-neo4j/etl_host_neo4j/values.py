"""Row values that the driver can't send, or not rightly, as ones that it can.

Decimal, UUID and paths become text, an Enum its value, sets and tuples lists; a datetime with a ZoneInfo zone
becomes one with the same zone of pytz (with ZoneInfo the driver crashes or is an hour off, at random: CPython
issue 125318).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from etl_host import Rows

_SENT_AS_THEY_ARE = frozenset({str, int, float, bool, type(None), bytes, bytearray, date, time, timedelta})


def encode_rows(rows: Sequence[Any]) -> Rows[Any]:
    """The rows as the driver can send them; those that need no change are passed on uncopied."""
    return Rows(
        row if isinstance(row, dict) and _SENT_AS_THEY_ARE.issuperset(map(type, row.values())) else encode(row)
        for row in rows
    )


def encode(value: Any) -> Any:
    """One value as the driver can send it; what is not known here is left to the driver."""
    kind = type(value)
    if kind in _SENT_AS_THEY_ARE:
        return value
    match value:
        case datetime():
            return _with_pytz(value) if isinstance(value.tzinfo, ZoneInfo) else value
        case Enum():
            return encode(value.value)
        case Decimal() | UUID() | PurePath():
            return str(value)
        case Mapping():
            return {str(key): encode(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [encode(item) for item in value]
        case _:
            return value


def _with_pytz(value: datetime) -> datetime:
    import pytz

    key = getattr(value.tzinfo, "key", None)
    offset = value.utcoffset() or timedelta()
    return value.astimezone(pytz.timezone(key) if key else pytz.FixedOffset(offset // timedelta(minutes=1)))
