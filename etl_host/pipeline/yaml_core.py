"""YAML 1.2's core types: ``no`` is a string, so are ``12:30:00`` and ``2024-01-31``, and ``017`` is seventeen."""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml

from etl_host.pipeline.nodes import Value

_TAG = "tag:yaml.org,2002:"
MERGE = f"{_TAG}merge"
STRING = f"{_TAG}str"

_PLAIN = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
        "-+.0123456789",
    ),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "merge": (r"<<", "<"),
}


class CoreLoader(yaml.SafeLoader):
    """PyYAML's parser, in Python for the same marks and messages everywhere, with the types of YAML 1.2."""

    yaml_implicit_resolvers = {}  # noqa: RUF012


for _name, (_pattern, _first) in _PLAIN.items():
    CoreLoader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"(?:{_pattern})$"), list(_first))


def _integer(text: str) -> int:
    if text.startswith(("0o", "0x")):
        return int(text, 0)
    return int(text)


def _float(text: str) -> float:
    return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))


_CONVERSIONS: dict[str, Callable[[str], Value]] = {
    STRING: str,
    f"{_TAG}bool": lambda text: text.lower() == "true",
    f"{_TAG}int": _integer,
    f"{_TAG}float": _float,
    f"{_TAG}null": lambda text: None,
}


def value_of(node: yaml.ScalarNode) -> Value:
    """The value of a scalar. Raises ValueError for a tag that isn't of the core, or that its text doesn't fit."""
    if node.tag == MERGE:
        return str(node.value)
    if node.tag not in _CONVERSIONS:
        raise ValueError(f"the tag {node.tag.replace(_TAG, '!!')} is unknown; leave it out")
    try:
        return _CONVERSIONS[node.tag](node.value)
    except ValueError:
        raise ValueError(f"the value does not fit the tag {node.tag.replace(_TAG, '!!')}") from None
