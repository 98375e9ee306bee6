"""The first link of a replay: reads a file of rejects."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from etl_host.core.batch import Batches, BatchResults, Position, Rows
from etl_host.core.context import ETLContext
from etl_host.core.errors import InputChanged
from etl_host.core.json_values import Encoded, from_json
from etl_host.core.rejects import Reject, RowError
from etl_host.core.source import Source
from etl_host.core.task import Task
from etl_host.pipeline.replay.entrance import Waiting
from etl_host.pipeline.replay.lines import Expected, Line, opened


class RejectsSource(Source[Waiting]):
    """The rows of ``file``, each with the place in the chain where it enters; numbered by line.

    A row that can't be replayed is rejected once more, as it is: of the source, what is no row; and what holds a value
    that can't be read back. ``in_flight``: how many batches may be on their way at once.
    """

    counts: ClassVar[str] = "rejects_rows_read"
    resumable: ClassVar[bool] = True

    def __init__(self, file: Path, expected: Expected, context: ETLContext, task: Task, *, in_flight: int = 1) -> None:
        super().__init__(context, task)
        self.file = file
        self._expected = expected
        self._batches = deque[dict[int, str | None]](maxlen=in_flight)

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Waiting]:
        """Raises InputChanged where a line up to ``after`` is not what it was, InputError where one can't be read."""
        digest = hashlib.sha256()
        with opened(self.file) as stream:
            lines = enumerate((text.rstrip(b"\r\n") + b"\n" for text in stream), 1)
            if after is not None:
                for _, text in islice(lines, after.origin):
                    digest.update(text)
                if digest.hexdigest() != after.token:
                    raise InputChanged(
                        f"{self.file}: a line up to {after.origin}, which was replayed already, has changed",
                        remedy="undo the changes up to that line; correct what failed again in the new file of rejects",
                    )

            def read() -> Iterator[tuple[Line, str]]:
                for number, text in lines:
                    digest.update(text)
                    if text.strip():
                        yield Line.read(self.file, number, text), digest.hexdigest()

            rest = read()
            while chunk := [*islice(rest, max_batch_size)]:
                last, upto = chunk[-1]  # blank lines that follow are read by now
                yield self._batch([line for line, _ in chunk], Position(last.number, upto))

    def _batch(self, lines: list[Line], position: Position) -> BatchResults[Waiting]:
        self._batches.append({line.number: line.place for line in lines})
        rows, origins = Rows[Waiting](), []
        for line in lines:
            try:
                rows.append(Waiting(self._expected.entry(line), _row(line)))
                origins.append(line.number)
            except ValueError as error:
                self._reject_again(line, str(error))
        counted = {self.counts: len(lines)}
        if len(rows) < len(lines):
            counted["rejected_rows"] = len(lines) - len(rows)
        return BatchResults(rows, counted, len(lines), origins, position)

    def _reject_again(self, line: Line, why: str) -> None:
        errors = line.errors if not isinstance(line.row, dict) and line.errors else (RowError(why, "not-replayable"),)
        self.task.rejects.append(
            Reject(line.processor, line.number, self.place(line.number), None, errors, Encoded(line.row))
        )

    def place(self, origin: int) -> str:
        """Its line, and the place where the row came from first."""
        here = f"{self.file.parent.name}/{self.file.name}:{origin}"
        batches = tuple(self._batches)  # as another thread may be reading ahead
        before = next((places[origin] for places in batches if origin in places), None)
        return f"{here} ({_innermost(before)})" if before else here


def _row(line: Line) -> Any:
    """Raises ValueError, without the value, where there is no row to be replayed."""
    if not isinstance(line.row, dict):
        raise ValueError("it is no row: write an object with the names and values of the fields")
    try:
        return from_json(line.row)
    except (ValueError, ArithmeticError, TypeError, AttributeError):
        raise ValueError("a value in it can't be read back: write it as text, a number or a tag") from None


def _innermost(place: str) -> str:
    """The place in the input, where a row has been replayed before."""
    return place.rpartition(".jsonl:")[2].partition(" (")[2].removesuffix(")") or place
