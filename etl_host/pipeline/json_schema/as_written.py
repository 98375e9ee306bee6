"""From the schema of values to that of what stands for them in a pipeline file: variables are texts there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]

_VARIABLE: Final = r"\$\{"
_TEXT_FORMS: Final = {
    "integer": r"^\s*[-+]?\d[\d_]*(\.0*)?\s*$",
    "number": r"^\s*[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$",
    "boolean": r"^\s*([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])\s*$",
}
"""What a text may be in place of each: a parameter is one, and so is a value in quotes."""

_CHOICES: Final = ("enum", "const")
_OF_TEXTS: Final = ("minLength", "maxLength", "pattern")
_OF_SCHEMAS: Final = ("anyOf", "allOf", "prefixItems")
_BY_NAME: Final = ("properties", "patternProperties", "$defs")
_INNER: Final = ("items", "additionalProperties", "propertyNames")


def as_written(schema: Any) -> Any:
    """``schema`` for values in a file, where a text with ``${`` may stand for any value but lists and mappings."""
    if not isinstance(schema, Mapping):
        return schema  # true and false are schemas, too
    changed = {key: value for key, value in schema.items() if key not in ("title", "oneOf", "discriminator")}
    for key in _OF_SCHEMAS:
        if key in schema:
            changed[key] = [as_written(inner) for inner in schema[key]]
    if "oneOf" in schema:  # a text may now fit several
        changed["anyOf"] = [as_written(inner) for inner in schema["oneOf"]]
    for key in _BY_NAME:
        if key in schema:
            changed[key] = {name: as_written(inner) for name, inner in schema[key].items()}
    for key in _INNER:
        if key in schema:
            changed[key] = as_written(schema[key])
    return _or_text(changed)


def _or_text(schema: Schema) -> Schema:
    kind = schema.get("type")
    is_limited_text = kind == "string" and any(key in schema for key in _OF_TEXTS)
    if kind not in _TEXT_FORMS and not is_limited_text and not any(key in schema for key in _CHOICES):
        return schema
    notes: Schema = {key: schema.pop(key) for key in ("description", "default") if key in schema}
    pattern = f"{_VARIABLE}|{_TEXT_FORMS[kind]}" if kind in _TEXT_FORMS else _VARIABLE
    return {**notes, "anyOf": [schema, {"type": "string", "pattern": pattern}]}
