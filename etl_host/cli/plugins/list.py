"""``etl-host list-plugins``: what is installed, and what became of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, get_args

import click

from etl_host.cli.host import Host
from etl_host.cli.options import epilog
from etl_host.cli.plugins.commands import commands_of
from etl_host.cli.plugins.records import command_record, listing, plugin_record, provides
from etl_host.core.visible import in_one_line
from etl_host.registry.plugin import Plugin
from etl_host.registry.spec import Kind

HEADINGS: Final = ("PLUGIN", "DISTRIBUTION", "VERSION", "STATE", "PROVIDES / REASON")

WORST_FIRST: Final = ("broken", "conflict", "incompatible", "disabled")


@click.command(
    "list-plugins",
    epilog=epilog(
        examples=[
            "etl-host list-plugins",
            "etl-host list-plugins --kind source --no-load",
            "etl-host list-plugins --requirements > requirements.txt",
        ]
    ),
)
@click.option("--json", "as_json", is_flag=True, help="Print all that is known, as JSON.")
@click.option("--no-load", is_flag=True, help="Import nothing; tell what is known without.")
@click.option(
    "--kind", type=click.Choice([*get_args(Kind), "command"]), help="Only those that bring, or may bring, one."
)
@click.option("--strict", is_flag=True, help="Exit with 1 unless each that is listed is ok, or found with --no-load.")
@click.option("--requirements", is_flag=True, help="Print a requirements file for pip, to install them elsewhere.")
@click.pass_context
def list_plugins(
    context: click.Context, as_json: bool, no_load: bool, kind: Kind | None, strict: bool, requirements: bool
) -> None:
    """List the plugins and their state.

    States: ok; found (not imported yet); disabled; incompatible (made for another version of etl-host);
    conflict (two of one name); broken.

    --json prints an object: schema (now 1; further fields don't raise it), host_version, plugins and
    commands. Each of these has name, distribution, version, module, summary, location, editable, state,
    reason, remedy, notes, printed (by its code, while it was imported) and seconds (that this took); a
    plugin also provides: names by kind, or null where only importing it can tell.
    """
    if requirements and as_json:
        raise click.UsageError("--json and --requirements exclude each other")
    host = Host.of(context)
    load = not no_load and not requirements
    if load:
        host.registry.load()
    plugins = [plugin for plugin in host.registry.plugins if kind is None or _may_have(plugin, kind)]
    commands = commands_of(host, load=load) if kind in (None, "command") else ()
    if requirements:
        lines = _requirements([*plugins, *commands])
    elif as_json:
        lines = [json.dumps(listing([*map(plugin_record, plugins)], [*map(command_record, commands)]), indent=2)]
    else:
        rows = [(plugin, _summary(plugin)) for plugin in plugins]
        lines = [*_table([*rows, *((command, f"command {command.name}") for command in commands)])]
    click.echo("\n".join(lines))
    if strict and not all(plugin.usable for plugin in [*plugins, *commands]):
        context.exit(1)


def _may_have(plugin: Plugin, kind: str) -> bool:
    offered = provides(plugin)
    return kind != "command" and (offered is None or kind in offered)


def _requirements(plugins: Iterable[Plugin]) -> list[str]:
    """A line for each distribution: whatever became of its plugins, it is installed."""
    lines = {}
    for plugin in plugins:
        version = f"=={plugin.version}" if plugin.version else ""
        lines[plugin.distribution] = f"-e {plugin.source}" if plugin.source else f"{plugin.distribution}{version}"
    return [lines[name] for name in sorted(lines)]


def _summary(plugin: Plugin) -> str:
    offered = provides(plugin)
    if offered is None:
        return "not known before it is loaded"
    return ", ".join(f"{kind} {name}" for kind, names in offered.items() for name in names) or "nothing"


def _table(rows: Sequence[tuple[Plugin, str]]) -> Iterator[str]:
    """A line each, those that can't be used last, each with its notes and remedy below; then how many there are."""
    if not rows:
        yield "none; the plugins of this project: pip install 'etl-host[standard]'"
        return
    rows = sorted(rows, key=lambda row: not row[0].usable)
    columns = [(p.name, p.distribution, p.version, p.state, text if p.usable else p.reason) for p, text in rows]
    cells = [tuple(map(in_one_line, row)) for row in columns]
    widths = [max(map(len, column)) for column in list(zip(HEADINGS, *cells, strict=True))[:-1]]
    indent = " " * (sum(widths) + 2 * len(widths))
    yield _line(HEADINGS, widths)
    for (plugin, _), row in zip(rows, cells, strict=True):
        yield _line(row, widths)
        yield from (f"{indent}note: {in_one_line(note)}" for note in plugin.notes)
        if plugin.remedy:
            yield f"{indent}next: {in_one_line(plugin.remedy)}"
    counts = Counter(plugin.state for plugin, _ in rows)
    worst = next((state for state in WORST_FIRST if state in counts), None)
    example = next((in_one_line(plugin.name) for plugin, _ in rows if plugin.state == worst), "NAME")
    more = f"more about the first that is {worst}" if worst else "the options of one"
    yield f"{', '.join(f'{count} {state}' for state, count in counts.items())}; {more}: etl-host plugin-info {example}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)]
    return "  ".join(padded).rstrip()
