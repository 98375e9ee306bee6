"""``etl-host plugin-info``: all about one plugin, with the options of its processors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from etl_host.cli.host import Host
from etl_host.cli.options import epilog
from etl_host.cli.plugins.commands import commands_of
from etl_host.cli.plugins.records import command_record, listing, plugin_record
from etl_host.registry.errors import UnknownPlugin
from etl_host.registry.loaded import LoadedSpec
from etl_host.registry.plugin import Plugin, normalise
from etl_host.registry.spec import KINDS
from etl_host.registry.suggestions import did_you_mean

if TYPE_CHECKING:
    from etl_host.registry.lookup import Registry


@click.command(
    "plugin-info",
    epilog=epilog(examples=["etl-host plugin-info csv", "etl-host plugin-info etl-host-neo4j --markdown"]),
)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print all that is known, as JSON.")
@click.option("--markdown", is_flag=True, help="Print tables of the options, for the README of a plugin.")
@click.pass_obj
def plugin_info(host: Host, name: str, as_json: bool, markdown: bool) -> None:
    """Show what a plugin offers, which options that has, and what became of the plugin.

    NAME is a plugin, its distribution, one of its processors or its command.

    --json prints the records of list-plugins --json, in which a plugin also has processors: each has kind,
    name, summary, stands_in_for, error, remedy, capabilities (name to true or false) and options, each with
    name, type, required, default and meaning.
    """
    if as_json and markdown:
        raise click.UsageError("--json and --markdown exclude each other")
    registry = host.registry
    registry.load()
    plugins, commands = _named(registry, commands_of(host, load=True), name)
    records = [plugin_record(plugin) | {"processors": _processors(plugin)} for plugin in plugins]
    others = [command_record(command) for command in commands]
    if as_json:
        text = json.dumps(listing(records, others), indent=2)
    else:
        from etl_host.cli.plugins.pages import as_markdown, as_text

        text = as_markdown(records) if markdown else as_text(records, others)
    click.echo(text)


def _named(registry: Registry, commands: Sequence[Plugin], name: str) -> tuple[list[Plugin], list[Plugin]]:
    """Plugins and commands of the distributions that ``name`` stands for. Raises UnknownPlugin."""
    wanted = normalise(name.partition("/")[0])
    everything = [*registry.plugins, *commands]
    owners = {plugin.distribution for plugin in everything if wanted in plugin.answers_to}
    owners = owners or {plugin.distribution for plugin in everything if wanted in map(normalise, _offered(plugin))}
    if not owners:
        known = {known for plugin in everything for known in [*plugin.answers_to, *_offered(plugin)]}
        raise UnknownPlugin(
            f'no plugin is called "{name}", nor is a processor of one{did_you_mean(name, known)}',
            remedy="etl-host list-plugins shows what is installed",
        )
    return (
        [plugin for plugin in registry.plugins if plugin.distribution in owners],
        [command for command in commands if command.distribution in owners],
    )


def _offered(plugin: Plugin) -> Iterator[str]:
    return (spec.name for kind in KINDS.values() for spec in plugin.offers(kind))


def _processors(plugin: Plugin) -> list[dict[str, Any]]:
    from etl_host.cli.plugins.details import details  # imports pydantic

    if plugin.state != "ok":
        return []
    return [details(LoadedSpec(kind, spec, plugin)) for kind in KINDS.values() for spec in plugin.offers(kind)]
