"""The records of plugins as pages: for the terminal, and as Markdown for READMEs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from etl_host.cli.plugins.details import abilities
from etl_host.core.visible import in_one_line

Record = Mapping[str, Any]
HEADINGS: Final = ("OPTION", "TYPE", "DEFAULT", "MEANING")


def as_text(plugins: Sequence[Record], commands: Sequence[Record]) -> str:
    """For the terminal."""
    pages = ["\n".join(_about(plugin)) for plugin in plugins]
    pages += ["\n".join(_about(command)) for command in commands if not plugins]
    processors = [processor for plugin in plugins for processor in plugin["processors"]]
    pages += ["\n".join(_processor(processor)) for processor in processors]
    pages += [f"command {command['name']}: etl-host {command['name']} --help" for command in commands if plugins]
    return "\n\n".join(pages)


def as_markdown(plugins: Sequence[Record]) -> str:
    """A section for each processor."""
    processors = [processor for plugin in plugins for processor in plugin["processors"]]
    return "\n\n".join("\n".join(_section(processor)) for processor in processors)


def _about(plugin: Record) -> Iterator[str]:
    title = f"{plugin['name']} {plugin['version']}".rstrip()
    yield in_one_line(f"{title}: {plugin['summary']}" if plugin["summary"] else title)
    facts = [
        ("distribution", plugin["distribution"]),
        ("location", f"{plugin['location']} (editable)" if plugin["editable"] else plugin["location"]),
        ("module", plugin["module"]),
        ("state", ": ".join(filter(None, (plugin["state"], plugin["reason"])))),
        ("next", plugin["remedy"]),
        ("imported in", f"{plugin['seconds'] * 1000:.0f} ms" if plugin["state"] == "ok" else ""),
        *(("note", note) for note in plugin["notes"]),
    ]
    yield from (f"  {name:<12}  {in_one_line(fact)}" for name, fact in facts if fact)
    if plugin["state"] != "ok" and plugin.get("provides"):
        offered = ", ".join(f"{kind} {name}" for kind, names in plugin["provides"].items() for name in names)
        yield f"  {'would bring':<12}  {offered}"


def _processor(processor: Record) -> Iterator[str]:
    yield in_one_line(f"{processor['kind']} {processor['name']}: {processor['summary']}")
    if processor["error"]:
        yield f"  {in_one_line(processor['error'])}"
        yield f"  next: {in_one_line(processor['remedy'])}"
        return
    yield from (f"  {ability}" for ability in abilities(processor))
    options = processor["options"]
    if not options:
        yield "  no options"
        return
    cells = [_cells(option, option["default"] or "required") for option in options]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *cells, strict=True)]
    for row in (HEADINGS, *cells):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cells(option: Record, default: str) -> list[str]:
    return [in_one_line(cell) for cell in (option["name"], option["type"], default, option["meaning"])]


def _section(processor: Record) -> Iterator[str]:
    yield f"## {processor['kind'].capitalize()} `{processor['name']}`"
    yield ""
    yield " ".join([processor["summary"], *(f"{ability[0].upper()}{ability[1:]}." for ability in abilities(processor))])
    if not processor["options"]:
        return
    yield ""
    yield "| Option | Type | Default | Meaning |"
    yield "|---|---|---|---|"
    for option in processor["options"]:
        name, kind, default, meaning = _cells(option, f"`{option['default']}`")
        cells = (f"`{name}`", kind, "required" if option["required"] else default, meaning)
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
