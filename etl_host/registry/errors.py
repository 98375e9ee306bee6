"""Why a name in a pipeline, or on the command line, stands for nothing that can be used."""

from __future__ import annotations

from typing import Final

from etl_host.core.errors import EtlHostError, ExitCode
from etl_host.registry.plugin import Plugin, State


class RegistryError(EtlHostError):
    """A plugin is missing, or there and of no use. Nothing was read or written."""

    code = "wrong-plugin"
    exit_code = ExitCode.USAGE


class UnknownPlugin(RegistryError):
    """No plugin that is installed has this name, or offers such a processor."""

    code = "unknown-plugin"


class AmbiguousPlugin(RegistryError):
    """Several plugins offer a processor of this name."""

    code = "ambiguous-plugin"


class DisabledPlugin(RegistryError):
    """The plugin is installed, but disabled or not allowed."""

    code = "disabled-plugin"


class IncompatiblePlugin(RegistryError):
    """The plugin was made for another version of the host."""

    code = "incompatible-plugin"


class ConflictingPlugins(RegistryError):
    """Two distributions have a plugin of this name."""

    code = "conflicting-plugins"


class BrokenPlugin(RegistryError):
    """The plugin can't be imported, or does not return what its hooks must."""

    code = "broken-plugin"


_OF_STATE: Final[dict[State, type[RegistryError]]] = {
    "disabled": DisabledPlugin,
    "incompatible": IncompatiblePlugin,
    "conflict": ConflictingPlugins,
    "broken": BrokenPlugin,
}


def unusable(plugin: Plugin, wanted: str) -> RegistryError:
    """Make the error that says why ``wanted`` (``source "csv"``), which is in ``plugin``, can't be used."""
    adjective = "in conflict" if plugin.state == "conflict" else plugin.state
    error = _OF_STATE[plugin.state](
        f"{wanted} can't be used: {plugin} is {adjective}: {plugin.reason}", remedy=plugin.remedy or None
    )
    error.__cause__ = plugin.error
    return error
