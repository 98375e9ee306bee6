"""Whether pipeline files fit the JSON Schema that editors get."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
from jsonschema.exceptions import best_match

from etl_host.pipeline.document import read_document
from etl_host.pipeline.json_schema import pipeline_schema
from etl_host.pipeline.nodes import Fields, Items, Node
from etl_host.pipeline.problems import Problems
from etl_host.registry.lookup import Registry


def misfits(file: Path, registry: Registry) -> Sequence[str]:
    """Where the file doesn't fit the schema of what ``registry`` knows: ``$.tasks[0].source``."""
    problems = Problems(file)
    root = read_document(file, problems)
    problems.raise_if_any()
    assert root is not None
    validator = jsonschema.Draft202012Validator(pipeline_schema(registry).schema)
    return sorted(best_match([error]).json_path for error in validator.iter_errors(plain(root)))


def plain(node: Node) -> Any:
    """The node as JSON, variables left as they are written."""
    match node:
        case Fields(values=values):
            return {key: plain(value) for key, value in values.items()}
        case Items(items=items):
            return [plain(item) for item in items]
        case _:
            return node.value
