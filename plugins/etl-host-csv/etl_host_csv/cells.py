"""Values as the text of a cell."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID


def cell_of(value: Any) -> str:
    """The text of ``value``; "" for None. Raises ValueError for what has no text of its own, such as a list."""
    match value:
        case None:
            return ""
        case Enum():
            return cell_of(value.value)
        case bool():
            return "true" if value else "false"
        case str():
            if "\0" in value:
                raise ValueError("a NUL character can't be written into a cell")
            return str(value)
        case int() | float() | Decimal() | UUID() | PurePath():
            return str(value)
        case datetime() | date() | time():
            return value.isoformat()
        case _:
            raise ValueError(f"a {type(value).__name__} can't be written into a cell")
