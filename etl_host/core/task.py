"""A task: something that a run does and reports on."""

from __future__ import annotations

import inspect
import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from etl_host.core.batch import Balance, BatchResults, Statistics, add_statistics
from etl_host.core.errors import EtlHostError, ExitCode, Interrupted, Limited, exit_code_of
from etl_host.core.rejects import RejectsFile
from etl_host.core.reporting import BatchFinished, TaskFinished, TaskStarted
from etl_host.core.summary import TaskSummary
from etl_host.core.times import Times

if TYPE_CHECKING:
    from etl_host.core.context import ETLContext
    from etl_host.core.groups import TaskGroup
    from etl_host.core.limits import RejectsBudget

log = logging.getLogger(__name__)


@dataclass
class TaskReturn:
    """How a task ended. ``summary``: what was counted, also of a failed task: what it had committed."""

    success: bool = True
    summary: Statistics = field(default_factory=dict)
    error: BaseException | None = None


class Task(ABC):
    """One step of a run. Subclass it, implement ``run_internal``, call ``execute``.

    ``optional``: its failure does not fail the group it is in. ``name`` must be unique in the tree of tasks.
    """

    guarantee: str | None = None
    """What the delivery promises about its rows, once it has started."""

    expected: int | None = None
    """How many rows there will be, where the source knows."""

    max_batch_bytes: int | None = None
    """About how many bytes of rows are in a batch, any number where None; a row that is heavier is one by itself."""

    max_rejects: RejectsBudget | None = None
    """How many rows it may reject; any number where None."""

    suspect: bool = False
    """Whether its rows were rejected before: that all of them are again is no sign of anything else being wrong."""

    replayable: bool = True
    """Whether the rows that it rejects can be loaded later."""

    retries: int = 0
    """How often a write was tried again."""

    rejects_file: Path | None = None
    """Where its rejects go instead of the run's folder of rejects; set before it starts."""

    def __init__(self, context: ETLContext, *, name: str | None = None, optional: bool = False) -> None:
        self.context = context
        self.name = name or type(self).__name__
        self.optional = optional
        self.parent: TaskGroup | None = None
        self.statistics: Statistics = {}
        self.balance = Balance()
        self.times = Times()
        self._mutex = threading.Lock()
        self._rejects: RejectsFile | None = None
        self._rows_before = 0
        self._started: float | None = None
        self._seconds = 0.0
        self._status = "waiting"
        self._error: BaseException | None = None

    @abstractmethod
    def run_internal(self, *args: Any, **kwargs: Any) -> TaskReturn:
        """What the task does; takes the keyword arguments that it wants.

        Whatever it raises becomes a failed TaskReturn.
        """

    def execute(self, **kwargs: Any) -> TaskReturn:
        """Do it: timed, reported, its errors caught.

        Raises TypeError for arguments that ``run_internal`` does not take. KeyboardInterrupt goes through.
        """
        self._refuse_unknown(kwargs)
        self.context.enter(self)
        self._start()
        try:
            result = self._checked(self.run_internal(**kwargs))
            self._finish(result)
            return result
        except KeyboardInterrupt as error:
            self._finish(TaskReturn(False, self.statistics, error))
            raise
        except BaseException as error:  # a plugin that exits must not end the run as if all were well
            log.debug("%s failed", self.name, exc_info=True)
            failed = TaskReturn(False, self.statistics, error)
            self._finish(failed)
            return failed

    def _refuse_unknown(self, kwargs: Mapping[str, Any]) -> None:
        parameters = inspect.signature(self.run_internal).parameters.values()
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            return
        known = {parameter.name for parameter in parameters if parameter.kind is not parameter.VAR_POSITIONAL}
        if unknown := sorted(set(kwargs) - known):
            raise TypeError(f"{self.name} takes no argument {', '.join(unknown)}")

    def _checked(self, result: object) -> TaskReturn:
        """What ``run_internal`` returned, a failure always with an error."""
        if not isinstance(result, TaskReturn):
            raise TypeError(f"{self.name}: run_internal returned {result!r}, not a TaskReturn")
        if not result.success and result.error is None:
            return replace(result, error=EtlHostError(f"{self.name} says that it failed, and no more"))
        return result

    def count_retry(self) -> None:
        """A transaction is tried again; from any thread."""
        with self._mutex:
            self.retries += 1

    def _start(self) -> None:
        self.statistics, self.balance, self._rows_before, self._error = {}, Balance(), 0, None
        self._started, self._status, self.retries, self.times = time.monotonic(), "running", 0, Times()
        self.context.reporting.task_started(TaskStarted(self.context.run.id, self.path, bool(self.children())))

    def _finish(self, result: TaskReturn) -> None:
        self._seconds = self.seconds
        self._started = None
        self._error = result.error
        rejected = max(part.get("rejected_rows", 0) for part in (self.statistics, result.summary))
        self.statistics = result.summary or self.statistics
        if result.success:
            self._status = "rejects" if rejected else "success"
        else:
            self._status = _status_of(result.error)
        self.context.reporting.task_finished(
            TaskFinished(self.context.run.id, self.path, self.summary(), bool(self.children()))
        )

    def skip(self) -> None:
        """It will not run: something before it failed, or the run is to stop."""
        self.statistics, self.balance, self._rows_before, self._error = {}, Balance(), 0, None
        self._status = "skipped"
        for task in self.children():
            task.skip()
        self.context.reporting.task_finished(
            TaskFinished(self.context.run.id, self.path, self.summary(), bool(self.children()))
        )

    def committed(self, batch: BatchResults[Any]) -> None:
        """Called by the end of a chain for every batch that is safe in the target; tells reporters."""
        self.statistics = add_statistics(self.statistics, batch.statistics)
        self.balance += batch.balance or Balance()
        self.context.reporting.batch_finished(
            BatchFinished(
                run=self.context.run.id,
                path=self.path,
                batch=batch.statistics,
                statistics=self.statistics,
                balance=self.balance,
                seconds=self.seconds,
                rows_per_second=self.rows_per_second,
                expected=self.expected,
                share=batch.position.share if batch.position else None,
            )
        )

    def goes_on_after(self, balance: Balance) -> None:
        """Called by the delivery when earlier attempts have committed rows: they don't count for the rate."""
        self._rows_before = balance.read

    @property
    def path(self) -> tuple[str, ...]:
        """The names from the root of the tree to this task."""
        return (*(self.parent.path if self.parent else ()), self.name)

    @property
    def rows_read_now(self) -> int:
        """How many rows it has read in this attempt."""
        return self.balance.read - self._rows_before

    @property
    def limit(self) -> int | None:
        """How many rows it may read in this attempt; any number where None."""
        return self.context.limit

    @property
    def stopping(self) -> bool:
        """Whether somebody asked the run, or a group that it is in, to stop after the batch in flight."""
        return self.context.stop.is_set() or self._halted

    @property
    def _halted(self) -> bool:
        """Whether another task of a group that it is in failed."""
        return self.parent is not None and (self.parent.halted.is_set() or self.parent._halted)

    @property
    def rejects(self) -> RejectsFile:
        """Where its rejected rows go."""
        if self._rejects is None:
            self._rejects = self.context.rejects_of(self)
        return self._rejects

    def close_rejects(self) -> None:
        """Called by the end of a chain, whether there are rejects or not."""
        if self._rejects is not None:
            self._rejects.close()

    @property
    def seconds(self) -> float:
        """How long it has been running, or ran."""
        return self._seconds if self._started is None else time.monotonic() - self._started

    @property
    def rows_per_second(self) -> float:
        """Rows read in this attempt by the seconds that it took."""
        return self.rows_read_now / self.seconds if self.seconds > 0 else 0.0

    def children(self) -> tuple[Task, ...]:
        """The tasks in this one; none, unless it is a group."""
        return ()

    def leaves(self) -> Iterator[Task]:
        """The tasks of its tree that do the work, in order."""
        if not self.children():
            yield self
        for task in self.children():
            yield from task.leaves()

    @property
    def exit_code(self) -> ExitCode:
        """What its outcome means for the exit code of the run."""
        if self._error is None:
            return ExitCode.REJECTS if self._status == "rejects" else ExitCode.OK
        if isinstance(self._error, Interrupted) and self._halted and not self.context.stop.is_set():
            return ExitCode.OK  # it is the cause that counts: the task that failed
        if not self._was_stopped and any(task.optional for task in self.upwards()):
            return ExitCode.REJECTS
        return exit_code_of(self._error)

    @property
    def excused(self) -> bool:
        """Whether its group does not fail with it, since it is optional, and was not stopped or overtaken."""
        return self.optional and not self._was_stopped

    @property
    def _was_stopped(self) -> bool:
        stopped = (ExitCode.INTERRUPTED, ExitCode.LOCKED)
        return isinstance(self._error, Limited) or exit_code_of(self._error) in stopped

    def upwards(self) -> Iterator[Task]:
        """This task, the group that it is in, and so on to the root of the tree."""
        task: Task | None = self
        while task is not None:
            yield task
            task = task.parent

    def summary(self) -> TaskSummary:
        """How it stands: a field of the run's summary."""
        rejects = self._rejects if self._rejects and self._rejects.kept else None
        return TaskSummary(
            name=self.name,
            path=self.path,
            status=self._status,
            seconds=self.seconds,
            rows_per_second=self.rows_per_second,
            guarantee=self.guarantee,
            statistics=dict(self.statistics),
            balance=self.balance,
            rows_before=self._rows_before,
            rejects_file=str(rejects.path) if rejects and self.statistics.get("rejected_rows") else None,
            error=self._error,
            exit_code=self.exit_code,
            times=self.times.as_dict(),
            retries=self.retries,
            replayable=self.replayable,
        )


def _status_of(error: BaseException | None) -> str:
    match error:
        case Limited():
            return "limited"
        case Interrupted() | KeyboardInterrupt():
            return "interrupted"
        case _:
            return "failed"
