"""Row values as JSON and back: types survive; tuples come back as lists, keys as text, time zones as their offsets.

What JSON lacks is tagged: ``{"$date": "2026-11-23"}``. A mapping whose only key begins with ``$`` is wrapped
in ``$dict``, so that data can't be mistaken for a tag. ``$repr`` stands for a value of an unknown type and
can't be turned back.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

_DECODE: Mapping[str, Callable[[Any], Any]] = {
    "$date": date.fromisoformat,
    "$time": time.fromisoformat,
    "$datetime": datetime.fromisoformat,
    "$duration": lambda parts: timedelta(*parts),
    "$decimal": Decimal,
    "$uuid": UUID,
    "$bytes": base64.b64decode,
    "$float": float,
    "$dict": lambda wrapped: {key: from_json(value) for key, value in wrapped.items()},
}

_AS_THEY_ARE = frozenset({type(None), str, bool, int})


@dataclass(frozen=True)
class Encoded:
    """A value that is JSON already, tags and all: ``to_json`` gives it as it is."""

    value: Any


def to_json(value: Any) -> Any:
    """``value`` as something that ``json.dumps`` takes."""
    match value:
        case None | str() | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else {"$float": repr(value)}
        case Mapping():
            # most values of most rows are plain, and rows that are rejected can be many
            plain = {str(key): item if item.__class__ in _AS_THEY_ARE else to_json(item) for key, item in value.items()}
            return {"$dict": plain} if len(plain) == 1 and next(iter(plain)).startswith("$") else plain
        case list() | tuple():
            return [to_json(item) for item in value]
        case datetime():
            return {"$datetime": value.isoformat()}
        case date():
            return {"$date": value.isoformat()}
        case time():
            return {"$time": value.isoformat()}
        case timedelta():
            return {"$duration": [value.days, value.seconds, value.microseconds]}
        case Decimal():
            return {"$decimal": str(value)}
        case UUID():
            return {"$uuid": str(value)}
        case bytes():
            return {"$bytes": base64.b64encode(value).decode()}
        case Encoded():
            return value.value
        case _:
            return {"$repr": repr(value)}


def from_json(value: Any) -> Any:
    """The value that ``to_json`` made this of. Raises ValueError for a ``$repr``."""
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        [(tag, content)] = value.items()
        if tag == "$repr":
            raise ValueError(f"this value can't be read back: {content}")
        if tag in _DECODE:
            return _DECODE[tag](content)
    return {key: from_json(item) for key, item in value.items()}
