"""Commands that plugins bring."""

from __future__ import annotations

import click

from etl_host.registry.errors import unusable
from etl_host.registry.importing import import_path
from etl_host.registry.plugin import Plugin
from etl_host.registry.shield import attempt


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


def origin(plugin: Plugin) -> str:
    """What ``--help`` says about the command, without importing it: ``from etl-host-neo4j 1.0``."""
    state = "" if plugin.usable else f" ({plugin.state})"
    return f"from {plugin.distribution} {plugin.version}".rstrip() + state
