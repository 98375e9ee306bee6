"""From the files of a source to records, from the start or from where an earlier run stopped."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

from etl_host import BatchRoom, FileLocation, InputChanged, InputError, Position
from etl_host_csv.columns import SameColumns
from etl_host_csv.consumed import REMEDY, Consumed
from etl_host_csv.files import Places, Progress
from etl_host_csv.records import Records, RecordTable
from etl_host_csv.stream import ByteStream

OpenTable: TypeAlias = Callable[[FileLocation, Consumed], AbstractContextManager[tuple[RecordTable, ByteStream]]]
"""Opens a file, until the block ends; what was consumed of those before it is known."""


class Reading:
    """Reads the files once, one after another. ``many``: there may be more or fewer of them another time."""

    def __init__(self, files: Sequence[FileLocation], *, many: bool, opened_table: OpenTable, places: Places) -> None:
        self._files = files
        self._names = [file.written if many else "" for file in files]
        self._opened_table = opened_table
        self._places = places
        self._consumed = Consumed()
        self._progress = Progress(files)
        self._share: float | None = None
        self._same_columns = SameColumns()

    def batches(self, room: BatchRoom, after: Position | None) -> Generator[tuple[Records, Position], None, None]:
        """The records after that position, as many at once as there is room for, and the positions after them.

        Those before an error come before it is raised: InputError, InputChanged.
        """
        token = after.token if after else None
        if token:
            self._look_for(token)
        records = Records()
        try:
            for number, location in enumerate(self._files):
                with self._opened_table(location, self._consumed) as (table, stream):
                    self._begin(number, table)
                    if token:
                        token = self._pass_over(number, table, token)
                    elif after:
                        table.skip(after.origin)
                    while not token and table.read(records, room.more(records.rows)):
                        self._share = self._progress.share(stream)
                        if not room.more(records.rows):
                            yield records, self._position(records)
                            records = Records()
                self._progress.finish_file()
        except (InputError, InputChanged):
            if records.rows:
                yield records, self._position(records)
            raise
        if records.rows:
            yield records, self._position(records)

    def _position(self, records: Records) -> Position:
        return Position(records.origins[-1], self._consumed.token(), self._share)

    def _begin(self, number: int, table: RecordTable) -> None:
        """Raises InputError where the rows of this file would have other keys than those before."""
        location, name = self._files[number], self._names[number]
        if table.header is not None:
            self._same_columns.compare(table.keys, location)
        self._places.begin(self._consumed.lines)
        if name:
            self._consumed.begin(name, number)

    def _look_for(self, token: dict[str, Any]) -> None:
        """Raises InputChanged where the file that the token stands in is not at its place."""
        name, number = token.get("file", ""), token.get("number", 0)
        if name not in self._names:
            raise InputChanged(f"{name}: there is no such file any more", remedy=REMEDY)
        if (now := self._names.index(name)) != number:
            raise InputChanged(
                f"{name}: {now} files come before it by their names, but {number} did when it was loaded",
                remedy=REMEDY,
            )

    def _pass_over(self, number: int, table: RecordTable, token: dict[str, Any]) -> dict[str, Any] | None:
        """Go on after what the token stands for. It is returned as long as that lies in a later file."""
        if number < token.get("number", 0):
            table.pass_over()
            return token
        self._consumed.compare_before(token)
        lines = token["lines"] - self._consumed.lines
        if lines:
            table.pass_over(lines)
        self._consumed.compare(token, str(self._files[number]))
        return None
