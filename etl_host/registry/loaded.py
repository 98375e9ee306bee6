"""What a lookup gives: a processor's spec together with the plugin that it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from etl_host.registry.errors import BrokenPlugin
from etl_host.registry.plugin import Plugin
from etl_host.registry.shield import describe, listening, remedy_for
from etl_host.registry.spec import Kind, ProcessorSpec


@dataclass(frozen=True)
class LoadedSpec:
    """One processor of a plugin that is loaded; its class isn't imported yet."""

    kind: Kind
    spec: ProcessorSpec
    plugin: Plugin

    @property
    def qualified(self) -> str:
        """The name that no other plugin can have: ``etl-host-csv/csv``."""
        return f"{self.plugin.distribution}/{self.spec.name}"

    def target(self) -> Callable[..., Any]:
        """The class, imported now if it isn't yet. Raises BrokenPlugin where that fails."""
        try:
            with listening(self.plugin):
                return self.spec.load()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: a plugin may not end the host
            wanted = f'{self.kind} "{self.spec.name}"'
            message = f"{wanted} of {self.plugin} can't be imported: {describe(error)}"
            raise BrokenPlugin(message, remedy=remedy_for(error, self.plugin)) from error
