"""The hooks that a plugin may implement, each called once, when the plugin is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

import pluggy

from etl_host.registry.spec import ProcessorSpec

PROJECT: Final = "etl_host"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function of a plugin as the implementation of the hook of the same name."""


class Hooks(Protocol):
    """A plugin module implements those that it needs, as functions without arguments, marked ``@hookimpl``.

    Where a hook is one ``return [ProcessorSpec(…), …]`` with nothing but literals, what it offers is known
    without importing the plugin (see ``declared.py``).
    """

    @hookspec
    def etl_host_sources(self) -> Iterable[ProcessorSpec]:
        """Sources, which read rows: the first links of chains. Targets are subclasses of ``Source``."""
        ...

    @hookspec
    def etl_host_validators(self) -> Iterable[ProcessorSpec]:
        """Validators, which check, change or drop rows. Targets are subclasses of ``Validator``."""
        ...

    @hookspec
    def etl_host_sinks(self) -> Iterable[ProcessorSpec]:
        """Sinks, which write rows. Targets are subclasses of ``Sink``."""
        ...

    @hookspec
    def etl_host_reporters(self) -> Iterable[ProcessorSpec]:
        """Reporters, which are told how a run goes. Targets are subclasses of ``Reporter``."""
        ...

    @hookspec
    def etl_host_connections(self) -> Iterable[ProcessorSpec]:
        """Connections, which several processors share. Targets are as ``Connection`` says."""
        ...

    @hookspec
    def etl_host_tasks(self) -> Iterable[ProcessorSpec]:
        """Tasks, which stand under ``run:`` in a pipeline file. Targets are subclasses of ``Task``."""
        ...
