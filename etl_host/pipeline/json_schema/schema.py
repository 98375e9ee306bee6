"""The schema of a whole pipeline file: the shape that the reader wants, filled with what plugins offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from etl_host.pipeline import model
from etl_host.pipeline.json_schema.as_written import Schema
from etl_host.pipeline.json_schema.keys import schemas_of_keys
from etl_host.pipeline.json_schema.of_plugins import Offers
from etl_host.registry.lookup import Registry

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"

_TASK: Final[Schema] = {
    "type": "object",
    "if": {"required": ["group"]},
    "then": {"$ref": "#/$defs/group"},
    "else": {"if": {"required": ["run"]}, "then": {"$ref": "#/$defs/run"}, "else": {"$ref": "#/$defs/chain"}},
}


@dataclass(frozen=True)
class PipelineSchema:
    """``schema``: JSON. ``left_out``: a sentence for each plugin, or part of one, that can't be in it."""

    schema: Schema
    left_out: Sequence[str]


def pipeline_schema(registry: Registry) -> PipelineSchema:
    """The schema of the files that can be run with the plugins of ``registry``; imports all of them."""
    offers = Offers(registry)
    keys = schemas_of_keys(offers)
    schema = {
        "$schema": DRAFT,
        "title": "etl-host pipeline file",
        **_mapping(keys, model.PIPELINE_KEYS, ["pipeline", "tasks"]),
        "patternProperties": {"^x-": {"description": "Left alone: a place for anchors."}},
        "$defs": {
            "task": _TASK,
            "chain": _mapping(keys, model.CHAIN_KEYS, ["task", "source", "sink"]),
            "run": _mapping(keys, model.RUN_KEYS, ["task", "run"]),
            "group": _mapping(keys, model.GROUP_KEYS, ["group", "tasks"]),
            **dict(sorted(offers.definitions.items())),
        },
    }
    return PipelineSchema(schema, offers.left_out)


def _mapping(keys: Mapping[str, Schema], names: Sequence[str], required: Sequence[str]) -> Schema:
    properties = {name: keys[name] for name in names}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
