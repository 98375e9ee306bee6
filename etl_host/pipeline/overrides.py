"""What whoever starts a run says about it, instead of what the file says."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from etl_host.core.limits import RejectsBudget
from etl_host.pipeline.connections import Choices
from etl_host.pipeline.model import (
    AUTO,
    DEFAULT_REPORTER,
    ChainModel,
    GroupModel,
    PipelineModel,
    TaskModel,
    Use,
    all_tasks,
)
from etl_host.pipeline.problems import Problems
from etl_host.registry.errors import RegistryError, UnknownPlugin
from etl_host.registry.lookup import Registry
from etl_host.registry.suggestions import did_you_mean

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Overrides:
    """For one run.

    ``batch_size``, ``max_rejects``: for all tasks. ``tasks``: names of those to run; none: all. ``reporters``: names of
    further ones. ``quiet``: without the console. ``prefetch``: batches to read ahead, in tasks of which the file says
    nothing.
    """

    parameters: Mapping[str, object] = field(default_factory=dict)
    connections: Choices = field(default_factory=dict)
    batch_size: int | Literal["auto"] | None = None
    max_rejects: int | str | None = None
    tasks: Sequence[str] = ()
    reporters: Sequence[str] = ()
    quiet: bool = False
    prefetch: int = 0

    def applied(self, model: PipelineModel, problems: Problems) -> PipelineModel:
        """``model`` with the tasks that are wanted, and the settings that are wanted for them."""
        names = [task.name for task in all_tasks(model.tasks)]
        for name in self.tasks:
            if name not in names:
                problems.add("unknown-task", f"there is no task {name}{did_you_mean(name, names)}")
        tasks = _selected(model.tasks, self.tasks) if self.tasks else model.tasks
        if self.batch_size is not None:
            size = None if self.batch_size == AUTO else int(self.batch_size)
            if size is not None and size < 1:
                problems.add("wrong-value", f"the batch size is {size}: it must be 1 or more")
            tasks = [_with_settings(task, batch_size=size) for task in tasks]
        if self.max_rejects is not None:
            try:
                budget = RejectsBudget.of(self.max_rejects)
            except ValueError as error:
                problems.add("wrong-value", f"max_rejects: {error}")
            else:
                tasks = [_with_settings(task, max_rejects=budget) for task in tasks]
        return replace(model, tasks=tasks)

    def reporters_of(self, model: PipelineModel, registry: Registry) -> list[Use]:
        """The reporters of the run: those of the file, by default the console, and those that are wanted too."""
        uses = _default_reporters(registry) if model.reporters is None else list(model.reporters)
        known = {use.name for use in uses}
        uses += [
            Use("reporter", name, f"reporter:{name}", None)
            for name in dict.fromkeys(self.reporters)
            if name not in known
        ]
        return [use for use in uses if not (self.quiet and use.name == DEFAULT_REPORTER)]


def _selected(tasks: Sequence[TaskModel], names: Collection[str]) -> list[TaskModel]:
    """Those of ``tasks`` that have one of the names, with the groups that they are in; of a group named, all."""
    chosen: list[TaskModel] = []
    for task in tasks:
        if task.name in names:
            chosen.append(task)
        elif isinstance(task, GroupModel) and (inner := _selected(task.tasks, names)):
            chosen.append(replace(task, tasks=inner))
    return chosen


def _with_settings(task: TaskModel, **settings: Any) -> TaskModel:
    match task:
        case ChainModel():
            return replace(task, settings=replace(task.settings, **settings))
        case GroupModel(tasks=tasks):
            return replace(task, tasks=[_with_settings(inner, **settings) for inner in tasks])
    return task


def _default_reporters(registry: Registry) -> list[Use]:
    try:
        registry.lookup("reporter", DEFAULT_REPORTER)
    except UnknownPlugin:
        return []  # a host without the plugin that shows progress runs all the same
    except RegistryError as error:
        log.warning("%s; the run goes on without", error)
        return []
    return [Use("reporter", DEFAULT_REPORTER, f"reporter:{DEFAULT_REPORTER}", None)]
