"""Tasks that hold tasks: one after the other, or side by side."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeAlias

from etl_host.core.batch import Balance, add_statistics
from etl_host.core.errors import Interrupted, Limited
from etl_host.core.nap import A_NAP
from etl_host.core.task import Task, TaskReturn

if TYPE_CHECKING:
    from etl_host.core.context import ETLContext

Outcome: TypeAlias = tuple[Task, TaskReturn]
"""A task that was executed, and what it returned."""


class TaskGroup(Task):
    """Runs its tasks in order and stops at the first that fails, unless that one is optional.

    Its summary is the sum of theirs, also when one failed; those that never ran are ``skipped``. Raises
    ValueError where two tasks of the tree have one name.
    """

    def __init__(self, context: ETLContext, tasks: Sequence[Task], *, name: str, optional: bool = False) -> None:
        super().__init__(context, name=name, optional=optional)
        self.tasks = tuple(tasks)
        self.halted = threading.Event()
        for task in self.tasks:
            task.parent = self
        twice = [name for name, times in Counter(_names(self)).items() if times > 1]
        if twice:
            raise ValueError(f"two tasks are called {twice[0]!r}: names must be unique in a tree of tasks")

    def children(self) -> tuple[Task, ...]:
        return self.tasks

    def run_internal(self) -> TaskReturn:
        self.halted.clear()
        waiting = deque(self.tasks)
        ran: list[Outcome] = []
        try:
            while waiting and not (_failure_among(ran) or self.stopping):
                task = waiting.popleft()
                ran.append((task, task.execute()))
        finally:
            for task in waiting:
                task.skip()
        return self._merged(ran)

    def _merged(self, ran: Sequence[Outcome]) -> TaskReturn:
        error = _failure_among(ran)
        if error is None and len(ran) < len(self.tasks):
            error = Interrupted(
                f"{self.name} was asked to stop; {len(self.tasks) - len(ran)} of its tasks have not begun",
                remedy="start the same command again",
            )
        return TaskReturn(error is None, self._summed_statistics(), error)

    def _summed_statistics(self) -> dict[str, float]:
        return add_statistics(*(task.statistics for task in self.tasks))

    def _finish(self, result: TaskReturn) -> None:
        self.statistics = self._summed_statistics()
        self.balance = sum((task.balance for task in self.tasks), Balance())
        self._rows_before = sum(task._rows_before for task in self.tasks)
        super()._finish(result)


class ParallelTaskGroup(TaskGroup):
    """Runs its tasks side by side, at most ``max_workers`` at a time.

    When one fails that is not optional, those running end after the batch in flight, and those waiting are skipped.
    """

    def __init__(
        self,
        context: ETLContext,
        tasks: Sequence[Task],
        *,
        name: str,
        max_workers: int,
        optional: bool = False,
    ) -> None:
        super().__init__(context, tasks, name=name, optional=optional)
        if max_workers < 1:
            raise ValueError(f"max_workers is {max_workers}: it must be 1 or more")
        self.max_workers = max_workers

    def run_internal(self) -> TaskReturn:
        self.halted.clear()
        futures: list[Future[Outcome | None]] = []
        with ThreadPoolExecutor(self.max_workers, thread_name_prefix=self.name) as pool:
            try:
                for task in self.tasks:
                    futures.append(pool.submit(self._execute, task))
                while wait(futures, A_NAP).not_done:
                    pass
            except BaseException:  # Ctrl-C; what runs must end before connections are closed
                self.halted.set()
                for task in self.tasks[len(futures) :]:
                    task.skip()
                raise
        return self._merged([outcome for future in futures if (outcome := future.result()) is not None])

    def _execute(self, task: Task) -> Outcome | None:
        """None: it was skipped."""
        if self.halted.is_set() or self.stopping:
            task.skip()
            return None
        try:
            outcome = task, task.execute()
        except BaseException:
            self.halted.set()
            raise
        if _failure_among([outcome]):
            self.halted.set()
        return outcome


def _failure_among(ran: Sequence[Outcome]) -> BaseException | None:
    """The error that makes a group fail: rather the cause than that of a task that was stopped because of it."""
    errors = [result.error for task, result in ran if result.error is not None and not task.excused]
    return min(errors, key=lambda error: (isinstance(error, Interrupted), isinstance(error, Limited)), default=None)


def _names(task: Task) -> list[str]:
    return [task.name, *(name for child in task.children() for name in _names(child))]
