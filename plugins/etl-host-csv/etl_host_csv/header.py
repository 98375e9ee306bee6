"""The first record: the names of the columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from etl_host import InputError, OptionError

_WRONG_DELIMITERS = ";\t|,"


def given_header(header: bool | Sequence[str]) -> bool | tuple[str, ...]:
    """The option ``header``: True where the first record is it, else the names, or False for generated ones.

    Raises OptionError.
    """
    if isinstance(header, bool):
        return header
    if not header or not all(header) or len(set(header)) < len(header):
        raise OptionError("header", "header must name each column of the file, and each by a name of its own")
    return tuple(header)


def checked_skip_rows(skip_rows: int) -> int:
    """The option ``skip_rows``. Raises OptionError."""
    if skip_rows < 0:
        raise OptionError("skip_rows", f"skip_rows is {skip_rows}: it must be 0 or more")
    return skip_rows


def generated_header(columns: int) -> list[str]:
    """Names for the columns of a file that has none: ``column_1``, ``column_2``, …"""
    return [f"column_{number}" for number in range(1, columns + 1)]


def checked_header(cells: Sequence[str], place: str, wanted: Sequence[str] | None) -> list[str]:
    """The names in the header.

    Raises InputError where one of those ``wanted``, None for all, is missing or there twice: a row could not hold both.
    """
    if any("\0" in name for name in cells):
        encoding = "utf-16-be" if cells[0].startswith("\0") else "utf-16-le"
        raise InputError(
            f"{place}: the header holds NUL characters",
            remedy=f"the file may be in another encoding: try encoding: {encoding}",
        )
    nameless = [str(number) for number, name in enumerate(cells, 1) if not name.strip()]
    if nameless and wanted is None:
        raise InputError(
            f"{place}: the header has no name for column {', '.join(nameless)}",
            remedy="name each column, or remove it; or choose those to read with columns: [name, …]",
        )
    doubled = [name for name, times in Counter(cells).items() if times > 1 and (wanted is None or name in wanted)]
    if doubled:
        raise InputError(
            f"{place}: the header has more than one column {', '.join(map(repr, doubled))}",
            remedy="give each column a name of its own; or choose others to read with columns: [name, …]",
        )
    return list(cells)


def other_delimiter(names: Sequence[str], delimiter: str) -> str | None:
    """What is likely to be the delimiter, where a header of one column holds it."""
    if len(names) > 1:
        return None
    return next((other for other in _WRONG_DELIMITERS if other != delimiter and other in names[0]), None)
