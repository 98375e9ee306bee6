"""From the cells of a record to a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from etl_host_csv.columns import Pick

RowMaker = Callable[[Sequence[str]], dict[str, Any]]

_MANY = 40  # columns; with more, zip is as fast


def row_maker(columns: int, keys: Sequence[str], pick: Pick | None, *, blank_as_none: bool) -> RowMaker:
    """A function that makes a row with these keys of the cells of a record, which has so many ``columns``.

    ``pick``: the cells for the keys, None for all. ``blank_as_none``: whether an empty cell becomes None.
    """
    if not 0 < columns <= _MANY:
        return _zipping(keys, pick, blank_as_none=blank_as_none)
    cells = [f"cell_{number}" for number in range(columns)]
    picked = cells if pick is None else pick(cells)
    value = "{} or None" if blank_as_none else "{}"
    items = ", ".join(f"{key!r}: {value.format(cell)}" for key, cell in zip(keys, picked, strict=True))
    # As in namedtuple, the code is written for these columns: a dict display is twice as fast as dict and zip, and most
    # of the time for a row goes into making its dict. No text of the file but the keys is in it, and those as literals.
    code = f"def row_of(cells):\n    {', '.join(cells)}, = cells\n    return {{{items}}}"
    made: dict[str, RowMaker] = {}
    exec(code, {}, made)
    return made["row_of"]


def _zipping(keys: Sequence[str], pick: Pick | None, *, blank_as_none: bool) -> RowMaker:
    def row_of(cells: Sequence[str]) -> dict[str, Any]:
        picked = pick(cells) if pick else cells
        values = [cell or None for cell in picked] if blank_as_none and "" in picked else picked
        return dict(zip(keys, values, strict=True))

    return row_of
