"""A row as a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from pathlib import PurePath
from typing import Any

from etl_host import from_json, to_json


def line_of(row: Mapping[str, Any]) -> bytes:
    """The object that ``row`` is, with the end of the line. Raises ValueError for a value that can't be written."""
    if not all(isinstance(name, str) for name in row):
        raise ValueError("the name of a field is not text")
    try:
        text = _text_of(row)
        if '"$repr"' in text:
            text = _text_of(_simplified(row))
            _refuse_unknown(text)
        return f"{text}\n".encode()
    except UnicodeEncodeError as error:
        raise ValueError("half a surrogate pair, which is no character, can't be written") from error
    except RecursionError as error:
        raise ValueError("the row is nested too deeply to be written") from error


def _text_of(row: Mapping[str, Any]) -> str:
    values = {name: to_json(value) for name, value in row.items()}  # the row itself is no value, and never tagged
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _simplified(value: Any) -> Any:
    """``value`` without enums and paths, which to the host are of unknown types."""
    match value:
        case Enum():
            return _simplified(value.value)
        case PurePath():
            return str(value)
        case Mapping():
            return {name: _simplified(item) for name, item in value.items()}
        case list() | tuple():
            return [_simplified(item) for item in value]
        case _:
            return value


def _refuse_unknown(text: str) -> None:
    for name, value in json.loads(text).items():
        try:
            from_json(value)
        except ValueError as error:
            raise ValueError(f"the value of {name} is of a type that can't be written as JSON") from error
