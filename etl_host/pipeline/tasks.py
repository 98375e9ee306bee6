"""The tasks that a pipeline consists of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from etl_host.core.chain_task import ChainTask
from etl_host.core.context import ETLContext
from etl_host.core.groups import TaskGroup
from etl_host.core.processor import BatchProcessor
from etl_host.core.task import Task
from etl_host.pipeline.step import Step


class SourceToSinkTask(ChainTask):
    """A chain of what ``steps`` make: a source, validators, a sink."""

    def __init__(
        self, context: ETLContext, steps: Sequence[Step], *, name: str, batch_size: int, optional: bool = False
    ) -> None:
        super().__init__(context, name=name, optional=optional)
        self.steps = tuple(steps)
        self.batch_size = batch_size

    def chain(self) -> BatchProcessor[Any]:
        """A new chain for the context's run. Raises PipelineError where a constructor refuses its options."""
        source, *others = self.steps
        run = self.context.run
        last: BatchProcessor[Any] = source.make(run, context=self.context, task=self)
        last.label = source.use.label
        for step in others:
            last = step.make(run, context=self.context, task=self, predecessor=last)
            last.label = step.use.label
        return last


class PipelineTasks(TaskGroup):
    """All tasks of a pipeline. It has no part in their paths."""

    def __init__(self, context: ETLContext, tasks: Sequence[Task], *, pipeline: str) -> None:
        super().__init__(
            context, tasks, name="\n"
        )  # no name that a file can give: a task may be called like the pipeline
        self.name = pipeline

    @property
    def path(self) -> tuple[str, ...]:
        return ()
