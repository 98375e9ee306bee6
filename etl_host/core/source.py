"""The first link of a chain: reads rows."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from etl_host.core.batch import Batches, BatchResults, Position, Rows, T
from etl_host.core.processor import BatchProcessor
from etl_host.core.room import BatchRoom

if TYPE_CHECKING:
    from etl_host.core.context import ETLContext
    from etl_host.core.files.location import FileLocation
    from etl_host.core.task import Task


class Source(BatchProcessor[T]):
    """Reads rows in batches and numbers them, so that a load can go on where it was interrupted.

    A subclass implements ``read``::

        class LinesSource(Source[dict[str, str]]):
            resumable = True

            def __init__(self, file: Path, context: ETLContext, task: Task) -> None:
                super().__init__(context, task)
                self.file = file

            def open(self) -> None:
                self.lines = self.resources.enter_context(self.file.open())

            def read(self, max_batch_size: int, after: Position | None) -> Batches[dict[str, str]]:
                rows = ({"line": line.rstrip()} for line in self.lines)
                yield from self.cut(rows, max_batch_size, after)
    """

    counts: ClassVar[str] = "rows_read"
    """The statistics key under which it counts what it read; by convention ``<format>_rows_read``."""

    resumable: ClassVar[bool] = False
    """True only where the source gives the same rows with the same origins each time, and heeds ``after``."""

    after: Position | None = None
    """Where to go on; the delivery sets it before the first batch is asked for."""

    def __init__(self, context: ETLContext, task: Task) -> None:
        super().__init__(context, task)

    @classmethod
    def recognise(cls, file: FileLocation) -> Mapping[str, Any] | None:
        """The options, as a pipeline file says them, with which ``file`` is read rightly; None where it can't be.

        Those that differ from their defaults, and without the first, which is the file. They are guessed from the
        file's first bytes, for ``etl-host init``, which goes on to read rows with them. Raises InputError where it
        is plain why the file can't be read.
        """
        return None

    @abstractmethod
    def read(self, max_batch_size: int, after: Position | None) -> Batches[T]:
        """Batches of at most ``max_batch_size`` rows, without those up to ``after``.

        Each batch has the key ``counts`` in its statistics and, where the source is resumable, origins and a
        position. Raises InputChanged where the part up to ``after`` is not what it was, InputError where the
        input can't be read.
        """

    def place(self, origin: int) -> str:
        """The place of a row, as a person would look it up. Here: its number."""
        return f"row {origin}"

    def output_fields(self) -> Sequence[str] | None:
        return self.fields()

    def expected(self) -> int | None:
        """How many rows there will be, where that is known without reading them."""
        return None

    def get_batch(self, max_batch_size: int) -> Batches[T]:
        with self.opened(max_batch_size), closing(self.read(max_batch_size, self.after)) as batches:
            nothing = True
            for batch in batches:
                if len(batch.chunk) > batch.batch_size:
                    raise ValueError(f"{self.label} gave {len(batch.chunk)} rows in a batch of {batch.batch_size}")
                nothing = False
                yield batch
            if nothing:  # its count of 0 and its position are news, too
                yield BatchResults(Rows[T](), {self.counts: 0}, 0, (), self.after or Position())

    def room(self, max_batch_size: int) -> BatchRoom:
        """The room of each batch, in rows and in bytes, which ``cut`` heeds."""
        return BatchRoom(max_batch_size, self.task.max_batch_bytes)

    def cut(self, rows: Iterable[T], max_batch_size: int, after: Position | None) -> Batches[T]:
        """Batches of ``rows``, numbered from 1, without those up to ``after``."""
        done = after.origin if after else 0
        rest = islice(rows, done, None)
        room = self.room(max_batch_size)
        while chunk := _filled(room, rest):
            origins = range(done + 1, done + len(chunk) + 1)
            done += len(chunk)
            yield BatchResults(chunk, {self.counts: len(chunk)}, len(chunk), origins, Position(done))


def _filled(room: BatchRoom, rows: Iterator[T]) -> Rows[T]:
    chunk = Rows[T]()
    while more := room.more(chunk):
        before = len(chunk)
        chunk.extend(islice(rows, more))
        if len(chunk) < before + more:
            break
    return chunk
