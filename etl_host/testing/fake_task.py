"""A task that only lends itself to a processor under test."""

from __future__ import annotations

from pathlib import Path

from etl_host.core.context import ETLContext
from etl_host.core.rejects import Reject, RejectsFile
from etl_host.core.task import Task, TaskReturn


class CollectedRejects(RejectsFile):
    """Rejects in ``collected``, as they were given, and in a file as always."""

    def __init__(self, path: Path, task: str) -> None:
        super().__init__(path, {"pipeline": "", "run": "", "task": task})
        self.collected: list[Reject] = []

    def append(self, reject: Reject) -> None:
        super().append(reject)
        self.collected.append(reject)


class FakeTask(Task):
    """Does nothing by itself::

    with ETLContext({}, rejects_dir=tmp_path) as context, FakeTask(context) as task:
        validator = MyValidator(context, task, RowsSource(rows, context, task))
        assert rows_of(drain(validator)) == [...]
        assert task.rejects.collected == [...]
    """

    def __init__(self, context: ETLContext, *, name: str = "task") -> None:
        super().__init__(context, name=name)
        self._collected = CollectedRejects(Path(context.run.rejects_dir) / f"{name}.jsonl", name)

    def run_internal(self) -> TaskReturn:
        return TaskReturn()

    @property
    def rejects(self) -> CollectedRejects:
        return self._collected

    def __enter__(self) -> FakeTask:
        return self

    def __exit__(self, *failure: object) -> None:
        self.rejects.close()
