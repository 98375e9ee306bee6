"""From the model of a file to a tree of tasks."""

from __future__ import annotations

from etl_host.core.context import ETLContext
from etl_host.core.groups import ParallelTaskGroup, TaskGroup
from etl_host.core.task import Task
from etl_host.pipeline.model import ChainModel, GroupModel, PipelineModel, RunModel, TaskModel, Use
from etl_host.pipeline.step import Step
from etl_host.pipeline.steps import Steps
from etl_host.pipeline.tasks import PipelineTasks, SourceToSinkTask


def assembled(model: PipelineModel, steps: Steps, context: ETLContext) -> PipelineTasks:
    """The tree of the tasks of ``model`` in ``context``. Raises PipelineError where one can't be made."""
    tasks = [_task(task, steps, context) for task in model.tasks]
    return PipelineTasks(context, tasks, pipeline=model.name)


def chain_task(model: ChainModel, steps: Steps, context: ETLContext) -> SourceToSinkTask:
    """The task for one chain. Raises PipelineError where one of its plugins can't be used."""
    made = [_step(use, steps) for use in model.uses()]
    return SourceToSinkTask(context, made, name=model.name, settings=model.settings, optional=model.optional)


def _task(model: TaskModel, steps: Steps, context: ETLContext) -> Task:
    match model:
        case ChainModel():
            return chain_task(model, steps, context)
        case RunModel(name=name, optional=optional):
            made = _step(model.run, steps).make(context.run, context=context, name=name, optional=optional)
            assert isinstance(made, Task)
            return made
        case GroupModel(name=name, optional=optional, parallel=parallel):
            tasks = [_task(task, steps, context) for task in model.tasks]
            if parallel is None:
                return TaskGroup(context, tasks, name=name, optional=optional)
            return ParallelTaskGroup(context, tasks, name=name, max_workers=parallel, optional=optional)


def _step(use: Use, steps: Steps) -> Step:
    if (step := steps.step(use)) is None:
        raise steps.problems.error()
    return step
