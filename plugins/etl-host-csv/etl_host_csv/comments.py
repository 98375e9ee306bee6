"""Comments: lines that are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from etl_host import OptionError
from etl_host_csv.dialect import Dialect


def checked_comment(comment: str, dialect: Dialect) -> str:
    """The option ``comment``, empty for none. Raises OptionError where it could begin a row as well."""
    if comment and (comment[0] in (dialect.delimiter, dialect.quotechar) or any(end in comment for end in "\r\n\0")):
        raise OptionError(
            "comment",
            f"comment is {comment!r}: it must not begin with the delimiter or the quotechar, nor hold a line break",
        )
    return comment


class CommentedReader:
    """The records in ``lines``, without the lines that begin with ``comment``. Inside of quotes it means nothing."""

    def __init__(self, lines: Iterable[str], dialect: Dialect, comment: str) -> None:
        self._between_records = True
        self._reader = dialect.reader(self._blanked(lines, comment))

    def _blanked(self, lines: Iterable[str], comment: str) -> Iterator[str]:
        for line in lines:
            if self._between_records and line.startswith(comment):
                yield "\n"  # blank lines are no records, but are counted
            else:
                self._between_records = False
                yield line

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        self._between_records = True
        return next(self._reader)

    @property
    def line_num(self) -> int:
        """How many lines have been read."""
        return self._reader.line_num
