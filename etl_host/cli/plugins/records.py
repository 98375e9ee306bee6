"""What ``list-plugins`` and ``plugin-info`` say about a plugin, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from etl_host.registry.discovery import host_version
from etl_host.registry.plugin import Plugin
from etl_host.registry.spec import KINDS

SCHEMA: Final = 1
"""Goes up when a field is renamed, removed or means something else; not when one is added."""


def listing(plugins: Sequence[dict[str, Any]], commands: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The object around all records."""
    return {"schema": SCHEMA, "host_version": host_version(), "plugins": plugins, "commands": commands}


def plugin_record(plugin: Plugin) -> dict[str, Any]:
    """A plugin, and in ``provides`` the names of what it offers, by kind; null where only loading it can tell."""
    return command_record(plugin) | {"provides": provides(plugin)}


def command_record(plugin: Plugin) -> dict[str, Any]:
    """A command of a plugin."""
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "module": plugin.value,
        "summary": plugin.summary,
        "location": plugin.location,
        "editable": bool(plugin.source),
        "state": plugin.state,
        "reason": plugin.reason,
        "remedy": plugin.remedy,
        "notes": plugin.notes,
        "printed": plugin.printed,
        "seconds": round(plugin.seconds, 6),
    }


def provides(plugin: Plugin) -> dict[str, list[str]] | None:
    """The names of what it offers, by kind; None where that isn't known."""
    if plugin.specs is None:
        return None
    return {kind: [spec.name for spec in plugin.offers(kind)] for kind in KINDS.values() if plugin.offers(kind)}
