"""Rows to text in columns of fixed width."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from etl_host import BatchProcessor, BatchResults, Checkpoint, ETLContext, InputError, Row, Sink, Statistics, Task


class FixedWidthSinkBatchProcessor(Sink[Row]):
    """Each row is a line of a file that each run writes anew.

    A target without a store for checkpoints: a load is at least once.
    """

    def __init__(
        self,
        file: Annotated[Path, "Where the lines go."],
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        *,
        columns: Annotated[Mapping[str, int], "The width of each column, in characters, in their order."],
        encoding: Annotated[str, "How the text is encoded."] = "utf-8",
    ) -> None:
        super().__init__(context, task, predecessor)
        self.file, self.columns, self.encoding = file, columns, encoding

    def open(self) -> None:
        self.lines = self.resources.enter_context(self.file.open("w", encoding=self.encoding))

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        lines = [self._line(row) for row in batch.chunk]
        self.lines.writelines(lines)
        self.lines.flush()
        return {"fixed_width_rows_written": len(lines)}

    def _line(self, row: Row) -> str:
        cells = [str(row[name]).ljust(width) for name, width in self.columns.items()]
        for cell, (name, width) in zip(cells, self.columns.items(), strict=True):
            if len(cell) > width:
                raise InputError(f"{name} has {len(cell)} characters", remedy=f"widen the column {name}, now {width}")
        return "".join(cells) + "\n"
