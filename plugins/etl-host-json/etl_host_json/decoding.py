"""A line as a row."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from etl_host import RowError, from_json

_SUSPECT = re.compile(r"\\u[dD][89a-fA-F]|[eE]\+?[0-9]{3}|[0-9]{200}")
"""What may be half a surrogate pair, or infinite (as may 200 digits before e99): such lines are looked at twice."""


class NoRow(ValueError):
    """A line is no row; ``reason`` never holds a value."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.reason = RowError(message, code)


def row_of(line: str, *, tagged: bool) -> dict[str, Any]:
    """The object in ``line``; with ``tagged``, values that JSON lacks are turned back. Raises NoRow."""
    try:
        row = _DECODER.decode(line)
        if not isinstance(row, dict):
            raise NoRow("it is JSON, but no object", "no-object")
        if _SUSPECT.search(line):
            json.dumps(row, ensure_ascii=False, allow_nan=False).encode()
    except NoRow:
        raise
    except json.JSONDecodeError as error:
        raise NoRow(f"it is not JSON: {error.msg} (character {error.colno})", "no-json") from error
    except UnicodeEncodeError as error:
        raise NoRow("a text in it holds half a surrogate pair, which is no character", "lone-surrogate") from error
    except RecursionError as error:
        raise NoRow("it is nested too deeply", "deep-nesting") from error
    except ValueError as error:
        raise NoRow("a number in it is too large", "large-number") from error
    return _turned_back(row) if tagged else row


def _turned_back(row: dict[str, Any]) -> dict[str, Any]:
    try:
        return {key: from_json(value) for key, value in row.items()}
    except (ValueError, ArithmeticError, TypeError, AttributeError) as error:
        raise NoRow("a tagged value in it can't be turned back", "wrong-tag") from error


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NoRow("an object in it has a key twice", "duplicate-key")
    return found


def _refused(constant: str) -> NoReturn:
    raise NoRow(f"it is not JSON: {constant} is no number there", "no-json")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refused)
