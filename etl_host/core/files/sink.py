"""Sinks that write a file, each row exactly once."""

from __future__ import annotations

import errno
import os
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar, Final

from etl_host.core.batch import Batches, BatchResults, Statistics, T
from etl_host.core.checkpoint import Checkpoint
from etl_host.core.context import ETLContext
from etl_host.core.errors import OptionError
from etl_host.core.files.location import FileLike, FileLocation
from etl_host.core.files.state import FileContent
from etl_host.core.files.store import FileStore
from etl_host.core.problem import Problem
from etl_host.core.processor import BatchProcessor
from etl_host.core.rejects import RowError
from etl_host.core.sink import Fault, RowsRefused, Sink
from etl_host.core.task import Task

_TRANSIENT: Final = frozenset({errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ESTALE, errno.ETIMEDOUT})
"""What a network drive in trouble says."""


class FileSink(Sink[T]):
    r"""Writes rows to a file on this machine; a subclass says how a row looks in it::

        class LinesSink(FileSink[dict[str, Any]]):
            counts = "lines_rows_written"

            def encode(self, row: dict[str, Any], layout: Any) -> bytes:
                return repr(row).encode() + b"\n"

    The file is there, or replaced, once all rows are; until then they are in ``<file>.part``. ``<file>.state`` and
    ``<file>.lock`` stay beside it. Raises OptionError where ``file`` is a URL.
    """

    replayable: ClassVar[bool] = False

    counts: ClassVar[str]
    """The key under which rows are counted: ``<format>_rows_written``."""

    def __init__(self, file: FileLike, context: ETLContext, task: Task, predecessor: BatchProcessor[Any]) -> None:
        super().__init__(context, task, predecessor)
        self.file = FileLocation.of(file)
        if self.file.path is None:
            raise OptionError("file", f"{self.file} is a URL", remedy="name a file on this machine")
        self._path: Path = self.file.path
        self._appended: FileContent | None = None  # without checkpoints

    @abstractmethod
    def encode(self, row: T, layout: Any) -> bytes:
        """The bytes of ``row``. Raises ValueError, without the value, for one that the file can't hold."""

    def layout(self, first: T | None) -> Any:
        """What all rows have in common, such as the names of columns, by the first row; None where there is no row.

        Plain JSON: it is kept for later attempts.
        """
        return None

    def header(self, layout: Any) -> bytes:
        """What the file begins with."""
        return b""

    @property
    def store(self) -> FileStore:
        store = self.context.connection(os.path.realpath(self._path), FileStore)
        store.claim(self.task)
        return store

    def fault(self, error: Exception) -> Fault:
        match error, error.__cause__:
            case RowsRefused(), _:
                return Fault.DATA
            case _, OSError(errno=number) if number in _TRANSIENT:
                return Fault.TRANSIENT
            case _:
                return Fault.FATAL

    def reason(self, error: Exception) -> RowError:
        return error.reason if isinstance(error, RowsRefused) else super().reason(error)

    def open(self) -> None:
        super().open()
        self._appended = None

    def check(self) -> Iterable[Problem]:
        """Whether there can be such a file."""
        if self._path.is_dir():
            yield Problem("fail", self.file.name, f"{self.file} is a folder", option="file", remedy="name a file in it")
        elif not self._path.parent.is_dir():
            missing = f"{self.file}: there is no folder {self._path.parent}"
            yield Problem("fail", self.file.name, missing, option="file", remedy="make it, or name another")

    def get_batch(self, max_batch_size: int) -> Batches[T]:
        with closing(super().get_batch(max_batch_size)) as batches:
            yield from batches
        if self._appended is not None:
            self.store.append(self._appended, *self._encoded((), self._appended, last=True))
            self.store.publish()

    def write(self, batch: BatchResults[T], checkpoint: Checkpoint | None) -> Statistics:
        """Append the rows. Raises RowsRefused, which names each of them, OutputError and Locked."""
        counted = {self.counts: len(batch.chunk)}
        if checkpoint is not None:
            return self.store.commit(
                checkpoint, counted, lambda content: self._encoded(batch.chunk, content, last=checkpoint.finished)
            )
        before = self._appended or FileContent()
        self._appended = self.store.append(before, *self._encoded(batch.chunk, before, last=False))
        return counted

    def _encoded(self, rows: Sequence[T], content: FileContent, *, last: bool) -> tuple[bytes, Any]:
        """The bytes to append to ``content``, and the layout."""
        layout, parts = content.layout, []
        begins = not content.length
        if begins and (rows or last):
            layout = self.layout(rows[0] if rows else None)
            parts.append(self.header(layout))
        refused: dict[int, RowError] = {}
        for index, row in enumerate(rows):
            try:
                parts.append(self.encode(row, layout))
            except ValueError as error:
                refused[index] = RowError(str(error), code="refused")
                if begins and index == 0:
                    break  # the layout is that of the next row, then
        if refused:
            first = next(iter(refused.values()))
            raise RowsRefused(f"{self.file} can't hold a row: {first.message}", first, rows=refused)
        return b"".join(parts), layout
