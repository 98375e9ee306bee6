"""From a file to everything that a run needs; whatever is wrong is found here, all at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from etl_host.core.context import ETLContext
from etl_host.pipeline.assembly import chain_task
from etl_host.pipeline.connections import Connections
from etl_host.pipeline.conversion import Surroundings
from etl_host.pipeline.document import read_document
from etl_host.pipeline.imports import Importer
from etl_host.pipeline.model import ChainModel, ChainSettings, PipelineModel, Use, all_tasks
from etl_host.pipeline.nodes import Fields
from etl_host.pipeline.overrides import Overrides
from etl_host.pipeline.parameter_types import Parameter
from etl_host.pipeline.parameters import Parameters
from etl_host.pipeline.problems import PipelineError, Problems
from etl_host.pipeline.reading import Reader
from etl_host.pipeline.steps import Steps
from etl_host.pipeline.values import Values
from etl_host.pipeline.variables import Variables
from etl_host.registry.lookup import Registry


@dataclass(frozen=True)
class Loaded:
    """A pipeline file that can be run."""

    model: PipelineModel
    reporters: Sequence[Use]
    connections: Connections
    steps: Steps
    parameters: Mapping[str, Parameter]
    settings: Mapping[str, str]

    @property
    def problems(self) -> Problems:
        """Where what is found later is noted, too."""
        return self.steps.problems


def load(
    file: str | os.PathLike[str], settings: Mapping[str, str], registry: Registry | None, overrides: Overrides
) -> Loaded:
    """Read ``file`` and check all that can be checked without touching anything else. Raises PipelineError."""
    problems = Problems(os.fspath(file))
    folder = Path(file).absolute().parent
    root = _root(Path(file), problems)
    settings = dict(settings)
    environment = Variables({}, settings, problems)
    parameters = Parameters(overrides.parameters, folder, environment, problems).read(root.get("parameters"))
    variables = Variables(parameters, settings, problems)
    reader = Reader(Values(variables, problems), problems)
    whole = reader.pipeline(root, ChainSettings(prefetch=overrides.prefetch))
    surroundings = Surroundings(folder, Importer(folder))
    steps = Steps(registry or Registry(settings), variables, surroundings, problems)
    loaded = Loaded(
        model=overrides.applied(whole, problems),
        reporters=overrides.reporters_of(whole, steps.registry),
        connections=Connections(whole.connections, overrides.connections, settings, steps),
        steps=steps,
        parameters={name: parameter for name, parameter in parameters.items() if parameter is not None},
        settings=settings,
    )
    _try(loaded, whole, dict.fromkeys([*reader.uses, *loaded.reporters]))
    problems.raise_if_any()
    return loaded


def _root(file: Path, problems: Problems) -> Fields:
    root = read_document(file, problems)
    if isinstance(root, Fields):
        return root
    if root is not None:
        message = "a pipeline file is a mapping: it begins with a line such as pipeline: name"
        problems.add("wrong-value", message, root.place)
    raise problems.error()


def _try(loaded: Loaded, whole: PipelineModel, uses: Mapping[Use, None]) -> None:
    """Make everything once, in a context that is used for nothing more: that shows what is wrong with it."""
    steps, connections = loaded.steps, loaded.connections
    context = ETLContext(loaded.settings)
    for use in uses:
        if connections.replaces(use) or (step := steps.step(use)) is None:
            continue
        connections.check_named(step)
        with suppress(PipelineError):  # it is noted
            match use.kind:
                case "connection":
                    step.make(context.run)
                case "reporter":
                    step.make(context.run, context=context)
                case "task":
                    step.make(context.run, context=context, name=use.label, optional=False)
                case _:
                    step.arguments(context.run)
    for task in all_tasks(whole.tasks):
        if isinstance(task, ChainModel):
            with suppress(PipelineError):
                chain_task(task, steps, context).chain()
    connections.check(context.run)
