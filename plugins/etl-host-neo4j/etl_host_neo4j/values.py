"""Row values that the driver can't send, or not rightly, or only slowly, as ones that it can."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, Literal, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from etl_host import Rows
from etl_host_neo4j.structures import structures

Decimals: TypeAlias = Literal["text", "float"]
Temporals: TypeAlias = Literal["native", "text"]

_SENT_AS_THEY_ARE: frozenset[type] = frozenset({str, int, float, bool, type(None), bytes, bytearray})
_NO_BOLT = (0, 0)


class Encoder:
    """Makes values ready to be sent.

    UUID, paths and URLs become text, an Enum its value, sets and tuples lists. ``decimals``: text, or the nearest
    float. ``temporals``: native ones of the database, or text as in ISO 8601. ``bolt``: the version of the protocol.
    What is not known here is left to the driver.
    """

    def __init__(
        self, bolt: tuple[int, int] = _NO_BOLT, decimals: Decimals = "text", temporals: Temporals = "native"
    ) -> None:
        self._known: dict[type, Callable[[Any], Any]] = {
            **dict.fromkeys(_SENT_AS_THEY_ARE, _unchanged),
            Decimal: float if decimals == "float" else str,
            UUID: str,
            **dict.fromkeys((date, time, timedelta), _unchanged),
            **(_ISO_TEXTS if temporals == "text" else structures(bolt)),
        }
        self._of_datetime = self._known.get(datetime, _unchanged)
        self._known[datetime] = self._datetime

    def rows(self, rows: Sequence[Any]) -> Rows[Any]:
        """The rows as the driver can send them; those that need no change are passed on uncopied."""
        are_sent, row_of = _SENT_AS_THEY_ARE.issuperset, self._row
        return Rows(
            (row if are_sent(map(type, row.values())) else row_of(row)) if isinstance(row, dict) else self.value(row)
            for row in rows
        )

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        encoder_of, other = self._known.get, self._other
        return {
            name: value if (kind := type(value)) in _SENT_AS_THEY_ARE else encoder_of(kind, other)(value)
            for name, value in row.items()
        }

    def value(self, value: Any) -> Any:
        """One value as the driver can send it."""
        return self._known.get(type(value), self._other)(value)

    def _other(self, value: Any) -> Any:
        match value:
            case datetime():
                return _with_pytz(value) if isinstance(value.tzinfo, ZoneInfo) else value
            case Enum():
                return self.value(value.value)
            case Decimal():
                return self._known[Decimal](value)
            case UUID() | PurePath():
                return str(value)
            case Mapping():
                return {str(key): self.value(item) for key, item in value.items()}
            case list() | tuple() | set() | frozenset():
                return [*map(self.value, value)]
            case object(unicode_string=text):  # a URL of pydantic
                return text()
            case _:
                return value

    def _datetime(self, value: datetime) -> Any:
        encoded = self._of_datetime(value)
        return _with_pytz(value) if encoded is value and isinstance(value.tzinfo, ZoneInfo) else encoded


def _unchanged(value: Any) -> Any:
    return value


def _duration(value: timedelta) -> str:
    return f"P{value.days}DT{value.seconds}.{value.microseconds:06}S"


_ISO_TEXTS: Mapping[type, Callable[[Any], Any]] = {
    date: date.isoformat,
    datetime: datetime.isoformat,
    time: time.isoformat,
    timedelta: _duration,
}


def _with_pytz(value: datetime) -> datetime:
    """With ZoneInfo, the driver crashes or is an hour off, at random (CPython issue 125318)."""
    import pytz

    key = getattr(value.tzinfo, "key", None)
    offset = value.utcoffset() or timedelta()
    return value.astimezone(pytz.timezone(key) if key else pytz.FixedOffset(offset // timedelta(minutes=1)))
