"""Imports plugins and asks them what they offer; whatever one does, the host and the others go on."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pluggy

from etl_host.registry.hookspecs import PROJECT, Hooks
from etl_host.registry.importing import import_path
from etl_host.registry.plugin import Plugin
from etl_host.registry.shield import attempt
from etl_host.registry.spec import KINDS, Kind, ProcessorSpec
from etl_host.registry.suggestions import did_you_mean

SLOW: Final = 1.0
"""Seconds; a plugin whose module takes longer slows down every command that needs it."""


class Loader:
    """Our own loop, since pluggy's ends at the first plugin that fails.

    Each plugin has a manager of its own: pluggy compares plugins with ``==``, which is code of theirs.
    """

    def __init__(self) -> None:
        self._loaded: list[tuple[object, str]] = []

    def load(self, plugin: Plugin) -> None:
        """Import ``plugin`` if it is "found"; it is "ok" or "broken" then. Raises only KeyboardInterrupt."""
        if plugin.state != "found":
            return
        with attempt(plugin):
            module = import_path(plugin.value)
            plugin.specs = _ask(plugin, module, self._callers(plugin, module))
            plugin.becomes("ok")
        plugin.notes += _habits(plugin)

    def _callers(self, plugin: Plugin, module: object) -> dict[str, pluggy.HookCaller]:
        """What calls the hooks that ``module`` implements, those included that there are not."""
        if isinstance(module, type):
            raise TypeError(f"{plugin.value} is a class: the entry point must name a module or an instance")
        if other := next((name for known, name in self._loaded if known is module), None):
            raise ValueError(f"{plugin.value} is already loaded, as {other}")
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(Hooks)
        manager.register(module, str(plugin))
        self._loaded.append((module, str(plugin)))
        return {name: caller for name, caller in vars(manager.hook).items() if caller.get_hookimpls()}


def _ask(plugin: Plugin, module: object, callers: Mapping[str, pluggy.HookCaller]) -> dict[Kind, list[ProcessorSpec]]:
    if not callers:
        plugin.notes.append(f"{plugin.value} implements no hook")
    for name in sorted(callers.keys() - KINDS.keys()):
        plugin.notes.append(f"this host has no hook {name}: it is not called{_meant(name)}")
    for name in sorted(KINDS.keys() - callers.keys()):
        if callable(getattr(module, name, None)):
            plugin.notes.append(f"{name} is not marked @hookimpl: it is not called")
    return {
        kind: _checked(hook, implementation.function)
        for hook, kind in KINDS.items()
        if hook in callers
        for implementation in callers[hook].get_hookimpls()
    }


def _checked(hook: str, function: Callable[[], Any]) -> list[ProcessorSpec]:
    returned = function()
    try:
        specs = list(returned)
    except TypeError:
        raise TypeError(f"{hook} returned {returned!r}, not a list of ProcessorSpec") from None
    names = set()
    for spec in specs:
        if not isinstance(spec, ProcessorSpec):
            raise TypeError(f"{hook} returned {spec!r} in its list, which is no ProcessorSpec")
        if spec.name in names:
            raise ValueError(f"{hook} returned two called {spec.name}")
        names.add(spec.name)
    return specs


def _meant(hook: str) -> str:
    """What a misspelt hook may have meant; their common beginning would make all of them alike."""
    prefix = f"{PROJECT}_"
    hint = did_you_mean(hook.removeprefix(prefix), [known.removeprefix(prefix) for known in KINDS])
    return hint.replace('"', f'"{prefix}', 1)


def _habits(plugin: Plugin) -> Iterator[str]:
    """What its author should mend, though it works."""
    if plugin.printed:
        shown = textwrap.shorten(plugin.printed, 60, placeholder="…")
        yield f"prints when it is imported: {shown!r}"
    if plugin.seconds > SLOW:
        yield f"takes {plugin.seconds:.1f} s to import"
