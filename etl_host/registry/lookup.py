"""From a name in a pipeline to a processor: the one object through which the rest of the host sees plugins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from etl_host.registry.admission import Admission
from etl_host.registry.declared import declared_specs
from etl_host.registry.discovery import COMMANDS, PLUGINS, find, host_version
from etl_host.registry.loaded import LoadedSpec
from etl_host.registry.missing import ambiguous, missing, nothing_stands_in, unknown_distribution
from etl_host.registry.plugin import Plugin, normalise
from etl_host.registry.spec import Kind, ProcessorSpec

if TYPE_CHECKING:
    from etl_host.registry.loader import Loader


class Registry:
    """The plugins that are installed: found once, each loaded when it is needed.

    ``settings``, ``disabled`` and ``allowed`` say which may be imported: see ``Admission``.

    A lookup imports the plugins that declare the name in their source, and no others. Where a plugin does
    not declare what it offers (see ``declared.py``) only importing it tells, so that any lookup does, save
    one qualified with another distribution. Thus two plugins with one name are always noticed, and no order
    among plugins decides anything.

    Not for several threads at once.
    """

    def __init__(
        self,
        settings: Mapping[str, str] | None = None,
        *,
        disabled: Collection[str] = (),
        allowed: Collection[str] | None = None,
    ) -> None:
        self._admission = Admission(settings or {}, disabled, allowed)

    @cached_property
    def plugins(self) -> Sequence[Plugin]:
        """All plugins by name, whatever became of them; nothing of theirs is imported."""
        for plugin in self._found[PLUGINS]:
            plugin.specs = declared_specs(plugin.value)
        return self._found[PLUGINS]

    @property
    def commands(self) -> Sequence[Plugin]:
        """The subcommands of plugins by name, the record's ``value`` being the command; none is imported.

        They are disabled and allowed by the names of their distribution's plugins, too.
        """
        return self._found[COMMANDS]

    def lookup(self, kind: Kind, name: str) -> LoadedSpec:
        """Load the plugin that has the ``kind`` called ``name``, or ``etl-host-csv/csv`` where several do.

        Raises UnknownPlugin, AmbiguousPlugin, or what became of the plugin that has it: DisabledPlugin,
        IncompatiblePlugin, ConflictingPlugins, BrokenPlugin.
        """
        distribution, slash, bare = name.rpartition("/")
        plugins = self.plugins
        if slash:
            plugins = [plugin for plugin in plugins if plugin.distribution == normalise(distribution)]
            if not plugins:
                raise unknown_distribution(kind, name, self.plugins)
        offers = self._matching(plugins, kind, lambda spec: spec.name == bare)
        if len(offers) > 1:
            raise ambiguous(kind, name, offers)
        if not offers:
            raise missing(kind, name, plugins)
        return offers[0]

    def specs(self, kind: Kind) -> list[LoadedSpec]:
        """Load all plugins, and return what they have of ``kind``, by name; those that fail are left out."""
        self.load()
        offers = self._matching(self.plugins, kind, lambda spec: True)
        return sorted(offers, key=lambda offer: (offer.spec.name, offer.plugin.distribution))

    def standing_in(self, name: str) -> list[LoadedSpec]:
        """Load the kinds of connection that stand in for kind ``name``, at least one.

        Raises UnknownPlugin where there is none, or what became of the plugin that has it.
        """
        offers = self._matching(self.plugins, "connection", lambda spec: spec.stands_in_for == name)
        if not offers:
            raise nothing_stands_in(name, self.plugins)
        return offers

    def load(self) -> None:
        """Import every plugin that may be."""
        for plugin in self.plugins:
            self._loader.load(plugin)

    def _matching(
        self, plugins: Sequence[Plugin], kind: Kind, fits: Callable[[ProcessorSpec], bool]
    ) -> list[LoadedSpec]:
        """Load the plugins that may have what fits, and return it."""
        offers = []
        for plugin in plugins:
            if plugin.specs is None or any(map(fits, plugin.offers(kind))):
                self._loader.load(plugin)
            if plugin.state == "ok":
                offers += [LoadedSpec(kind, spec, plugin) for spec in plugin.offers(kind) if fits(spec)]
        return offers

    @cached_property
    def _found(self) -> dict[str, list[Plugin]]:
        found = find(PLUGINS, COMMANDS)
        for command in found[COMMANDS]:
            siblings = (plugin for plugin in found[PLUGINS] if plugin.distribution == command.distribution)
            command.answers_to = command.answers_to.union(*(plugin.answers_to for plugin in siblings))
        for plugins in found.values():
            self._admission.judge(plugins, host_version())
        return found

    @cached_property
    def _loader(self) -> Loader:
        from etl_host.registry.loader import Loader  # imports pluggy, which only a plugin needs

        return Loader()
