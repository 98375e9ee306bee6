"""The fastest way through a model that gives what ``model_validate`` and ``model_dump`` give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, RootModel

_KEPT = frozenset({type(None), bool, int, float, str, bytes, date, datetime, time, timedelta, Decimal, UUID})
"""Values of exactly these types stay what they are when a model is dumped, whatever its fields were declared to be."""


def validate_with(model: type[BaseModel]) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A function that gives for a row what ``model.model_validate(row).model_dump()`` gives, errors included.

    Fields go by their own names, never by an alias. Raises PydanticUserError for a model that is not fully defined.
    """
    validate = model.__pydantic_validator__.validate_python
    if any(found.info.mode != "after" for found in model.__pydantic_decorators__.model_validators.values()):
        validate = _on_a_copy(validate)
    if _has_a_say_in_its_dump(model):
        return lambda row: _dump(validate(row))
    size, are_kept = len(model.model_fields), _KEPT.issuperset

    def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
        made = validate(row)
        values: dict[str, Any] = made.__dict__
        # A validator can leave anything in a field, a cached property adds to the values, and a validator of the
        # whole model can give another one: such a row is really dumped. All others are spared that.
        if made.__class__ is model and len(values) == size and are_kept(map(type, values.values())):
            return values.copy()
        return _dump(made)

    return values_of


def _on_a_copy(validate: Callable[..., Any]) -> Callable[..., Any]:
    """For validators that are given the row itself, and may change it: rejects hold what was given."""
    return lambda row: validate(dict(row))


def _dump(made: BaseModel) -> dict[str, Any]:
    # pydantic's warnings would show values of rows
    return made.model_dump(by_alias=False, warnings=False)


def _has_a_say_in_its_dump(model: type[BaseModel]) -> bool:
    """Whether it can add, leave out or change values, even those that are kept."""
    return (
        issubclass(model, RootModel)
        or model.model_dump is not BaseModel.model_dump
        or bool(model.model_computed_fields)
        or model.model_config.get("extra") == "allow"
        or _serializes(model.__pydantic_core_schema__)
    )


def _serializes(schema: Any) -> bool:
    """Whether a serializer or an exclusion is anywhere in a core schema."""
    if isinstance(schema, Mapping):
        return any(
            (key.startswith("serialization") and key != "serialization_alias") or _serializes(inner)
            for key, inner in schema.items()
            if key not in ("metadata", "default")  # what users put there is no schema
        )
    return isinstance(schema, list | tuple) and any(map(_serializes, schema))
