"""Which columns tell the rows of a file apart: guessed from their names and values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from etl_host.cli.starter.table import Column
from etl_host.cli.starter.types import KEY_TYPES
from etl_host.cli.starter.words import words_of

_LAST_WORDS: Final = frozenset({"code", "email", "guid", "id", "isbn", "key", "no", "nr", "number", "uuid"})
_COUNTERS: Final = frozenset({"index", "line", "order", "pos", "position", "seq", "sequence"})
_MOST_COLUMNS: Final = 3
_MOST_CANDIDATES: Final = 12
_FEW: Final = 1000


def guess_key(label: str, columns: Sequence[Column]) -> Sequence[Column]:
    """The columns whose values, together, no two rows have in common; none where there are none such.

    Of several those whose names say so, then those further left.
    """
    owner = words_of(label)
    able = [column for column in columns if column.type in KEY_TYPES and not column.nullable]
    if not any(column.values for column in columns):
        able = list(columns)  # there are no rows
    able.sort(key=lambda column: _rank(column, owner, is_first=column is columns[0]))
    for column in able:
        if len(column.distinct) == len(column.values):
            return [column]
    return next((key for key in _combined(able[:_MOST_CANDIDATES]) if _is_unique(key)), [])


def _rank(column: Column, owner: Sequence[str], *, is_first: bool) -> int:
    words = words_of(column.name)
    joined, own = "".join(words), "".join(owner)
    if joined in ("id", f"{own}id") or (words[: len(owner)] == owner and words[-1] in _LAST_WORDS):
        return 0
    if words and words[-1] in _LAST_WORDS:
        return 1
    return 2 if is_first else 3


def _combined(columns: Sequence[Column]) -> Iterator[Sequence[Column]]:
    """Few columns before many, and those with a counter in them, as in trip and sequence, before others."""
    for size in range(2, _MOST_COLUMNS + 1):
        combined = list(combinations(columns, size))
        combined.sort(key=lambda key: not any(_COUNTERS.intersection(words_of(column.name)) for column in key))
        yield from combined


def _is_unique(key: Sequence[Column]) -> bool:
    """Looked at with few rows first, as most combinations are soon known to be none."""
    for count in (_FEW, len(key[0].values)):
        rows = list(zip(*(column.values[:count] for column in key), strict=True))
        if len(set(rows)) < len(rows):
            return False
    return True
