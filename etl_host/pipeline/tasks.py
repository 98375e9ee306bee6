"""The tasks that a pipeline consists of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from etl_host.core.chain_task import ChainTask
from etl_host.core.context import ETLContext
from etl_host.core.groups import TaskGroup
from etl_host.core.processor import BatchProcessor
from etl_host.core.sink import Sink
from etl_host.core.task import Task
from etl_host.core.times import SOURCE, VALIDATORS
from etl_host.flow.adaptive import LARGEST, Adaptive
from etl_host.flow.prefetch import Prefetch
from etl_host.flow.timed import Timed
from etl_host.pipeline.model import DEFAULT_BATCH_SIZE, ChainSettings
from etl_host.pipeline.step import Step


class SourceToSinkTask(ChainTask):
    """A chain of what ``steps`` make: a source, validators, a sink."""

    def __init__(
        self,
        context: ETLContext,
        steps: Sequence[Step],
        *,
        name: str,
        settings: ChainSettings,
        optional: bool = False,
    ) -> None:
        super().__init__(context, name=name, optional=optional)
        self.steps = tuple(steps)
        self.adaptive = settings.batch_size is None and settings.lanes is None
        self.batch_size = settings.batch_size or (LARGEST if self.adaptive else DEFAULT_BATCH_SIZE)
        self.max_batch_bytes = settings.max_batch_bytes or None
        self.max_rejects = settings.max_rejects
        self.prefetch = settings.prefetch
        self.lanes = settings.lanes

    def chain(self) -> BatchProcessor[Any]:
        """A new chain for the context's run. Raises PipelineError where a constructor refuses its options."""
        source, *validators, sink = self.steps
        last: BatchProcessor[Any] = Timed(self.context, self, self._made(source), SOURCE)
        for step in validators:
            last = self._made(step, predecessor=last)
        if validators:
            last = Timed(self.context, self, last, VALIDATORS, within=SOURCE)
        if self.prefetch:
            last = Prefetch(self.context, self, last, ahead=self.prefetch)
        if self.adaptive:
            last = Adaptive(self.context, self, last)
        made = self._made(sink, predecessor=last)
        if isinstance(made, Sink):
            made.lanes = self.lanes
        return made

    def _made(self, step: Step, **predecessor: BatchProcessor[Any]) -> BatchProcessor[Any]:
        processor = step.make(self.context.run, context=self.context, task=self, **predecessor)
        assert isinstance(processor, BatchProcessor)
        processor.label = step.use.label
        return processor


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
