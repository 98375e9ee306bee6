"""Commands that plugins bring."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from etl_host.cli import COMMANDS
from etl_host.core.visible import in_one_line
from etl_host.registry.errors import RegistryError, unusable
from etl_host.registry.importing import import_path
from etl_host.registry.plugin import Plugin
from etl_host.registry.shield import attempt

if TYPE_CHECKING:
    from etl_host.cli.host import Host


def load_command(plugin: Plugin) -> click.Command:
    """Import the command of ``plugin``. Raises the RegistryError that says why it can't be used."""
    if plugin.usable:
        with attempt(plugin):
            command = import_path(plugin.value)
            if not isinstance(command, click.Command):
                raise TypeError(f"{plugin.value} is {command!r}, not a click.Command")
            plugin.becomes("ok")
            return command
    raise unusable(plugin, f'command "{plugin.name}"')


def commands_of(host: Host, *, load: bool) -> Sequence[Plugin]:
    """The commands of plugins, each with what became of it; imported if ``load``, but for those never called."""
    for command in host.registry.commands:
        if command.name in COMMANDS:
            command.notes.append(f"never called, as etl-host has a command {command.name} itself")
        elif load:
            with suppress(RegistryError):
                load_command(command)
    return host.registry.commands


def origin(plugin: Plugin) -> str:
    """What ``--help`` says about the command, without importing it: ``from etl-host-neo4j 1.0``."""
    state = "" if plugin.usable else f" ({plugin.state})"
    return in_one_line(f"from {plugin.distribution} {plugin.version}".rstrip() + state)
