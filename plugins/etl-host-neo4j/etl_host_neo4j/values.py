"""Row values that the driver can't send, or not rightly, or only slowly, as ones that it can."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, Literal, TypeAlias
from uuid import UUID

from etl_host import Rows
from etl_host_neo4j.structures import for_driver, structures

Decimals: TypeAlias = Literal["text", "float"]
Temporals: TypeAlias = Literal["native", "text"]

_SENT_AS_THEY_ARE: frozenset[type] = frozenset({str, int, float, bool, type(None), bytes, bytearray})
_NO_BOLT = (0, 0)
_TEMPORALS: Mapping[type, Any] = {
    type(sample): sample for sample in (date(1970, 1, 1), datetime(1970, 1, 1), time(), timedelta())
}


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
            **dict.fromkeys(_TEMPORALS, _unchanged),
            datetime: for_driver,
            **(_ISO_TEXTS if temporals == "text" else structures(bolt)),
        }
        made = {type(self.value(sample)) for sample in _TEMPORALS.values()}
        self._ready = _SENT_AS_THEY_ARE | made.difference(_TEMPORALS)  # those that are left to the driver are not

    def rows(self, rows: Sequence[Any]) -> Rows[Any]:
        """The rows as the driver can send them; those that need no change are passed on uncopied."""
        encoder_of, other, are_ready = self._known.get, self._other, self._ready.issuperset
        changing: list[str] = []  # fields that had to be changed in rows before: a guess at those of the next one
        encoded = Rows[Any]()
        for row in rows:
            if not isinstance(row, dict):
                encoded.append(self.value(row))
                continue
            ready = row
            if changing:
                ready = row.copy()
                for name in changing:
                    if name in ready:
                        value = ready[name]
                        ready[name] = encoder_of(type(value), other)(value)
            if not are_ready(map(type, ready.values())):
                ready = self._row(row)
                if are_ready(map(type, ready.values())):
                    changing += [name for name in row if ready[name] is not row[name] and name not in changing]
                else:
                    changing.clear()  # there are lists, for example: it wouldn't help
            encoded.append(ready)
        return encoded

    def _row(self, row: Mapping[str, Any]) -> dict[str, Any]:
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
                return for_driver(value)
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
