"""Rows from text in columns of fixed width."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from itertools import islice
from typing import Annotated

from etl_host import Batches, BatchResults, ETLContext, FileLocation, InputChanged, Position, Row, Rows, Source, Task


class FixedWidthBatchProcessor(Source[Row]):
    """Each line is a row. Cells lose the blanks around them."""

    counts = "fixed_width_rows_read"
    resumable = True

    def __init__(
        self,
        file: Annotated[FileLocation, "A path or a URL."],
        context: ETLContext,
        task: Task,
        *,
        columns: Annotated[Mapping[str, int], "The width of each column, in characters, in their order."],
        encoding: Annotated[str, "How the text is encoded."] = "utf-8",
    ) -> None:
        super().__init__(context, task)
        self.file, self.columns, self.encoding = file, columns, encoding

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        origin, consumed = after.origin if after else 0, sha256()
        with self.file.open() as lines:
            for line in islice(lines, origin):
                consumed.update(line)
            if after and after.token not in (None, consumed.hexdigest()):
                raise InputChanged(f"{self.file}: its first {origin} lines are not what was read before")
            while chunk := list(islice(lines, max_batch_size)):
                consumed.update(b"".join(chunk))
                origins = range(origin + 1, origin + len(chunk) + 1)
                origin += len(chunk)
                position = Position(origin, token=consumed.hexdigest())
                yield BatchResults(
                    Rows(map(self._row, chunk)), {self.counts: len(chunk)}, len(chunk), origins, position
                )

    def _row(self, line: bytes) -> Row:
        text, cells, start = line.decode(self.encoding), {}, 0
        for name, width in self.columns.items():
            cells[name] = text[start : start + width].strip()
            start += width
        return cells

    def fields(self) -> list[str]:
        return list(self.columns)

    def place(self, origin: int) -> str:
        return f"{self.file.name}:{origin}"
