"""What the command line offers to its commands, the host's own and those of plugins."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, cast

import click

from etl_host.registry.errors import AmbiguousPlugin, UnknownPlugin
from etl_host.registry.lookup import Registry
from etl_host.registry.plugin import normalise
from etl_host.registry.suggestions import did_you_mean

if TYPE_CHECKING:
    from etl_host.core.connection import Connection
    from etl_host.core.context import ETLContext


class Host:
    """Registry, settings and contexts. A command gets it with ``@click.pass_obj``.

    ::

        @click.command()
        @click.argument("cypher")
        @click.option("--embedded", is_flag=True)
        @click.option("--connection", "connections", multiple=True, metavar="NAME=KIND")
        @click.pass_obj
        def query(host, cypher, embedded, connections):
            with host.context(connections, embedded=embedded) as context:
                neo4j = context.connection("neo4j", Neo4jConnection)

    ``settings``: environment variables.
    """

    def __init__(self, settings: Mapping[str, str] = os.environ) -> None:
        self.settings = settings
        self._disabled: tuple[str, ...] = ()

    @classmethod
    def of(cls, context: click.Context) -> Host:
        """The one of this call of the command line, made by whoever asks first."""
        return context.find_root().ensure_object(cls)

    @cached_property
    def registry(self) -> Registry:
        """The plugins, without those that ``--disable-plugin`` names.

        Raises UnknownPlugin where one of these isn't there.
        """
        registry = Registry(self.settings, disabled=self._disabled)
        for name in self._disabled:
            known = {known for plugin in [*registry.plugins, *registry.commands] for known in plugin.answers_to}
            if normalise(name) not in known:
                message = f'--disable-plugin: no plugin "{name}" is installed{did_you_mean(name, known)}'
                raise UnknownPlugin(message, remedy="etl-host list-plugins shows what is")
        return registry

    def disable(self, names: Iterable[str]) -> None:
        """Do without these plugins from now on."""
        self._disabled += tuple(names)
        self.__dict__.pop("registry", None)

    def connection_kinds(self, connections: Iterable[str] = (), *, embedded: bool = False) -> dict[str, str]:
        """The kind to be used for each connection that the user chose, by the connection's name.

        ``connections``: values of ``--connection``, each ``NAME=KIND``. ``embedded`` is short for ``neo4j=``
        and the kind that stands in for neo4j. Raises BadParameter for what can't be read, RegistryError
        where a kind can't be had.
        """
        kinds: dict[str, str] = {}
        for choice in [*connections, *([f"neo4j={self._stand_in('neo4j')}"] if embedded else [])]:
            name, _, kind = choice.partition("=")
            if not name or not kind:
                raise click.BadParameter(f'"{choice}" is not NAME=KIND, e.g. prod=neo4j', param_hint="--connection")
            if kinds.setdefault(name, kind) != kind:
                raise click.BadParameter(f"{name} can't be both {kinds[name]} and {kind}", param_hint="--connection")
            self.registry.lookup("connection", kind)
        return kinds

    def context(self, connections: Iterable[str] = (), *, embedded: bool = False) -> ETLContext:
        """A context over the settings, in which connections are of the kinds chosen; none is open yet.

        Arguments and errors are those of ``connection_kinds``; and ConnectionMissing where the settings
        don't say enough for one of them.
        """
        from etl_host.core.context import ETLContext  # --help does without

        made: dict[str, Connection] = {}
        for name, kind in self.connection_kinds(connections, embedded=embedded).items():
            connection = cast("type[Connection]", self.registry.lookup("connection", kind).target())
            made[name] = connection.from_settings(self.settings, name)
        return ETLContext(self.settings, connections=made)

    def _stand_in(self, name: str) -> str:
        kinds = [offer.spec.name for offer in self.registry.standing_in(name)]
        if len(kinds) > 1:
            choices = " or ".join(f"--connection {name}={kind}" for kind in kinds)
            raise AmbiguousPlugin(f"{' and '.join(kinds)} stand in for {name}", remedy=f"choose: {choices}")
        return kinds[0]
