from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
import pytest

from etl_host.cli.host import Host
from etl_host.core.errors import ConnectionMissing
from etl_host.registry.errors import AmbiguousPlugin, BrokenPlugin, DisabledPlugin, UnknownPlugin
from plugin_folder import PluginFolder, offering

CONNECTIONS = """
    from etl_host import ConnectionMissing

    class Graph:
        def __init__(self, name, uri):
            self.name, self.uri, self.closed = name, uri, 0

        @classmethod
        def from_settings(cls, settings, name):
            if "GRAPH_URI" not in settings:
                raise ConnectionMissing("GRAPH_URI is not set")
            return cls(name, settings["GRAPH_URI"])

        def close(self):
            self.closed += 1
"""


def host_with(folder: PluginFolder, *plugins: str, **settings: str) -> Host:
    """A host on which the plugins named have a connection each, of their name, which stands in for neo4j."""
    folder.module("made_up.graph", CONNECTIONS)
    for name in plugins:
        source = offering(f"connection {name}").replace("no.where:Nothing", "made_up.graph:Graph")
        folder.plugin(name, source.replace('a test."', 'a test.", stands_in_for="neo4j"'))
    return Host(settings | {"ETL_HOST_PLUGINS_ALLOWED": ",".join(plugins)})


def test_there_is_one_host_to_a_call_and_one_registry_to_a_host() -> None:
    with (
        click.Context(click.Command("outer")) as outer,
        click.Context(click.Command("inner"), parent=outer) as inner,
    ):
        host = Host.of(inner)
        assert Host.of(outer) is host
        assert host.registry is host.registry


def test_what_is_disabled_later_is_disabled_all_the_same(folder: PluginFolder) -> None:
    host = host_with(folder, "near")
    assert host.registry.lookup("connection", "near").plugin.state == "ok"
    host.disable(["near"])
    with pytest.raises(DisabledPlugin):
        host.registry.lookup("connection", "near")


def test_connections_are_chosen_by_name_and_kind(folder: PluginFolder) -> None:
    host = host_with(folder, "near", "far")
    assert host.connection_kinds(["prod=near", "neo4j=far"]) == {"prod": "near", "neo4j": "far"}
    assert host.connection_kinds([]) == {}


def test_embedded_is_the_connection_that_stands_in_for_neo4j(folder: PluginFolder) -> None:
    assert host_with(folder, "near").connection_kinds(embedded=True) == {"neo4j": "near"}


def test_embedded_goes_with_other_connections_and_with_the_same(folder: PluginFolder) -> None:
    host = host_with(folder, "near")
    kinds = {"prod": "near", "neo4j": "near"}
    assert host.connection_kinds(["prod=near", "neo4j=near"], embedded=True) == kinds


@pytest.mark.parametrize("choice", ["near", "=near", "neo4j=", "="])
def test_a_choice_that_is_not_name_and_kind_is_refused(folder: PluginFolder, choice: str) -> None:
    with pytest.raises(click.BadParameter, match="is not NAME=KIND"):
        host_with(folder, "near").connection_kinds([choice])


def test_a_connection_cannot_be_of_two_kinds(folder: PluginFolder) -> None:
    host = host_with(folder, "near", "far")
    with pytest.raises(click.BadParameter, match="prod can't be both near and far"):
        host.connection_kinds(["prod=near", "prod=far"])


def test_a_kind_that_is_unknown_is_refused_with_the_nearest(folder: PluginFolder) -> None:
    with pytest.raises(UnknownPlugin, match=r'connection "naer", did you mean "near"\?'):
        host_with(folder, "near").connection_kinds(["prod=naer"])


def test_where_what_stands_in_is_disabled_embedded_is_refused(folder: PluginFolder) -> None:
    host = host_with(folder, "near")
    host.disable(["near"])
    with pytest.raises(DisabledPlugin, match='a connection in place of "neo4j" can\'t be used'):
        host.connection_kinds(embedded=True)


def test_where_several_stand_in_the_user_must_choose(folder: PluginFolder) -> None:
    host = host_with(folder, "near", "far")
    with pytest.raises(AmbiguousPlugin, match="far and near stand in for neo4j") as caught:
        host.connection_kinds(embedded=True)
    assert caught.value.remedy == "choose: --connection neo4j=far or --connection neo4j=near"


def test_a_context_has_the_connections_chosen_and_closes_them(folder: PluginFolder) -> None:
    host = host_with(folder, "near", GRAPH_URI="graph:here")
    kind: type = host.registry.lookup("connection", "near").target()  # type: ignore[assignment]
    with host.context(["prod=near"], embedded=True) as context:
        assert context.settings is host.settings
        connections: list[Any] = [context.connection(name, kind) for name in ("prod", "neo4j")]
        assert [(c.name, c.uri) for c in connections] == [("prod", "graph:here"), ("neo4j", "graph:here")]
    assert [connection.closed for connection in connections] == [1, 1]


def test_a_connection_that_the_settings_say_too_little_about_is_refused(folder: PluginFolder) -> None:
    with pytest.raises(ConnectionMissing, match="GRAPH_URI is not set"):
        host_with(folder, "near").context(embedded=True)


def test_a_connection_whose_class_cannot_be_imported_is_refused(folder: PluginFolder) -> None:
    host = host_with(folder, "near")
    folder.module("made_up.graph", "import no_such_module")
    with pytest.raises(BrokenPlugin, match="No module named 'no_such_module'"):
        host.context(["neo4j=near"])


def test_settings_are_the_environment_unless_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETL_HOST_TEST", "x")
    settings: Mapping[str, str] = Host().settings
    assert settings["ETL_HOST_TEST"] == "x"
