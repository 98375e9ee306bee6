"""The fields of a plain model as the schema of a dict: no instance is made, which is most of the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import isabstract
from typing import Any

from pydantic import BaseModel
from pydantic_core import SchemaError, SchemaSerializer, SchemaValidator

from etl_host_pydantic.dumping import are_kept, makes_kept, parts

# What is not named here has a meaning of its own, or gets one in a later pydantic: such a model is not plain.
_MODEL = {"type", "cls", "schema", "config", "custom_init", "root_model", "generic_origin", "frozen", "metadata", "ref"}
_FIELDS = {"type", "fields", "model_name", "computed_fields", "metadata", "ref"}
_FIELD = {"type", "schema", "validation_alias", "serialization_alias", "frozen", "metadata"}


@dataclass(frozen=True)
class PlainModel:
    """The schema of the dicts that a model's instances would be dumped to, where it has no say in its dump.

    ``kept``: dumping leaves them as they are.
    """

    schema: Mapping[str, Any]
    config: Any
    kept: bool

    @classmethod
    def of(cls, model: type[BaseModel]) -> PlainModel | None:
        """None for a model that does more than validate each field by itself, or may do so."""
        hooked = type(model.__pydantic_validator__) is not SchemaValidator  # by a plugin of pydantic
        if hooked or isabstract(model) or model.__new__ is not BaseModel.__new__:
            return None
        whole: Any = model.__pydantic_core_schema__
        has_definitions = whole["type"] == "definitions"
        schema = whole["schema"] if has_definitions else whole
        fields = _fields_of(schema, model)
        if fields is None or any(map(_needs_the_model, parts(fields))):
            return None
        kept = all(makes_kept(field["schema"]) for field in fields.values())
        config = schema.get("config")
        typed_dict = {"type": "typed-dict", "fields": fields, "config": config or {}}
        return cls({**whole, "schema": typed_dict} if has_definitions else typed_dict, config, kept)

    def values(self) -> Callable[[Any], dict[str, Any]] | None:
        """What gives the dumped values for a dict, or raises ValidationError; None where pydantic won't have it."""
        schema: Any = self.schema
        try:
            validate: Callable[[Any], dict[str, Any]] = SchemaValidator(schema, self.config).validate_python
            dump = SchemaSerializer(schema, self.config).to_python
        except SchemaError:
            return None
        if self.kept:
            return validate

        def values_of(row: Any) -> dict[str, Any]:
            values = validate(row)
            return values if are_kept(map(type, values.values())) else dump(values, by_alias=False, warnings=False)

        return values_of


def _fields_of(schema: Mapping[str, Any], model: type[BaseModel]) -> dict[str, dict[str, Any]] | None:
    match schema:
        case {"type": "model", "cls": cls, "schema": {"type": "model-fields", "fields": fields} as inner, **others}:
            strict = others.get("config", {}).get("strict")
            if cls is not model or strict or others.get("custom_init") or others.get("root_model"):
                return None
            if not (_MODEL.issuperset(schema) and _FIELDS.issuperset(inner)):
                return None
        case _:
            return None
    if not all(map(_FIELD.issuperset, fields.values())):
        return None
    return {name: _typed_dict_field(field) for name, field in fields.items()}


def _typed_dict_field(field: Mapping[str, Any]) -> dict[str, Any]:
    aliases = {"validation_alias": field["validation_alias"]} if "validation_alias" in field else {}
    required = field["schema"]["type"] != "default"
    return {"type": "typed-dict-field", "schema": field["schema"], "required": required, **aliases}


def _needs_the_model(part: Mapping[str, Any]) -> bool:
    """Whether a function looks at the other fields, or at the model's config."""
    return part.get("type") == "with-info" or "default_factory_takes_data" in part
