"""The fastest way through a model that gives what ``model_validate`` and ``model_dump`` give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel
from pydantic_core import SchemaError

from etl_host_pydantic.dumping import are_kept, has_a_say_in_its_dump
from etl_host_pydantic.plain_model import PlainModel

Validate: TypeAlias = Callable[[Mapping[str, Any]], dict[str, Any]]


def validate_with(model: type[BaseModel]) -> Validate:
    """A function that gives for a row what ``model.model_validate(row).model_dump()`` gives, errors included.

    Fields go by their own names, never by an alias. Raises PydanticUserError for a model that is not fully defined.
    """
    validate = _instances(model)
    if has_a_say_in_its_dump(model):
        return lambda row: _dump(validate(row))
    values_of_any = _values_of_instances(model, validate)
    plain = PlainModel.of(model)
    values_of_dict = plain.values() if plain else None
    if values_of_dict is None:
        return values_of_any

    def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
        if row.__class__ is dict:
            try:
                return values_of_dict(row)
            except (
                SchemaError
            ):  # a validator wants a default that there is not: only of a model, that is a missing value
                pass
        return values_of_any(row)

    return values_of


def _instances(model: type[BaseModel]) -> Callable[[Any], Any]:
    """``model_validate``, without its layers."""
    validate = model.__pydantic_validator__.validate_python
    if any(found.info.mode != "after" for found in model.__pydantic_decorators__.model_validators.values()):
        return lambda row: validate(dict(row))  # it is given the row, and may change it: rejects hold what was read
    return validate


def _values_of_instances(model: type[BaseModel], validate: Callable[[Any], Any]) -> Validate:
    names = model.model_fields.keys()

    def values_of(row: Mapping[str, Any]) -> dict[str, Any]:
        made = validate(row)
        values: dict[str, Any] = made.__dict__
        # A validator can leave anything in a field, a cached property adds to the values, and a validator of the
        # whole model can give another one: such a row is really dumped. All others are spared that.
        if made.__class__ is model and values.keys() == names and are_kept(map(type, values.values())):
            return values.copy()
        return _dump(made)

    return values_of


def _dump(made: BaseModel) -> dict[str, Any]:
    # pydantic's warnings would show values of rows
    return made.model_dump(by_alias=False, warnings=False)
