"""The commands, by what they tell of themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from docs.listings.markdown import block, code, escaped, table
from etl_host.cli import main
from etl_host.cli.options import common_options

_EVERYWHERE = {"help", *(option.name for option in common_options())}


def command_line() -> str:
    """A section for each command, and before them one for what comes before a command."""
    context = click.Context(main, info_name="etl-host")
    return "\n\n".join(_sections(main, context))


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    yield f"## {context.command_path}"
    yield block("text", command.get_usage(context).removeprefix("Usage: "))
    yield from _told(command.help)
    params = [param for param in command.get_params(context) if command is main or param.name not in _EVERYWHERE]
    options = [record for record in map(_option, params) if record]
    if options:
        yield table(["Option", "Does"], options)
    yield from _told(command.epilog)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None, f"the command {name} can't be loaded"
            yield from _sections(found, click.Context(found, parent=context, info_name=name))


def _told(text: str | None) -> Iterator[str]:
    """Paragraphs; those that click leaves as they are, marked by a backspace, as blocks."""
    for paragraph in inspect.cleandoc(text or "").split("\n\n"):
        if paragraph.startswith("\b"):
            yield block("text", paragraph.removeprefix("\b"))
        elif paragraph:
            yield escaped(" ".join(paragraph.split()))


def _option(parameter: click.Parameter) -> list[str] | None:
    """Its names with what they take, and what it does; None for an argument, which the usage names."""
    if not isinstance(parameter, click.Option) or parameter.hidden:
        return None
    context = click.Context(click.Command("any"))
    names, does = parameter.get_help_record(context) or ("", "")
    return [code(names), escaped(does)]
