"""A source of given rows: the predecessor of a processor under test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from etl_host.core.batch import Batches, Position, T
from etl_host.core.context import ETLContext
from etl_host.core.source import Source
from etl_host.core.task import Task


class SourceFailed(Exception):
    """What a ``RowsSource`` fails with that is told to."""


class RowsSource(Source[T]):
    """Gives ``rows``, with the origins ``step``, ``2 * step`` … as if each began on a line of its own.

    ``fail_after``: it raises SourceFailed once it has given so many rows. ``is_open`` tells whether it is in use.
    """

    resumable = True

    def __init__(
        self, rows: Sequence[T], context: ETLContext, task: Task, *, step: int = 1, fail_after: int | None = None
    ) -> None:
        super().__init__(context, task)
        self.rows = rows
        self.step = step
        self.fail_after = fail_after
        self.is_open = False

    def open(self) -> None:
        self.is_open = True
        self.resources.callback(setattr, self, "is_open", False)

    def read(self, max_batch_size: int, after: Position | None) -> Batches[T]:
        done = Position(after.origin // self.step) if after else None
        rows = self.rows[: self.fail_after]
        for batch in self.cut(rows, max_batch_size, done):
            numbers = batch.origins or ()
            position = Position(numbers[-1] * self.step)
            yield replace(batch, origins=[number * self.step for number in numbers], position=position)
        if self.fail_after is not None:
            raise SourceFailed(f"after {self.fail_after} rows, as it was told to")

    def place(self, origin: int) -> str:
        return f"rows:{origin}"

    def expected(self) -> int | None:
        return len(self.rows)
