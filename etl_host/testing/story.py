"""What can happen in runs, as the events that reporters hear: recorded from real ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from etl_host.core.batch import Batches, BatchResults, Position, Row
from etl_host.core.chain_task import ChainTask
from etl_host.core.context import ETLContext
from etl_host.core.groups import ParallelTaskGroup, TaskGroup
from etl_host.core.rejects import RowError
from etl_host.core.reporting import BatchFinished, Reporter, RunFinished, RunStarted, TaskFinished, TaskStarted
from etl_host.core.task import Task, TaskReturn
from etl_host.core.validator import Validator
from etl_host.delivery import ExactlyOnce
from etl_host.testing.memory_sink import MemorySink
from etl_host.testing.memory_target import MemoryTarget
from etl_host.testing.recording_reporter import Event, RecordingReporter
from etl_host.testing.rows_source import RowsSource

ROWS = 6


class _OddRowsOnly(Validator[Row, Row]):
    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        even = {index: [RowError("it is even [/]")] for index, row in enumerate(batch.chunk) if row["n"] % 2 == 0}
        return self.reject(batch, even)


class _UnknownLength(RowsSource[Row]):
    def expected(self) -> None:
        return None


class _Stops(RowsSource[Row]):
    """Is in the middle of its rows when the run is asked to stop."""

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        for batch in super().read(max_batch_size, after):
            yield batch
            self.context.stop.set()


class Load(ChainTask):
    """Six rows in batches of two, half of them rejected; it fails after ``fail_after`` rows."""

    batch_size = 2

    def __init__(
        self,
        context: ETLContext,
        name: str,
        *,
        kind: type[RowsSource[Row]] = RowsSource,
        fail_after: int | None = None,
        optional: bool = False,
    ) -> None:
        super().__init__(context, name=name, optional=optional)
        self.kind = kind
        self.fail_after = fail_after

    def chain(self) -> MemorySink:
        rows = [{"n": n} for n in range(ROWS)]
        source = self.kind(rows, self.context, self, fail_after=self.fail_after)
        return MemorySink(self.context, self, _OddRowsOnly(self.context, self, source))


class _Counts(Task):
    """No chain, and counts that are nobody's."""

    def run_internal(self) -> TaskReturn:
        return TaskReturn(True, {"things_done": 2.5})


Story: TypeAlias = list[list[Event]]
"""The events of each attempt."""


def stories(folder: Path, pipeline: str) -> Story:
    """The events of an attempt that fails, of the next one that is stopped, and of the last one that ends well."""
    target = MemoryTarget()
    return [
        list(_attempt(folder, pipeline, target, fail_after=2)),
        list(_attempt(folder, pipeline, target, stopped=True)),
        list(_attempt(folder, pipeline, target)),
    ]


def _attempt(
    folder: Path, pipeline: str, target: MemoryTarget, *, fail_after: int | None = None, stopped: bool = False
) -> Iterator[Event]:
    recorder, delivery = RecordingReporter(), ExactlyOnce(pipeline)
    with ETLContext({}, delivery, {"memory": target}, folder, reporters=[recorder]) as context:
        delivery.open([target])
        both = ParallelTaskGroup(
            context, [Load(context, "a"), Load(context, "b", kind=_UnknownLength)], name="both", max_workers=2
        )
        tasks = [Load(context, "optional", fail_after=2, optional=True), both, _Counts(context, name="[i]counts")]
        last = Load(context, "last", kind=_Stops if stopped else RowsSource, fail_after=fail_after)
        group = TaskGroup(context, [*tasks, last, Load(context, "after")], name="all")
        group.execute()
    yield from recorder.events


@dataclass(frozen=True)
class Raised:
    """That a reporter raised ``error`` at ``event``."""

    event: Event
    error: BaseException


def raised_at(reporter: Reporter, events: Sequence[Event]) -> list[Raised]:
    """Tell ``reporter`` each event, and return at which of them it raised."""
    raised = []
    for event in events:
        try:
            _tell(reporter, event)
        except (Exception, SystemExit) as error:
            raised.append(Raised(event, error))
    return raised


def _tell(reporter: Reporter, event: Event) -> None:
    match event:
        case RunStarted():
            reporter.run_started(event)
        case TaskStarted():
            reporter.task_started(event)
        case BatchFinished():
            reporter.batch_finished(event)
        case TaskFinished():
            reporter.task_finished(event)
        case RunFinished():
            reporter.run_finished(event)
