"""Which columns of a file become which keys of its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from operator import itemgetter

from etl_host import FileLocation, InputError, OptionError

Pick = Callable[[Sequence[str]], Sequence[str]]


class UnknownColumn(InputError):
    """The option ``columns`` names a column that the file doesn't have."""


@dataclass(frozen=True)
class Selection:
    """The keys of a row, and how to pick their cells from a record; ``pick`` is None where all are taken."""

    keys: list[str]
    pick: Pick | None = None


class Columns:
    """The option ``columns``: the columns to read, or a mapping of them to keys; None for all, by their names.

    Raises OptionError.
    """

    def __init__(self, columns: Mapping[str, str] | Sequence[str] | None) -> None:
        keys = columns if columns is None or isinstance(columns, Mapping) else dict(zip(columns, columns, strict=True))
        if keys is not None and columns is not None:
            if not keys:
                raise OptionError(
                    "columns", "columns is empty: a row needs one at least", remedy="leave it out for all"
                )
            if len(set(keys.values())) < len(columns):
                raise OptionError("columns", "columns names a key of the rows twice")
        self._keys = keys
        self.wanted = None if keys is None else tuple(keys)
        """The columns wanted; None for all."""

    def chosen_from(self, header: list[str], place: str) -> Selection:
        """What to take of the records below that header. Raises UnknownColumn."""
        if self._keys is None:
            return Selection(header)
        index = {name: number for number, name in enumerate(header)}
        if unknown := [name for name in self._keys if name not in index]:
            raise UnknownColumn(f"{place}: there is no column {_suggested(unknown, header)}", remedy=_known(header))
        if list(self._keys) == header:
            return Selection(list(self._keys.values()))
        return Selection(list(self._keys.values()), _picker([index[name] for name in self._keys]))


class SameColumns:
    """Sees to it that the rows of all files have the same keys."""

    def __init__(self) -> None:
        self.keys: list[str] | None = None
        """Those of the first file that has a header; None until there is one."""
        self._first: FileLocation | None = None

    def compare(self, keys: list[str], file: FileLocation) -> None:
        """Raises InputError where the rows of this file would have other keys than those before."""
        if self.keys is None:
            self.keys, self._first = keys, file
        missing, new = _without(self.keys, keys), _without(keys, self.keys)
        if missing or new:
            differences = [f"it lacks {missing}"] * bool(missing) + [f"it alone has {new}"] * bool(new)
            raise InputError(
                f"{file}: its columns are not those of {self._first}: {'; '.join(differences)}",
                remedy="give the files the same columns, or load those that differ by a task of their own",
            )


def _without(keys: list[str], others: list[str]) -> str:
    known = set(others)
    return ", ".join(f'"{key}"' for key in keys if key not in known)


def _picker(indices: list[int]) -> Pick:
    if len(indices) == 1:
        [index] = indices
        return lambda cells: (cells[index],)
    return itemgetter(*indices)


def _suggested(unknown: list[str], header: list[str]) -> str:
    return ", ".join(
        f'"{name}"' + "".join(f', did you mean "{known}"?' for known in get_close_matches(name, header, 1))
        for name in unknown
    )


def _known(header: list[str]) -> str:
    return f"the columns are {', '.join(header)}"
