"""The types of parameters: from a text to a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from etl_host.core.files.location import FileLocation


@dataclass(frozen=True)
class Parameter:
    """The value of a parameter.

    ``value``: of its type. ``text``: what it is inside a text. ``recorded``: plain JSON for the record of the
    run, where a path of the file is as it was written. ``secret``: it is neither shown nor recorded.
    """

    value: object
    text: str
    recorded: Any
    secret: bool = False


def _string(text: str, folder: Path) -> Parameter:
    return Parameter(text, text, text)


def _integer(text: str, folder: Path) -> Parameter:
    if not re.fullmatch(r"[-+]?[0-9]+", text):
        raise ValueError("it should be a whole number")
    return Parameter(int(text), str(int(text)), int(text))


def _number(text: str, folder: Path) -> Parameter:
    if not re.fullmatch(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", text):
        raise ValueError("it should be a number")
    return Parameter(float(text), text, float(text))


def _boolean(text: str, folder: Path) -> Parameter:
    if text.lower() not in ("true", "false"):
        raise ValueError("it should be true or false")
    value = text.lower() == "true"
    return Parameter(value, text.lower(), value)


def _date(text: str, folder: Path) -> Parameter:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return Parameter(date.fromisoformat(text), text, text)
    except ValueError:
        pass  # the 31st of February
    raise ValueError("it should be a date such as 2026-01-31")


def _path(text: str, folder: Path) -> Parameter:
    location = FileLocation(text, folder=folder)
    absolute = location.url or str(location.path)
    return Parameter(absolute, absolute, str(location))


def _secret(text: str, folder: Path) -> Parameter:
    return Parameter(text, text, None, secret=True)


TYPES: Final[Mapping[str, Callable[[str, Path], Parameter]]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "path": _path,
    "secret": _secret,
}
"""What makes a parameter of a text, by type; paths are relative to the folder given. Each raises ValueError."""
