"""The schema of a processor's options, from the model that checks them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema, to_jsonable_python

from etl_host.core.errors import text_of
from etl_host.pipeline.json_schema.as_written import Schema, as_written
from etl_host.pipeline.options import options_model
from etl_host.pipeline.secrecy import is_secret
from etl_host.pipeline.signature import Option, SignatureError, options_of, shorthand
from etl_host.registry.spec import Kind


class _Lenient(GenerateJsonSchema):
    """Where a type has no schema (only code knows what it takes), anything may stand."""

    ignored_warning_kinds = {"skipped-choice", "non-serializable-default"}  # noqa: RUF012

    def handle_invalid_for_json_schema(self, schema: core_schema.CoreSchema, error_info: str) -> JsonSchemaValue:
        return {}


def options_schema(target: Callable[..., Any], kind: Kind, name: str) -> tuple[Schema, Schema]:
    """The schema of the options of ``target``, and the definitions that it refers to, whose names begin with ``name``.

    Raises SignatureError.
    """
    model = options_model(target, kind)
    try:
        schema = model.model_json_schema(ref_template=f"#/$defs/{name}.{{model}}", schema_generator=_Lenient)
    except Exception as error:  # types may bring schemas of their own
        raise SignatureError(f"its options have no JSON Schema: {type(error).__name__}: {text_of(error)}") from None
    definitions = {f"{name}.{inner}": as_written(value) for inner, value in schema.pop("$defs", {}).items()}
    by_name = as_written(schema)
    for option in options_of(target, kind):
        known = by_name["properties"][option.written]
        known.pop("default", None)  # may be no JSON
        known.update(_notes(option))
    return by_name, definitions


def alone(target: Callable[..., Any], kind: Kind, by_name: Schema) -> Schema | None:
    """The schema of what may stand for all options, as in ``csv: stops.txt``; None where nothing may."""
    first = shorthand(options_of(target, kind))
    if first is None or set(by_name.get("required", ())) - {first.written}:
        return None
    option = {key: value for key, value in by_name["properties"][first.written].items() if key != "default"}
    return {"allOf": [option, {"not": {"type": "object"}}]}


def _notes(option: Option) -> Schema:
    """What an editor shows: the help and the default, as far as these are known and no secret."""
    notes = {"description": option.help} if option.help else {}
    try:
        default = None if is_secret(option.type) else to_jsonable_python(option.default)
        json.dumps(default, allow_nan=False)
    except Exception:  # not JSON, or a value that raises
        return notes
    return notes if default is None else {**notes, "default": default}
