"""The shape of a pipeline file: which keys there are, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from etl_host.core.lanes import Lanes
from etl_host.core.limits import RejectsBudget
from etl_host.pipeline.nodes import Node
from etl_host.pipeline.problems import Place
from etl_host.registry.spec import Kind

CHAIN_SETTINGS: Final = ("batch_size", "max_batch_bytes", "prefetch", "lanes", "max_rejects")
"""Keys of a task with a chain; at the top of the file, defaults for all of them."""

PIPELINE_KEYS: Final = (
    "pipeline",
    "version",
    "parameters",
    "connections",
    *CHAIN_SETTINGS,
    "reporters",
    "tasks",
)
CHAIN_KEYS: Final = ("task", "source", "validators", "sink", *CHAIN_SETTINGS, "optional")
RUN_KEYS: Final = ("task", "run", "optional")
GROUP_KEYS: Final = ("group", "parallel", "tasks", "optional")
NOT_YET: Final = ("load", "for_each", "resume")
"""Keys that are spoken for. Until a version has them, they are refused."""

DEFAULT_BATCH_SIZE: Final = 5000
DEFAULT_BATCH_BYTES: Final = 32_000_000
AUTO: Final = "auto"
DEFAULT_REPORTER: Final = "console"


@dataclass(frozen=True, eq=False)
class Use:
    """A plugin's processor (or task, connection, reporter) by name, with its options.

    ``label``: where it stands, e.g. ``validators[0]:pydantic``. ``place``: that of its name.
    """

    kind: Kind
    name: str
    label: str
    place: Place | None
    options: Node | None = None


@dataclass(frozen=True)
class ChainSettings:
    """How a chain is run.

    ``batch_size``: None for as many rows as the target likes. ``max_batch_bytes``: 0 for any number. ``prefetch``: how
    many batches are read ahead of the one that is written; 0: none. ``lanes``: None for
    one batch after the other. ``max_rejects``: None for any number.
    """

    batch_size: int | None = DEFAULT_BATCH_SIZE
    max_batch_bytes: int = DEFAULT_BATCH_BYTES
    prefetch: int = 0
    max_rejects: RejectsBudget | None = None
    lanes: Lanes | None = None


@dataclass(frozen=True, eq=False)
class ChainModel:
    """A task with source, validators and sink."""

    name: str
    place: Place
    source: Use
    validators: Sequence[Use]
    sink: Use
    settings: ChainSettings
    optional: bool = False

    def uses(self) -> Iterator[Use]:
        """Its processors, source first."""
        yield from (self.source, *self.validators, self.sink)


@dataclass(frozen=True, eq=False)
class RunModel:
    """A task that a plugin brings as a whole: ``run``."""

    name: str
    place: Place
    run: Use
    optional: bool = False

    def uses(self) -> Iterator[Use]:
        """What it runs."""
        yield self.run


@dataclass(frozen=True, eq=False)
class GroupModel:
    """Several tasks. ``parallel``: how many at a time; None: one after the other."""

    name: str
    place: Place
    tasks: Sequence[TaskModel]
    parallel: int | None = None
    optional: bool = False

    def uses(self) -> Iterator[Use]:
        """What is in its tasks, in order."""
        for task in self.tasks:
            yield from task.uses()


TaskModel: TypeAlias = ChainModel | RunModel | GroupModel


@dataclass(frozen=True, eq=False)
class PipelineModel:
    """A whole file. ``reporters``: None where the file does not say."""

    name: str
    tasks: Sequence[TaskModel]
    connections: Mapping[str, Use] = field(default_factory=dict)
    reporters: Sequence[Use] | None = None


def all_tasks(tasks: Sequence[TaskModel]) -> Iterator[TaskModel]:
    """Groups and tasks of the tree, in order."""
    for task in tasks:
        yield task
        if isinstance(task, GroupModel):
            yield from all_tasks(task.tasks)
