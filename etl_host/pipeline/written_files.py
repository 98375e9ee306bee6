"""Files that one task writes and a later one reads: before a run there is nothing to look at, or what is old."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch
from typing import Any

from etl_host.core.files.location import FileLocation
from etl_host.core.files.sink import FileSink
from etl_host.core.processor import BatchProcessor


class WrittenFiles:
    """What the tasks before the present one write."""

    def __init__(self) -> None:
        self._writers: dict[str, str] = {}

    def add(self, task: str, sink: BatchProcessor[Any]) -> None:
        """Remember the file of ``sink``, if it writes one."""
        if isinstance(sink, FileSink):
            self._writers[str(sink.file.path)] = task

    def writer_of(self, files: Iterable[FileLocation]) -> str | None:
        """The task that writes one of ``files``, of which each may be a pattern; None where there is none."""
        patterns = [str(file.path) for file in files if file.path is not None]
        return next((task for path, task in self._writers.items() if any(fnmatch(path, p) for p in patterns)), None)
