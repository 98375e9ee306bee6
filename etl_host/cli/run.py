"""``etl-host run``: load what a pipeline file says."""

from __future__ import annotations

import json
import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl_host.cli.errors import message_of
from etl_host.cli.host import Host
from etl_host.cli.options import TRACEBACK
from etl_host.cli.stopping import stopping

if TYPE_CHECKING:
    from etl_host.core.summary import RunSummary, TaskSummary

LEVELS = ("debug", "info", "warning", "error")


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


def _writable(_context: click.Context, _option: click.Parameter, file: str | None) -> str | None:
    if file not in (None, "-") and not Path(file).absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {Path(file).absolute().parent}")
    return file


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--embedded", is_flag=True, help="Load into an embedded graph in this folder, instead of a Neo4j.")
@click.option(
    "--set",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_parameters,
    help="Set a parameter of the pipeline. Repeatable.",
)
@click.option("--task", "tasks", multiple=True, metavar="NAME", help="Run only this task or group. Repeatable.")
@click.option("--batch-size", type=click.IntRange(min=1), metavar="N", help="Rows in a batch, whatever the file says.")
@click.option("--restart", is_flag=True, help="Give up an unfinished run and begin again: its rows are loaded again.")
@click.option("--rejects-dir", type=click.Path(path_type=Path), metavar="DIR", help="Where rows that are rejected go.")
@click.option(
    "--summary-json", metavar="FILE", callback=_writable, help='Write how it ended to a file, as JSON; "-" is stdout.'
)
@click.option(
    "--connection",
    "connections",
    multiple=True,
    metavar="NAME=KIND",
    help="Use another kind of connection. Repeatable.",
)
@click.option("--report", "reporters", multiple=True, metavar="NAME", help="One more reporter. Repeatable.")
@click.option("--log-level", type=click.Choice(LEVELS), default="warning", help="What the log on stderr tells.")
@click.option("--quiet", is_flag=True, help="Show no progress and no summary, only errors.")
@click.pass_context
def run(
    context: click.Context,
    file: Path,
    embedded: bool,
    parameters: dict[str, str],
    tasks: tuple[str, ...],
    batch_size: int | None,
    restart: bool,
    rejects_dir: Path | None,
    summary_json: str | None,
    connections: tuple[str, ...],
    reporters: tuple[str, ...],
    log_level: str,
    quiet: bool,
) -> None:
    """Load what the pipeline FILE says, each row exactly once.

    A run that was interrupted goes on where it stopped when the same command is started again.

    Exit codes: 0 all rows loaded; 1 failed; 2 the file, an option or the environment is wrong; 3 done, some
    rows rejected or an optional task failed; 5 interrupted; 6 another process works on this pipeline.
    """
    from etl_host.pipeline import Pipeline  # imports pydantic

    logging.basicConfig(level=log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    host = Host.of(context)
    pipeline = Pipeline.from_file(
        file,
        settings=host.settings,
        parameters=parameters,
        registry=host.registry,
        connections=host.connection_kinds(connections, embedded=embedded),
        batch_size=batch_size,
        tasks=tasks,
        reporters=reporters,
        quiet=quiet,
    )
    with stopping() as stop:
        summary = pipeline.attempt(restart=restart, rejects_dir=rejects_dir, stop=stop)
    if summary_json:
        _write(summary, summary_json)
    _show_errors(summary, traced=TRACEBACK in context.meta)
    context.exit(summary.exit_code)


def _write(summary: RunSummary, file: str) -> None:
    text = json.dumps(summary.as_dict(), indent=2)
    try:
        if file == "-":
            click.echo(text)
        else:
            Path(file).write_text(text + "\n", encoding="utf-8")
    except BrokenPipeError:
        raise
    except OSError as error:  # the load has ended as it has, and the exit code must say so
        click.echo(f"the summary can't be written to {file}: {error.strerror}", err=True)


def _show_errors(summary: RunSummary, *, traced: bool) -> None:
    """On stderr, and last, as that is what stays on the screen."""
    failed = [task for task in summary.tasks if task.error is not None]
    errors = [*(task.error for task in failed), summary.error]
    for error in errors:
        if traced and error is not None:
            click.echo("".join(traceback.format_exception(error)), err=True)
    for task in failed:
        click.echo(_failure(task), err=True)
    if summary.error is not None:
        click.echo(message_of(summary.error), err=True)


def _failure(task: TaskSummary) -> str:
    """What and where, what is committed, how to go on."""
    assert task.error is not None
    what, *how = message_of(task.error).split("\n")
    return "\n".join([f"{task.name}: {what}", f"  committed: {task.balance.read:,} rows", *how])
