"""Words that stand for null."""

from __future__ import annotations

from collections.abc import Iterable

from etl_host import OptionError
from etl_host_csv.dialect import Dialect


def checked_null_words(words: Iterable[str], dialect: Dialect) -> frozenset[str]:
    r"""The option ``null_words``. Raises OptionError for one that can't be met: ``\N`` is read as ``N`` where the
    backslash escapes.
    """
    found = frozenset(words)
    for word in sorted(found):
        if dialect.escapechar and dialect.escapechar in word:
            raise OptionError(
                "null_words",
                f"null_words holds {word!r}, but {dialect.escapechar!r} is the escapechar, and is taken out of cells",
                remedy="leave out escapechar, or this word",
            )
    return found
