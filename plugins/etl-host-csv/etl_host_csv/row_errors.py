"""What can be wrong with a single record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from etl_host import RowError


def wrong_length(cells: int, columns: int) -> RowError:
    """A record with fewer or more cells than the header has columns."""
    kind = "short" if cells < columns else "long"
    return RowError(f"the row has {cells} cells, the header {columns}", f"{kind}-row")


def nul_characters(rows: Sequence[Any]) -> dict[int, Sequence[RowError]]:
    """The rows with a NUL: no text has one, so that something has happened to the file."""
    errors: dict[int, Sequence[RowError]] = {}
    for index, row in enumerate(rows):
        cells = row if isinstance(row, dict) else {}
        if names := [name for name, cell in cells.items() if cell and "\0" in cell]:
            errors[index] = [RowError("the cell holds a NUL character", "nul-character", (name,)) for name in names]
    return errors
