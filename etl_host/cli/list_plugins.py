"""``etl-host list-plugins``: what is installed, and what became of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import click

from etl_host.cli import COMMANDS
from etl_host.cli.host import Host
from etl_host.cli.plugin_commands import load_command
from etl_host.registry.discovery import host_version
from etl_host.registry.errors import RegistryError
from etl_host.registry.plugin import Plugin
from etl_host.registry.spec import KINDS

HEADINGS = ("PLUGIN", "DISTRIBUTION", "VERSION", "STATE", "PROVIDES / REASON")


@click.command("list-plugins")
@click.option("--json", "as_json", is_flag=True, help="Print all that is known, as JSON.")
@click.option("--no-load", is_flag=True, help="Import nothing; tell what is known without.")
@click.pass_obj
def list_plugins(host: Host, as_json: bool, no_load: bool) -> None:
    """List the plugins and their state.

    States: ok; found (not imported yet); disabled; incompatible (made for another version of etl-host);
    conflict (two of one name); broken.
    """
    plugins, commands = host.registry.plugins, host.registry.commands
    for command in commands:
        if command.name in COMMANDS:
            command.notes.append(f"never called, as etl-host has a command {command.name} itself")
        elif not no_load:
            _load(command)
    if not no_load:
        host.registry.load()
    if as_json:
        listing = {
            "schema": 1,
            "host_version": host_version(),
            "plugins": [_as_dict(plugin) | {"provides": _offers(plugin)} for plugin in plugins],
            "commands": [_as_dict(command) for command in commands],
        }
        click.echo(json.dumps(listing, indent=2))
    else:
        rows = [(plugin, _summary(plugin)) for plugin in plugins]
        rows += [(command, f"command {command.name}") for command in commands]
        click.echo("\n".join(_table(rows)))


def _load(command: Plugin) -> None:
    with suppress(RegistryError):  # its record says why
        load_command(command)


def _offers(plugin: Plugin) -> dict[str, list[str]] | None:
    if plugin.specs is None:
        return None
    return {kind: [spec.name for spec in plugin.offers(kind)] for kind in KINDS.values() if plugin.offers(kind)}


def _as_dict(plugin: Plugin) -> dict[str, Any]:
    keys = (
        "name",
        "distribution",
        "version",
        "summary",
        "location",
        "state",
        "reason",
        "remedy",
        "notes",
        "printed",
    )
    return {key: getattr(plugin, key) for key in keys} | {"seconds": round(plugin.seconds, 6)}


def _summary(plugin: Plugin) -> str:
    offers = _offers(plugin)
    if offers is None:
        return "not known before it is loaded"
    return ", ".join(f"{kind} {name}" for kind, names in offers.items() for name in names) or "nothing"


def _table(rows: Sequence[tuple[Plugin, str]]) -> Iterable[str]:
    """A line each, those that can't be used last, each with its notes and remedy below; then how many there are."""
    rows = sorted(rows, key=lambda row: not row[0].usable)
    cells = [(p.name, p.distribution, p.version, p.state, text if p.usable else p.reason) for p, text in rows]
    widths = [max(map(len, column)) for column in list(zip(HEADINGS, *cells, strict=True))[:-1]]
    indent = " " * (sum(widths) + 2 * len(widths))
    yield _line(HEADINGS, widths)
    for (plugin, _), row in zip(rows, cells, strict=True):
        yield _line(row, widths)
        yield from (f"{indent}note: {note}" for note in plugin.notes)
        if plugin.remedy:
            yield f"{indent}next: {plugin.remedy}"
    counts = Counter(plugin.state for plugin, _ in rows)
    yield ", ".join(f"{count} {state}" for state, count in counts.items()) or "no plugins are installed"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)]
    return "  ".join(padded).rstrip()
