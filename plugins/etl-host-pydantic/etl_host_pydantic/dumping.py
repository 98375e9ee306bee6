"""What dumping a model does to the values of its fields, as far as its core schema tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, RootModel

_KEPT = frozenset({type(None), bool, int, float, str, bytes, date, datetime, time, timedelta, Decimal, UUID})

are_kept = _KEPT.issuperset
"""Whether values of exactly these types stay what they are when a model is dumped, whatever its fields are."""

_SCALARS = "none bool int float str bytes date time datetime timedelta decimal uuid enum"
_MAKE_KEPT = frozenset(_SCALARS.split())


def has_a_say_in_its_dump(model: type[BaseModel]) -> bool:
    """Whether it can add, leave out or change values, even those that are kept."""
    return (
        issubclass(model, RootModel)
        or model.model_dump is not BaseModel.model_dump
        or bool(model.model_computed_fields)
        or model.model_config.get("extra") == "allow"
        or any(map(_serializes, parts(model.__pydantic_core_schema__)))
    )


def parts(schema: Any) -> Iterator[Mapping[str, Any]]:
    """A core schema and all that it consists of."""
    if isinstance(schema, Mapping):
        yield schema
        inner = [
            part for key, part in schema.items() if key not in ("metadata", "default")
        ]  # there, users put anything
    else:
        inner = [*schema] if isinstance(schema, list | tuple) else []
    for part in inner:
        yield from parts(part)


def _serializes(part: Mapping[str, Any]) -> bool:
    """Whether it names a serializer or an exclusion."""
    return any(key.startswith("serialization") and key != "serialization_alias" for key in part)


def makes_kept(schema: Mapping[str, Any]) -> bool:
    """Whether values that fit are certain to stay what they are when dumped: False also where it is not known."""
    match schema:
        case {"type": "default", "schema": inner, "default": default}:
            return are_kept([type(default)]) and makes_kept(inner)
        case {"type": "nullable" | "function-before", "schema": inner}:
            return makes_kept(inner)
        case {"type": "literal", "expected": values}:
            return are_kept(map(type, values))
        case {"type": kind}:
            return kind in _MAKE_KEPT
        case _:
            return False
