"""The records of plugins as pages: for the terminal, and as Markdown for READMEs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from etl_host.cli.processor_details import abilities

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
    yield f"{plugin['name']} {plugin['version']}".rstrip() + (f": {plugin['summary']}" if plugin["summary"] else "")
    facts = [
        ("distribution", plugin["distribution"]),
        ("location", f"{plugin['location']} (editable)" if plugin["editable"] else plugin["location"]),
        ("module", plugin["module"]),
        ("state", ": ".join(filter(None, (plugin["state"], plugin["reason"])))),
        ("next", plugin["remedy"]),
        ("imported in", f"{plugin['seconds'] * 1000:.0f} ms" if plugin["state"] == "ok" else ""),
        *(("note", note) for note in plugin["notes"]),
    ]
    yield from (f"  {name:<12}  {fact}" for name, fact in facts if fact)
    if plugin["state"] != "ok" and plugin.get("provides"):
        offered = ", ".join(f"{kind} {name}" for kind, names in plugin["provides"].items() for name in names)
        yield f"  {'would bring':<12}  {offered}"


def _processor(processor: Record) -> Iterator[str]:
    yield f"{processor['kind']} {processor['name']}: {processor['summary']}"
    if processor["error"]:
        yield f"  {processor['error']}"
        yield f"  next: {processor['remedy']}"
        return
    yield from (f"  {ability}" for ability in abilities(processor))
    options = processor["options"]
    if not options:
        yield "  no options"
        return
    cells = [[option["name"], option["type"], option["default"] or "required", option["meaning"]] for option in options]
    widths = [max(map(len, column)) for column in zip(HEADINGS, *cells, strict=True)]
    for row in (HEADINGS, *cells):
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


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
        default = "required" if option["required"] else f"`{option['default']}`"
        cells = (f"`{option['name']}`", option["type"], default, option["meaning"])
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
