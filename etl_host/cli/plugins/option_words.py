"""Options in words that a user of pipeline files understands: their types, defaults and meanings."""

from __future__ import annotations

import json
import types
from collections.abc import Hashable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from os import PathLike
from pathlib import Path, PurePath
from typing import Annotated, Any, Final, Literal, TypedDict, Union, cast, get_args, get_origin
from uuid import UUID

from pydantic import ImportString, SecretBytes, SecretStr
from pydantic.fields import FieldInfo

from etl_host.core.files.location import FileLocation
from etl_host.pipeline.conversion import mentions
from etl_host.pipeline.signature import REQUIRED, Option

WORDS: Final[Mapping[Any, str]] = {
    str: "text",
    int: "whole number",
    float: "number",
    Decimal: "number",
    bool: "true or false",
    Path: "file",
    PathLike: "file",
    FileLocation: "file",
    SecretStr: "secret text",
    SecretBytes: "secret text",
    date: "date",
    datetime: "date and time",
    time: "time of day",
    timedelta: "duration",
    UUID: "UUID",
    Any: "any value",
    object: "any value",
}
_BOUNDS: Final = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


class OptionRecord(TypedDict):
    """One option of a processor. ``default``: in words, null where the option is required."""

    name: str
    type: str
    required: bool
    default: str | None
    meaning: str


def in_words(option: Option) -> OptionRecord:
    """All that is known of ``option``."""
    required = option.default is REQUIRED
    return {
        "name": option.written,
        "type": type_in_words(option.type),
        "required": required,
        "default": None if required else _default(option.default),
        "meaning": option.help,
    }


def type_in_words(annotation: Any) -> str:
    """``list of text`` for ``Sequence[str]``, and so on; a class that has no word for it by its name."""
    annotation = getattr(annotation, "__value__", annotation)  # type X = ...
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        if any(isinstance(item, cast(type, ImportString)) for item in args[1:]):
            return "module:Name"
        return " ".join([type_in_words(args[0]), *_bounds(args[1:])])
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_choices(args)))
    if origin is Literal:
        return f"one of {', '.join(str(value) for value in args)}"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return f"one of {', '.join(str(member.value) for member in annotation)}"
    if not isinstance(annotation, Hashable):
        return "any value"  # no type
    return WORDS.get(origin) or WORDS.get(annotation) or _container(annotation, origin, args)


def _container(annotation: Any, origin: Any, args: tuple[Any, ...]) -> str:
    kind = origin or annotation
    if isinstance(kind, type) and issubclass(kind, Mapping):
        return f"mapping of {type_in_words(args[0])} to {type_in_words(args[1])}" if len(args) == 2 else "mapping"
    if isinstance(kind, type) and issubclass(kind, Sequence | AbstractSet):
        items = dict.fromkeys(type_in_words(arg) for arg in args if arg is not Ellipsis)
        return f"list of {' or '.join(items)}" if items else "list"
    return str(getattr(kind, "__name__", kind))


def _choices(args: tuple[Any, ...]) -> Iterator[str]:
    """The words for the parts of a union. In a file, a text that may be a file is one; that it may be left out is
    seen from the default.
    """
    is_file = any(mentions(arg, FileLocation, Path) for arg in args)
    yield from (type_in_words(arg) for arg in args if arg is not types.NoneType and not (is_file and arg is str))


def _bounds(metadata: Sequence[Any]) -> Iterator[str]:
    constraints = (part for item in metadata for part in (item.metadata if isinstance(item, FieldInfo) else [item]))
    for constraint in constraints:
        for name, sign in _BOUNDS.items():
            if (bound := getattr(constraint, name, None)) is not None:
                yield f"{sign} {bound}"


def _default(value: object) -> str:
    """As it would be written in a file."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, SecretStr | SecretBytes):
        return "secret"
    if isinstance(value, PurePath | FileLocation):
        return str(value)
    if type(value) is object:
        return "unset"
    for in_words in (_as_json, str):
        try:
            return in_words(value)
        except Exception:  # not JSON, or a value that raises
            continue
    return type(value).__name__


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
