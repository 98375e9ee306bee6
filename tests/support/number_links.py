"""A small chain: numbered rows, a validator that sorts out, a sink that collects. Each calls a trap at its moments."""

from __future__ import annotations

from typing import Any

from etl_host import (
    Batches,
    BatchProcessor,
    BatchResults,
    ChainTask,
    Checkpoint,
    ETLContext,
    Fault,
    InputChanged,
    Position,
    Row,
    RowError,
    Rows,
    Sink,
    Source,
    Statistics,
    Task,
    Validator,
)
from moments import Trap, nothing_happens

GAP = 3
"""Origins are lines, say, and a record takes three of them: origins and numbers of rows must not be confused."""


class Numbers(Source[Row]):
    """The rows ``{"n": 1}`` … ``{"n": count}``, with the origins 3, 6, 9 …"""

    counts = "numbers_read"
    resumable = True

    def __init__(self, count: int, context: ETLContext, task: Task, *, trap: Trap = nothing_happens) -> None:
        super().__init__(context, task)
        self.count = count
        self.trap = trap

    def open(self) -> None:
        self.trap("source opened")
        self.resources.callback(self.trap, "source closed")

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        if after is not None and after.token != {"line": after.origin}:
            raise InputChanged(f"the token {after.token} is not that of line {after.origin}")
        done = after.origin // GAP if after else 0
        while done < self.count:
            self.trap("source reads")
            numbers = range(done + 1, min(done + max_batch_size, self.count) + 1)
            done = numbers[-1]
            yield BatchResults(
                chunk=Rows({"n": n} for n in numbers),
                statistics={self.counts: len(numbers)},
                batch_size=len(numbers),
                origins=[n * GAP for n in numbers],
                position=Position(done * GAP, {"line": done * GAP}, done / self.count),
            )

    def place(self, origin: int) -> str:
        return f"numbers:{origin}"

    def expected(self) -> int:
        return self.count


class SortOut(Validator[Row, Row]):
    """Rejects multiples of 7, drops those of 5, and makes two rows of those of 11; that in this order."""

    def __init__(
        self,
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        *,
        trap: Trap = nothing_happens,
    ) -> None:
        super().__init__(context, task, predecessor)
        self.trap = trap

    def open(self) -> None:
        self.trap("validator opened")
        self.resources.callback(self.trap, "validator closed")

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        self.trap("validator processes")
        wrong = {i: [RowError("a multiple of 7")] for i, row in enumerate(batch.chunk) if row["n"] % 7 == 0}
        batch = self.reject(batch, wrong)
        batch = batch.keep([row["n"] % 5 != 0 for row in batch.chunk])
        parents = [i for i, row in enumerate(batch.chunk) for _ in range(2 if row["n"] % 11 == 0 else 1)]
        return batch.expand([batch.chunk[i] for i in parents], parents, valid_rows=len(batch.chunk))


class Collect(Sink[Row]):
    """Keeps what it is given, in memory: a sink without checkpoints."""

    def __init__(
        self,
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        *,
        trap: Trap = nothing_happens,
    ) -> None:
        super().__init__(context, task, predecessor)
        self.trap = trap
        self.written: list[Row] = []

    def open(self) -> None:
        self.trap("sink opened")
        self.resources.callback(self.trap, "sink closed")

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        self.trap("sink writes")
        self.written.extend(batch.chunk)
        return {"rows_collected": len(batch.chunk)}

    def fault(self, error: Exception) -> Fault:
        return Fault.TRANSIENT if isinstance(error, ConnectionError) else Fault.FATAL


class CollectNumbers(ChainTask):
    """The three in a chain; what was written is in ``written`` afterwards."""

    def __init__(
        self,
        context: ETLContext,
        count: int,
        *,
        name: str | None = None,
        optional: bool = False,
        batch_size: int = 10,
        trap: Trap = nothing_happens,
    ) -> None:
        super().__init__(context, name=name, optional=optional)
        self.count = count
        self.batch_size = batch_size
        self.trap = trap
        self.written: list[Row] = []

    def chain(self) -> BatchProcessor[Any]:
        source = Numbers(self.count, self.context, self, trap=self.trap)
        validator = SortOut(self.context, self, source, trap=self.trap)
        sink = Collect(self.context, self, validator, trap=self.trap)
        self.written = sink.written
        return sink


def rejected(count: int) -> list[int]:
    """Which of the numbers up to ``count`` SortOut rejects."""
    return [n for n in range(1, count + 1) if n % 7 == 0]


def passed_on(count: int) -> list[int]:
    """What SortOut makes of the numbers up to ``count``."""
    kept = [n for n in range(1, count + 1) if n % 7 and n % 5]
    return [n for n in kept for _ in range(2 if n % 11 == 0 else 1)]
