"""The options of commands that work with a pipeline file: which file, which of its tasks, with what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

import click

from etl_host.cli.completing import PipelineFile, tasks_of_file
from etl_host.cli.host import Host

if TYPE_CHECKING:
    from etl_host.pipeline import Pipeline

F = TypeVar("F", bound=Callable[..., Any])


class Chosen(TypedDict):
    """What ``pipeline_options`` passes to a command."""

    file: Path
    embedded: bool
    parameters: dict[str, str]
    tasks: tuple[str, ...]
    connections: tuple[str, ...]


def pipeline_options(command: F) -> F:
    """Give ``command`` the argument FILE, ``--embedded``, ``--set``, ``--task`` and ``--connection``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def pipeline_of(host: Host, chosen: Chosen, **more: Any) -> Pipeline:
    """The pipeline that was chosen; ``more``: further arguments of ``Pipeline.from_file``.

    Raises PipelineError with all that is wrong with it, RegistryError and BadParameter.
    """
    from etl_host.pipeline import Pipeline  # imports pydantic

    return Pipeline.from_file(
        chosen["file"],
        settings=host.settings,
        parameters=chosen["parameters"],
        registry=host.registry,
        connections=host.connection_kinds(chosen["connections"], embedded=chosen["embedded"]),
        tasks=chosen["tasks"],
        **more,
    )


def _parameters(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for setting in given:
        name, equals, value = setting.partition("=")
        if not name or not equals:
            raise click.BadParameter(f'"{setting}" is not NAME=VALUE, e.g. region=cairns')
        if name in parameters:
            raise click.BadParameter(f"{name} is set twice")
        parameters[name] = value
    return parameters


embedded_option = click.option(
    "--embedded", is_flag=True, help="Use an embedded graph in this folder, instead of a Neo4j."
)
set_option = click.option(
    "--set",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_parameters,
    help="Set a parameter of the pipeline. Repeatable.",
)
connection_option = click.option(
    "--connection",
    "connections",
    multiple=True,
    metavar="NAME=KIND",
    help="Use another kind of connection. Repeatable.",
)
_OPTIONS = (
    click.argument("file", type=PipelineFile()),
    embedded_option,
    set_option,
    click.option(
        "--task",
        "tasks",
        multiple=True,
        metavar="NAME",
        shell_complete=tasks_of_file,
        help="Only this task or group. Repeatable.",
    ),
    connection_option,
)
