"""Files that one task writes and another one reads.

Where the writer comes first, there is nothing to look at before a run, or what is old. Where the reader does, or both
are one task, its input would be lost.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Any

from etl_host.core.files.location import FileLocation
from etl_host.core.files.sink import FileSink
from etl_host.core.processor import BatchProcessor


class WrittenFiles:
    """What the tasks up to the present one write and read."""

    def __init__(self) -> None:
        self._writers: dict[str, str] = {}
        self._readers: list[tuple[str, str]] = []

    def add(self, task: str, files: Iterable[FileLocation], sink: BatchProcessor[Any]) -> None:
        """Remember what the task reads, ``files``, of which each may be a pattern, and what its sink writes."""
        self._readers += [(os.path.realpath(file.path), task) for file in files if file.path is not None]
        if isinstance(sink, FileSink) and sink.file.path is not None:
            self._writers[os.path.realpath(sink.file.path)] = task

    def writer_of(self, files: Iterable[FileLocation]) -> str | None:
        """The task that writes one of ``files``, of which each may be a pattern; None where there is none."""
        patterns = [os.path.realpath(file.path) for file in files if file.path is not None]
        return next((task for path, task in self._writers.items() if any(fnmatch(path, p) for p in patterns)), None)

    def reader_of(self, sink: BatchProcessor[Any]) -> str | None:
        """The task that reads the file that ``sink`` writes; None where there is none, or it writes no file."""
        if not isinstance(sink, FileSink) or sink.file.path is None:
            return None
        path = os.path.realpath(sink.file.path)
        return next((task for pattern, task in self._readers if fnmatch(path, pattern)), None)
