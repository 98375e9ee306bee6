"""The first record: the names of the columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from etl_host import InputError


def header_of(cells: Sequence[str], place: str) -> list[str]:
    """The names. Raises InputError where one is missing or there twice: a row could not hold both."""
    if any("\0" in name for name in cells):
        raise InputError(
            f"{place}: the header holds NUL characters",
            remedy="the file may be in another encoding: try encoding: utf-16-le or utf-16-be",
        )
    if nameless := [str(number) for number, name in enumerate(cells, 1) if not name.strip()]:
        raise InputError(
            f"{place}: the header has no name for column {', '.join(nameless)}", remedy="name each column, or remove it"
        )
    if doubled := [repr(name) for name, times in Counter(cells).items() if times > 1]:
        raise InputError(
            f"{place}: the header has more than one column {', '.join(doubled)}",
            remedy="give each column a name of its own",
        )
    return list(cells)
