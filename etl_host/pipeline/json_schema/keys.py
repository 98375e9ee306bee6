"""The schemas of what stands under the keys of a pipeline file, whatever mapping they are in.

``null`` is the same as leaving a key out, wherever it may be left out.
"""

from __future__ import annotations

from typing import Final

from etl_host.pipeline import model
from etl_host.pipeline.json_schema.as_written import Schema
from etl_host.pipeline.json_schema.of_plugins import Offers
from etl_host.pipeline.parameter_types import TYPES

_NAME: Final = {"type": "string", "pattern": r"\S", "not": {"pattern": r"\$\{"}}
_COUNT: Final = {
    "anyOf": [{"type": ["integer", "null"], "minimum": 1}, {"type": "string", "pattern": r"^0*[1-9][0-9]*$|\$\{"}]
}
_NUMBER: Final = {
    "anyOf": [{"type": ["integer", "null"], "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+$|\$\{"}]
}
_BUDGET: Final = {
    "anyOf": [
        {"type": ["integer", "null"], "minimum": 0},
        {"type": "string", "pattern": r"^\s*([0-9]+|[0-9]+(\.[0-9]+)?\s*%)\s*$|\$\{"},
    ]
}
_FIELD: Final = {"type": "string", "minLength": 1}
_LANES: Final = {
    "anyOf": [
        {"enum": [model.AUTO, None]},
        {
            "type": "object",
            "properties": {
                "count": {"description": "How many.", "default": model.AUTO, "anyOf": [{"const": model.AUTO}, _COUNT]},
                "keys": {
                    "description": "What rows are about, and in which field: one for nodes, two for relationships.",
                    "type": ["object", "null"],
                    "minProperties": 1,
                    "maxProperties": 2,
                    "additionalProperties": {
                        "anyOf": [_FIELD, {"type": "array", "items": _FIELD, "minItems": 1, "maxItems": 2}]
                    },
                },
            },
            "additionalProperties": False,
        },
    ]
}
_ONE: Final = {"anyOf": [{"enum": [1, None]}, {"type": "string", "pattern": r"^0*1$|\$\{"}]}
_FLAG: Final = {"anyOf": [{"type": ["boolean", "null"]}, {"type": "string", "pattern": r"^(true|false)$|\$\{"}]}
_SCALAR: Final = {"type": ["string", "number", "boolean", "null"]}


def schemas_of_keys(offers: Offers) -> dict[str, Schema]:
    """The schema of the value of each key, with a description for editors."""
    return {
        "pipeline": {"description": "What the runs of this pipeline are known by.", **_NAME},
        "version": {"description": "Of the form of this file.", "default": 1, **_ONE},
        "parameters": {"description": "Values that --set can change, used as ${name}.", **_parameters()},
        "connections": {"description": "What several processors share, by name.", **_connections(offers)},
        "batch_size": {
            "description": "Rows in a batch; auto: as many as make the load fast.",
            "default": model.DEFAULT_BATCH_SIZE,
            "anyOf": [{"const": model.AUTO}, _COUNT],
        },
        "max_batch_bytes": {
            "description": "About how many bytes of rows a batch holds at most; 0: any number.",
            "default": model.DEFAULT_BATCH_BYTES,
            **_NUMBER,
        },
        "prefetch": {"description": "Batches to read ahead of the one that is written.", "default": 2, **_NUMBER},
        "lanes": {"description": "How many batches are written at once, and by which keys rows are split.", **_LANES},
        "max_rejects": {"description": "Rows that a task may reject, or their share: 100 or 1%.", **_BUDGET},
        "reporters": {
            "description": f"Who is told how a run goes; by default [{model.DEFAULT_REPORTER}].",
            **_list(offers.use("reporter")),
        },
        "tasks": {
            "description": "Run in this order.",
            "type": "array",
            "minItems": 1,
            "items": {"$ref": "#/$defs/task"},
        },
        "task": {"description": "The name of a task; all names differ.", **_NAME},
        "group": {"description": "The name of a group of tasks; all names differ.", **_NAME},
        "source": {"description": "What reads the rows.", **offers.use("source")},
        "validators": {
            "description": "What checks, changes or drops rows, in this order.",
            **_list(offers.use("validator")),
        },
        "sink": {"description": "What writes the rows.", **offers.use("sink")},
        "run": {"description": "A task that a plugin brings as a whole.", **offers.use("task")},
        "parallel": {"description": "How many tasks at a time; absent: one after the other.", **_COUNT},
        "optional": {"description": "Whether the run goes on when this fails.", "default": False, **_FLAG},
    }


def _list(items: Schema) -> Schema:
    return {"type": ["array", "null"], "items": items}


def _parameters() -> Schema:
    declared = {
        "type": "object",
        "properties": {
            "type": {"description": "Text unless it says another.", "enum": [*TYPES, None]},
            "default": {"description": "A path is relative to this file.", **_SCALAR},
        },
        "additionalProperties": False,
    }
    return {
        "type": ["object", "null"],
        "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]*$", "not": {"const": "etl"}},
        "additionalProperties": {"anyOf": [declared, _SCALAR]},
    }


def _connections(offers: Offers) -> Schema:
    """A connection that says no kind is of the one that it is called like."""
    kinds = offers.by_kind["connection"]
    with_kind = [{"allOf": [{"type": "object", "required": ["kind"]}, offer.behind]} for offer in kinds]
    named_so = {
        name: {"description": offer.summary, "anyOf": [offer.behind, *with_kind]}
        for offer in kinds
        for name in offer.names
    }
    others = {"anyOf": with_kind} if with_kind else False
    return {"type": ["object", "null"], "properties": named_so, "additionalProperties": others}
