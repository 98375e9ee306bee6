"""Tasks that hold tasks: one after the other, or side by side."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from etl_host.core.batch import add_statistics
from etl_host.core.errors import Interrupted
from etl_host.core.task import Task, TaskReturn

if TYPE_CHECKING:
    from etl_host.core.context import ETLContext


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
        results: list[TaskReturn] = []
        for task in self.tasks:
            if self._failure(results) or self.stopping:
                task.skip()
            else:
                results.append(task.execute())
        return self._merged(results)

    def _failure(self, results: Sequence[TaskReturn]) -> BaseException | None:
        """The first error among the results of its first tasks that makes the group fail."""
        for task, result in zip(self.tasks, results, strict=False):
            if not result.success and not task.excused:
                return result.error or RuntimeError(f"{task.name} says that it failed, and no more")
        return None

    def _merged(self, results: Sequence[TaskReturn]) -> TaskReturn:
        error = self._failure(results)
        return TaskReturn(error is None, add_statistics(*(result.summary for result in results)), error)


class ParallelTaskGroup(TaskGroup):
    """Runs its tasks side by side, at most ``max_workers`` at a time.

    When one fails that is not optional, those running end after the batch in flight, and those waiting are
    skipped.
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
        with ThreadPoolExecutor(self.max_workers, thread_name_prefix=self.name) as pool:
            futures = [pool.submit(self._execute, task) for task in self.tasks]
        return self._merged([future.result() for future in futures])

    def _execute(self, task: Task) -> TaskReturn:
        if self.halted.is_set() or self.stopping:
            task.skip()
            return TaskReturn()
        result = task.execute()
        if not result.success and not task.excused:
            self.halted.set()
        return result

    def _failure(self, results: Sequence[TaskReturn]) -> BaseException | None:
        """The cause rather than a sibling that was stopped because of it."""
        failures = [
            result.error or RuntimeError(f"{task.name} says that it failed, and no more")
            for task, result in zip(self.tasks, results, strict=True)
            if not result.success and not task.excused
        ]
        return min(failures, key=_is_a_consequence, default=None)


def _is_a_consequence(error: BaseException) -> bool:
    return isinstance(error, Interrupted)


def _names(task: Task) -> list[str]:
    return [task.name, *(name for child in task.children() for name in _names(child))]
