"""Processors that raise where they are told to; in the folder of a plugin that ``test_raising_plugins.py`` makes up."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

from etl_host import (
    Batches,
    BatchResults,
    Checkpoint,
    ETLContext,
    EtlHostError,
    ExitCode,
    Fault,
    Position,
    Problem,
    Reporter,
    Row,
    Source,
    Statistics,
    Task,
    TaskReturn,
    Validator,
)
from etl_host.testing import MemorySink, MemoryTarget


class Own(BaseException):
    """Nobody knows it."""


class Fine(EtlHostError):
    exit_code = ExitCode.OK


class Mute(Exception):
    def __str__(self) -> str:
        raise Own


ERRORS: Final[Mapping[str, BaseException]] = {
    "ValueError": ValueError("raised"),
    "Fine": Fine("raised"),
    "KeyboardInterrupt": KeyboardInterrupt(),
    "SystemExit": SystemExit(0),
    "GeneratorExit": GeneratorExit(),
    "Own": Own("raised"),
    "Mute": Mute(),
}


def raise_at(place: str) -> None:
    """``RAISE_AT`` says where, e.g. ``"source.read"``, and ``RAISE`` what."""
    if os.environ.get("RAISE_AT") == place:
        raise ERRORS[os.environ["RAISE"]]


class RaisingSource(Source[Row]):
    resumable = True

    def __init__(self, context: ETLContext, task: Task) -> None:
        raise_at("source.__init__")
        super().__init__(context, task)

    def check(self) -> Iterable[Problem]:
        raise_at("source.check")
        return ()

    def open(self) -> None:
        raise_at("source.open")
        self.resources.callback(raise_at, "source.close")

    def expected(self) -> int | None:
        raise_at("source.expected")
        return 6

    def place(self, origin: int) -> str:
        raise_at("source.place")
        return f"row {origin}"

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        raise_at("source.read")
        for batch in self.cut([{"n": n} for n in range(6)], max_batch_size, after):
            yield batch
            raise_at("source.read after a batch")
        raise_at("source.read at the end")


class RaisingValidator(Validator[Row, Row]):
    def __init__(self, context: ETLContext, task: Task, predecessor: Any) -> None:
        raise_at("validator.__init__")
        super().__init__(context, task, predecessor)

    def check(self) -> Iterable[Problem]:
        raise_at("validator.check")
        return ()

    def open(self) -> None:
        raise_at("validator.open")
        self.resources.callback(raise_at, "validator.close")

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        raise_at("validator.process")
        return batch


class RaisingTarget(MemoryTarget):
    def __init__(self) -> None:
        raise_at("connection.__init__")
        super().__init__()

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        raise_at("connection.from_settings")
        return cls()

    def close(self) -> None:
        raise_at("connection.close")


class RaisingSink(MemorySink):
    def __init__(self, context: ETLContext, task: Task, predecessor: Any) -> None:
        raise_at("sink.__init__")
        super().__init__(context, task, predecessor, connection="raising")

    @property
    def store(self) -> MemoryTarget:
        raise_at("sink.store")
        return self.context.connection("raising", RaisingTarget)

    def check(self) -> Iterable[Problem]:
        raise_at("sink.check")
        return ()

    def open(self) -> None:
        raise_at("sink.open")
        self.resources.callback(raise_at, "sink.close")

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        raise_at("sink.write")
        written = super().write(batch, checkpoint)
        raise_at("sink.write after the commit")
        return written

    def fault(self, error: Exception) -> Fault:
        return Fault.FATAL


class RaisingTask(Task):
    def __init__(self, context: ETLContext, *, name: str = "run", optional: bool = False) -> None:
        raise_at("task.__init__")
        super().__init__(context, name=name, optional=optional)

    def run_internal(self) -> TaskReturn:
        raise_at("task.run_internal")
        return TaskReturn()


class RaisingReporter(Reporter):
    def __init__(self) -> None:
        raise_at("reporter.__init__")

    def run_started(self, event: Any) -> None:
        raise_at("reporter.run_started")

    def task_started(self, event: Any) -> None:
        raise_at("reporter.task_started")

    def batch_finished(self, event: Any) -> None:
        raise_at("reporter.batch_finished")

    def task_finished(self, event: Any) -> None:
        raise_at("reporter.task_finished")

    def run_finished(self, event: Any) -> None:
        raise_at("reporter.run_finished")
