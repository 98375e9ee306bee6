"""The options that every command takes, before or behind its name, and what stands below them in its help."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import click
from click.shell_completion import CompletionItem

TRACEBACK: Final = "etl_host.traceback"
"""Key in ``Context.meta``: whether errors are shown with their traceback."""

EXIT_CODES: Final = (
    "0  all rows are loaded",
    "1  failed: an input, a query, the database",
    "2  the file, an option, a plugin or the environment is wrong",
    "3  done, but rows were rejected, or an optional task failed",
    "4  more rows were rejected than may be",
    "5  interrupted; the same command goes on",
    "6  another process works on this pipeline, or has taken over",
)
"""What a run exits with, for ``epilog``."""


def epilog(**sections: Sequence[str]) -> str:
    """What a command's help shows below its options, line by line as it is given::

    @click.command(epilog=epilog(examples=["etl-host run pipeline.yaml"], exit_codes=EXIT_CODES))
    """
    titles = {name: name.replace("_", " ").capitalize() for name in sections}
    blocks = [
        "\n".join(["\b", f"{titles[name]}:", *(f"  {line}" for line in lines)]) for name, lines in sections.items()
    ]
    return "\n\n".join(blocks)


def common_options() -> list[click.Option]:
    """``--disable-plugin`` and ``--traceback``; neither is passed to the command."""
    return [
        click.Option(
            ["--disable-plugin"],
            metavar="NAME",
            multiple=True,
            # Eager, so that `--disable-plugin neo4j --help` no longer shows what it brings.
            is_eager=True,
            expose_value=False,
            callback=_disable,
            shell_complete=_complete_plugins,
            help="Do as if a plugin could not be used; named by itself or its distribution. Repeatable.",
        ),
        click.Option(
            ["--traceback"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_traceback,
            help="Show where in the code an error comes from.",
        ),
    ]


def add_common_options(command: click.Command) -> None:
    """Give them to ``command`` and its subcommands, save where it has an option of that name itself."""
    taken = {name for parameter in command.params for name in parameter.opts}
    command.params += [option for option in common_options() if not taken & set(option.opts)]
    if isinstance(command, click.Group):
        for subcommand in command.commands.values():
            add_common_options(subcommand)


def version_option() -> click.Option:
    """``--version``."""
    return click.Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_version,
        help="Show the version and exit.",
    )


def _disable(context: click.Context, _option: click.Parameter, names: tuple[str, ...]) -> None:
    if names:
        from etl_host.cli.host import Host

        Host.of(context).disable(names)


def _complete_plugins(context: click.Context, option: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from etl_host.cli.completing import plugins

    return plugins(context, option, incomplete)


def _show_traceback(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        context.meta[TRACEBACK] = True


def _show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from etl_host.registry.discovery import HOST, host_version

        click.echo(f"{HOST} {host_version()}")
        context.exit()
