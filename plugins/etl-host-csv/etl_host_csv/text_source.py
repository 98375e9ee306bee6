"""A source of text files, whatever their lines hold."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from typing import ClassVar, Literal, TypeVar

from etl_host import (
    Batches,
    BatchResults,
    ETLContext,
    FileLike,
    FileLocation,
    InputChanged,
    InputError,
    Position,
    Problem,
    Rows,
    Source,
    Task,
)
from etl_host_csv.consumed import REMEDY, Consumed
from etl_host_csv.decoding import decoded, known_encoding
from etl_host_csv.files import Places, found_files
from etl_host_csv.lines import Lines
from etl_host_csv.reading import Reading
from etl_host_csv.records import Records, RecordTable
from etl_host_csv.stream import ByteStream, opened
from etl_host_csv.version import Version

R = TypeVar("R")


@contextmanager
def opened_lines(
    location: FileLocation, form: str, encoding: str = "utf-8"
) -> Generator[tuple[Lines, ByteStream], None, None]:
    """The lines of a file, which is open until the block ends. Raises InputError where it is plainly no ``form``."""
    version = Version(location)
    with opened(location, form) as stream:
        yield Lines(decoded(stream, encoding), location, version.compare), stream


class TextSource(Source[R]):
    """Reads text files, packed or not, of any encoding, one or those of a pattern; goes on where it stopped.

    A subclass says how their lines become rows: ``table`` makes the records of a file of its lines. The origin of a row
    is the line on which it begins, counted over all files; its place is the file and the line in it.

    A file that is written to while it is read ends the run with an error, once its complete lines are loaded; the
    next run goes on after them. Appending to what was loaded, and new files that sort after it, are fine then; other
    changes to it are refused.
    """

    resumable = True

    form: ClassVar[str]
    """What the text is, for messages: ``CSV``. A file that is plainly something else is refused."""

    def __init__(
        self,
        file: FileLike,
        context: ETLContext,
        task: Task,
        *,
        encoding: str = "utf-8",
        missing: Literal["fail", "empty"] = "fail",
    ) -> None:
        """Raises OptionError where no encoding has that name."""
        super().__init__(context, task)
        self.file = FileLocation.of(file)
        self.encoding = known_encoding(encoding)
        self.missing = missing
        self._places = Places(self.file, ())

    @abstractmethod
    def table(self, lines: Lines, location: FileLocation, consumed: Consumed) -> RecordTable:
        """The records in ``lines``, those of the file at ``location``. Raises InputError, InputChanged.

        ``consumed``: what was consumed of the files before it; what the table consumes is added.
        """

    @contextmanager
    def opened_table(
        self, location: FileLocation, consumed: Consumed
    ) -> Generator[tuple[RecordTable, ByteStream], None, None]:
        """One of the files, which is open until the block ends. Raises InputError, InputChanged."""
        with opened_lines(location, self.form, self.encoding) as (lines, stream):
            yield self.table(lines, location, consumed), stream

    def read(self, max_batch_size: int, after: Position | None) -> Batches[R]:
        """Batches of at most so many records. Raises InputError, InputChanged."""
        resumed = after if after and after.origin else None
        files = found_files(self.file, self.missing)
        if resumed and not files:
            raise InputChanged(f"{self.file}: there is no such file any more", remedy=REMEDY)
        self._places = Places(self.file, files)
        many = list(files) != [self.file]
        reading = Reading(files, many=many, opened_table=self.opened_table, places=self._places)
        with closing(reading.batches(self.room(max_batch_size), resumed)) as batches:
            for records, position in batches:
                yield self._batch(records, position)

    def _batch(self, records: Records, position: Position) -> BatchResults[R]:
        rows, count = Rows[R](records.rows), len(records.rows)
        batch = BatchResults(rows, {self.counts: count}, count, records.origins, position)
        return self.reject(batch, records.errors) if records.errors else batch

    def place(self, origin: int) -> str:
        """File and line, e.g. ``stops.txt:118``."""
        return self._places.of(origin)

    def check(self) -> Iterable[Problem]:
        """Whether each file can be read; only its first record is."""
        try:
            files = found_files(self.file, self.missing)
        except InputError as error:
            return [Problem("fail", self.file.name, str(error), option="file", remedy=error.remedy)]
        problems = []
        for file in files:
            try:
                with self.opened_table(file, Consumed()) as (table, _):
                    table.read(Records(), 1)
            except (InputError, InputChanged) as error:
                problems.append(Problem("fail", file.name, str(error), option="file", remedy=error.remedy))
        found = f"{len(files)} file{'s' if len(files) > 1 else ''}" if files else "there is no such file"
        return problems or [Problem("ok", self.file.name, found)]
