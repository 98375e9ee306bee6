"""Which of the plugins found may be imported at all: decided by names and versions, before anything is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from etl_host.registry import compatibility
from etl_host.registry.plugin import Plugin, normalise

DISABLED: Final = "ETL_HOST_PLUGINS_DISABLED"
ALLOWED: Final = "ETL_HOST_PLUGINS_ALLOWED"
FLAG: Final = "--disable-plugin"


@dataclass(frozen=True)
class Admission:
    """Who may be imported. Plugins are named by distribution or entry point, in any spelling of them.

    ``settings`` may hold lists of names, with commas or spaces between, in ``ETL_HOST_PLUGINS_DISABLED`` and
    ``ETL_HOST_PLUGINS_ALLOWED`` (set and empty: none). ``disabled`` and ``allowed`` (None: any) are further
    lists, each of which must let a plugin pass.
    """

    settings: Mapping[str, str]
    disabled: Collection[str] = ()
    allowed: Collection[str] | None = None

    def judge(self, plugins: Sequence[Plugin], version: str) -> None:
        """Set the states "disabled", "incompatible" (with host ``version``) and "conflict".

        ``plugins``: all of one entry-point group.
        """
        for plugin in plugins:
            if plugin.state == "found":
                self._disable(plugin)
            if plugin.state == "found":
                _compare(plugin, version)
        for plugin in plugins:
            # Over all of them, as the first of two in conflict is no longer "found" when the second's turn comes.
            rivals = [p for p in plugins if p.name == plugin.name and p.state in ("found", "conflict")]
            if plugin.state == "found" and len(rivals) > 1:
                plugin.becomes("conflict", *_conflict(plugin, {rival.distribution for rival in rivals}))

    def _disable(self, plugin: Plugin) -> None:
        names = plugin.answers_to
        if names & _normalised(self.disabled):
            plugin.becomes("disabled", f"named by {FLAG}", f"leave out {FLAG}")
        elif names & _listed(self.settings.get(DISABLED, "")):
            plugin.becomes("disabled", f"named in {DISABLED}", f"take it out of {DISABLED}")
        elif self.allowed is not None and not names & _normalised(self.allowed):
            plugin.becomes("disabled", "not among the plugins allowed", "allow it")
        elif ALLOWED in self.settings and not names & _listed(self.settings[ALLOWED]):
            plugin.becomes("disabled", f"not named in {ALLOWED}", f"add it to {ALLOWED}")


def _conflict(plugin: Plugin, owners: set[str]) -> tuple[str, str]:
    """The reason and the remedy."""
    if len(owners) == 1:
        reason = f"{plugin.distribution} has several plugins called {plugin.name}"
        return reason, f"pip install --upgrade {plugin.distribution}, or tell its author"
    reason = f"{' and '.join(sorted(owners))} have each a plugin called {plugin.name}"
    return reason, f"uninstall one, or disable it: {FLAG} {plugin.distribution}"


def _compare(plugin: Plugin, version: str) -> None:
    try:
        unmet = compatibility.objection(plugin.requires, version)
    except ValueError as error:
        reason = f"its Requires-Dist can't be read: {str(error).splitlines()[0]}"
        plugin.becomes("broken", reason, f"pip install --upgrade {plugin.distribution}", error=error)
        return
    if unmet:
        remedy = f"pip install --upgrade {plugin.distribution} etl-host"
        plugin.becomes("incompatible", f"needs {unmet}, this is etl-host {version}", remedy)


def _normalised(names: Collection[str]) -> set[str]:
    return {normalise(name) for name in names}


def _listed(text: str) -> set[str]:
    return _normalised(re.findall(r"[^\s,]+", text))
