"""How the text of a file is laid out, and what of it becomes rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from etl_host_csv.columns import Columns
from etl_host_csv.comments import CommentedReader
from etl_host_csv.dialect import Dialect


class Reader(Protocol):
    """What csv.reader returns."""

    @property
    def line_num(self) -> int:
        """How many lines have been read."""

    def __iter__(self) -> Iterator[list[str]]: ...


@dataclass(frozen=True)
class Layout:
    """``header``: True where the first record is it, else its names, or False for generated ones. ``skip_rows``:
    lines before it. ``comment``: what a line that is left out begins with, or empty. ``null_words``: cells that are
    None, as empty ones are with ``blank_as_none``.
    """

    dialect: Dialect = field(default_factory=Dialect)
    header: bool | tuple[str, ...] = True
    skip_rows: int = 0
    comment: str = ""
    columns: Columns = field(default_factory=lambda: Columns(None))
    blank_as_none: bool = True
    null_words: frozenset[str] = frozenset()

    def reader(self, lines: Iterable[str]) -> Reader:
        """The cells of the records in ``lines``; none for a line that is blank or a comment."""
        if self.comment:
            return CommentedReader(lines, self.dialect, self.comment)
        return self.dialect.reader(lines)
