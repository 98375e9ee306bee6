"""Whether the tasks of a run built by hand, which has no plan, come as they came in its earlier attempts."""

from __future__ import annotations

from collections.abc import Collection
from itertools import takewhile

from etl_host.core.errors import RunRefused
from etl_host.core.store import RunRecord
from etl_host.core.task import Task
from etl_host.delivery.runs.plan import BEGIN_AGAIN, task_key


class EarlierTasks:
    """The tasks of which earlier attempts have committed something: a task that was renamed must not load twice."""

    def __init__(self) -> None:
        self._order: list[str] = []
        self._started: set[str] = set()

    def add(self, record: RunRecord) -> None:
        """Remember the tasks of one store's record. Of several records, the one with most tasks gives their order."""
        planned = [entry["task"] for entry in record.run.plan]
        self._order = max(self._order, planned, key=len)
        self._started |= record.started_tasks()

    def refuse_before_its_turn(self, task: Task, delivered: Collection[str]) -> None:
        """Raise RunRefused where earlier attempts had a task before ``task`` that has not come, and can't any more.

        Tasks of one tree may come in any order: those of a parallel group do.
        """
        root = [*task.upwards()][-1]
        may_come = {*delivered, *map(task_key, root.leaves())}
        before = takewhile(lambda name: name != task_key(task), self._in_order())
        if missing := [name for name in before if name not in may_come]:
            raise RunRefused(
                f"the unfinished run had the tasks {', '.join(self._in_order())}; "
                f"now {task_key(task)} comes without {missing[0]} before it",
                remedy=f"undo the changes to go on, or {BEGIN_AGAIN}",
            )

    def missing_from(self, delivered: Collection[str]) -> list[str]:
        """Those that are not among ``delivered``; perhaps they are half done."""
        return [name for name in self._in_order() if name not in delivered]

    def _in_order(self) -> list[str]:
        planned = [name for name in self._order if name in self._started]
        return [*planned, *sorted(self._started.difference(planned))]
