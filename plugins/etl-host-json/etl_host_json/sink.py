"""The sink ``jsonl``."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Annotated, Any

from etl_host import BatchProcessor, ETLContext, FileLocation, FileSink, Task
from etl_host_json.encoding import line_of


class JSONLinesSinkBatchProcessor(FileSink[Mapping[str, Any]]):
    """Writes rows to a file of JSON Lines, each exactly once; the file is there, or replaced, once all rows are.

    What JSON lacks is tagged, e.g. ``{"$date": "2026-11-23"}``; the source ``jsonl`` turns it back with ``tagged``. A
    row with a value of an unknown type, such as a set, is rejected.
    """

    counts = "jsonl_rows_written"

    def __init__(
        self,
        file: Annotated[FileLocation | str | os.PathLike[str], "A path on this machine."],
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
    ) -> None:
        super().__init__(file, context, task, predecessor)

    def encode(self, row: Mapping[str, Any], layout: Any) -> bytes:
        return line_of(row)
