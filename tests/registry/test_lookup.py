from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

import pytest

from etl_host import ExitCode
from etl_host.registry.errors import (
    AmbiguousPlugin,
    BrokenPlugin,
    ConflictingPlugins,
    DisabledPlugin,
    IncompatiblePlugin,
    RegistryError,
    UnknownPlugin,
)
from etl_host.registry.lookup import Registry
from etl_host.registry.plugin import Plugin
from plugin_folder import PluginFolder, hiding, offering


def registry_of(folder: PluginFolder, *, disabled: Collection[str] = ()) -> Registry:
    """A registry that sees the plugins of ``folder``, and what is really installed as disabled."""
    made_up = [path.name.partition("-")[0] for path in folder.path.glob("*.dist-info")]
    return Registry({"ETL_HOST_PLUGINS_ALLOWED": " ".join(made_up)}, disabled=disabled)


def of(registry: Registry, name: str) -> Plugin:
    [plugin] = [plugin for plugin in registry.plugins if plugin.name == name]
    return plugin


def test_a_name_is_found_in_the_plugin_that_has_it_whatever_that_is_called(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source one", "sink two"))
    found = registry_of(folder).lookup("sink", "two")
    assert (found.kind, found.spec.name, found.plugin.name) == ("sink", "two", "alpha")
    assert (found.qualified, found.plugin.state) == ("etl-host-alpha/two", "ok")


def test_names_are_per_kind(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source csv"))
    folder.plugin("beta", offering("sink csv"))
    registry = registry_of(folder)
    assert registry.lookup("source", "csv").plugin.name == "alpha"
    assert registry.lookup("sink", "csv").plugin.name == "beta"


def test_only_the_plugin_needed_is_imported(folder: PluginFolder) -> None:
    needed = folder.plugin("alpha", offering("source alpha"))
    other = folder.plugin("beta", offering("source beta"))
    folder.module("etl_host_beta.__init__", "raise SystemExit('imported')")
    registry = registry_of(folder)
    registry.lookup("source", "alpha")
    assert needed in sys.modules
    assert other not in sys.modules
    assert of(registry, "beta").state == "found"


def test_a_plugin_that_hides_what_it_offers_is_imported_to_ask(folder: PluginFolder) -> None:
    folder.plugin("alpha", hiding("source made-up"))
    assert registry_of(folder).lookup("source", "made-up").plugin.name == "alpha"


def test_a_second_plugin_that_hides_the_same_name_is_noticed(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source alpha"))
    folder.plugin("zeta", hiding("source alpha"))
    with pytest.raises(AmbiguousPlugin):
        registry_of(folder).lookup("source", "alpha")


def test_a_name_of_two_plugins_is_refused_and_both_qualified_names_work(folder: PluginFolder) -> None:
    for name in ("alpha", "beta"):
        folder.plugin(name, offering("source csv"))
    registry = registry_of(folder)
    with pytest.raises(AmbiguousPlugin) as caught:
        registry.lookup("source", "csv")
    assert str(caught.value) == (
        'source "csv" is offered by plugin alpha of etl-host-alpha 1.0 and plugin beta of etl-host-beta 1.0'
    )
    assert caught.value.remedy == "write etl-host-alpha/csv or etl-host-beta/csv"
    assert registry.lookup("source", "etl-host-alpha/csv").plugin.name == "alpha"
    assert registry.lookup("source", "ETL_Host_Beta/csv").plugin.name == "beta"


def test_a_qualified_name_leaves_the_other_plugin_alone(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source csv"))
    other = folder.plugin("beta", hiding("source csv"))
    registry_of(folder).lookup("source", "etl-host-alpha/csv")
    assert other not in sys.modules


def test_two_of_one_name_in_one_distribution_can_only_be_disabled(folder: PluginFolder) -> None:
    folder.distribution("etl-host-pair", "[etl_host.plugins]\none = pair_one\ntwo = pair_two\n")
    folder.module("pair_one", offering("source csv"))
    folder.module("pair_two", offering("source csv"))
    with pytest.raises(AmbiguousPlugin) as caught:
        registry_of(folder).lookup("source", "csv")
    assert caught.value.remedy == "disable one: --disable-plugin one or --disable-plugin two"
    assert registry_of(folder, disabled=["two"]).lookup("source", "csv").plugin.name == "one"


def test_nobody_else_minds_a_broken_plugin(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source alpha"))
    folder.plugin("bad", "import no_such_module")
    folder.plugin("worse", "raise SystemExit")
    registry = registry_of(folder)
    assert registry.lookup("source", "alpha").plugin.state == "ok"
    assert [of(registry, name).state for name in ("bad", "worse")] == ["broken", "broken"]


def refusal(registry: Registry, kind: str, name: str) -> RegistryError:
    with pytest.raises(RegistryError) as caught:
        registry.lookup(kind, name)  # type: ignore[arg-type]
    assert caught.value.exit_code == ExitCode.USAGE
    return caught.value


def test_a_broken_plugin_that_is_needed_says_why_and_what_to_do(folder: PluginFolder) -> None:
    folder.plugin("bad", offering("source rows"), version="0.3.1")
    folder.module("etl_host_bad.__init__", "import no_such_module")
    error = refusal(registry_of(folder), "source", "rows")
    assert isinstance(error, BrokenPlugin)
    assert str(error) == (
        'source "rows" can\'t be used: plugin bad of etl-host-bad 0.3.1 is broken: '
        "ModuleNotFoundError: No module named 'no_such_module'"
    )
    assert error.remedy == "pip install no_such_module"
    assert isinstance(error.__cause__, ModuleNotFoundError)


def test_one_that_cannot_even_be_read_is_known_by_its_name(folder: PluginFolder) -> None:
    folder.plugin("rows", "def broken(:\n")
    error = refusal(registry_of(folder), "source", "rows")
    assert isinstance(error, BrokenPlugin)
    assert "plugin rows of etl-host-rows 1.0 is broken: SyntaxError" in str(error)


def test_a_disabled_plugin_is_known_by_what_it_declares_and_not_imported(folder: PluginFolder) -> None:
    module = folder.plugin("alpha", offering("sink rows"))
    error = refusal(registry_of(folder, disabled=["alpha"]), "sink", "rows")
    assert isinstance(error, DisabledPlugin)
    assert str(error) == (
        'sink "rows" can\'t be used: plugin alpha of etl-host-alpha 1.0 is disabled: named by --disable-plugin'
    )
    assert error.remedy == "leave out --disable-plugin"
    assert module not in sys.modules


def test_an_incompatible_plugin_that_is_needed_says_what_it_needs(folder: PluginFolder) -> None:
    module = folder.plugin("alpha", offering("source alpha"), requires=["etl-host>=99"])
    error = refusal(registry_of(folder), "source", "alpha")
    assert isinstance(error, IncompatiblePlugin)
    assert "is incompatible: needs etl-host>=99, this is etl-host " in str(error)
    assert module not in sys.modules


def test_plugins_in_conflict_are_both_named_and_not_imported(folder: PluginFolder) -> None:
    for distribution in ("etl-host-one", "etl-host-two"):
        folder.distribution(distribution, "[etl_host.plugins]\nalpha = etl_host_alpha\n")
    folder.module("etl_host_alpha", offering("source alpha"))
    error = refusal(registry_of(folder), "source", "alpha")
    assert isinstance(error, ConflictingPlugins)
    assert "etl-host-one and etl-host-two have each a plugin called alpha" in str(error)
    assert "etl_host_alpha" not in sys.modules


def test_one_that_works_is_used_although_another_of_the_name_is_disabled(folder: PluginFolder) -> None:
    for name in ("alpha", "beta"):
        folder.plugin(name, offering("source csv"))
    assert registry_of(folder, disabled=["alpha"]).lookup("source", "csv").plugin.name == "beta"


def test_an_unknown_name_is_answered_with_the_nearest_and_all_there_are(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source csv", "source json"))
    error = refusal(registry_of(folder), "source", "CVS")
    assert isinstance(error, UnknownPlugin)
    assert str(error) == 'no plugin offers a source "CVS", did you mean "csv"? installed are: csv, json'
    assert error.remedy is not None
    assert error.remedy.startswith("install the plugin that has it")


def test_a_name_of_another_kind_is_said_to_be_one(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("sink cypher"))
    error = refusal(registry_of(folder), "source", "cypher")
    assert str(error) == 'no plugin offers a source "cypher", cypher is a sink; installed are: none'


def test_asking_for_an_unknown_name_imports_nothing(folder: PluginFolder) -> None:
    module = folder.plugin("alpha", offering("source csv"))
    refusal(registry_of(folder), "source", "nothing-like-it")
    assert module not in sys.modules


def test_plugins_that_may_have_it_but_cannot_be_asked_are_named(folder: PluginFolder) -> None:
    folder.plugin("bad", "1/0")
    error = refusal(registry_of(folder), "source", "rows")
    assert isinstance(error, UnknownPlugin)
    assert error.remedy is not None
    assert error.remedy.startswith("install the plugin that has it; bad")
    assert error.remedy.endswith(" can't be used and may have it: etl-host list-plugins")


def test_a_distribution_that_is_not_installed_is_named_with_the_nearest(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source csv"))
    error = refusal(registry_of(folder), "source", "etl-host-alfa/csv")
    assert str(error).startswith(
        'source "etl-host-alfa/csv": etl-host-alfa is not installed, did you mean "etl-host-alpha"?'
    )
    assert error.remedy == "pip install etl-host-alfa"


def test_a_name_that_its_distribution_lacks_is_not_taken_from_another(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source csv"))
    folder.plugin("beta", offering("source json"))
    error = refusal(registry_of(folder), "source", "etl-host-beta/csv")
    assert str(error) == 'no plugin of etl-host-beta offers a source "csv"; installed are: json'


def test_all_of_a_kind_come_by_name_without_those_that_fail(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source zeta", "source beta", "sink x"))
    folder.plugin("bad", offering("source never"))
    folder.module("etl_host_bad.__init__", "1/0")
    folder.plugin("other", hiding("source mid"))
    assert [found.spec.name for found in registry_of(folder).specs("source")] == ["beta", "mid", "zeta"]


def standing_in(name: str, other: str) -> str:
    return offering(f"connection {name}").replace('a test."', f'a test.", stands_in_for="{other}"')


def test_the_connection_that_stands_in_for_another_is_found_and_no_other_imported(
    folder: PluginFolder,
) -> None:
    folder.plugin("near", standing_in("near", "far"))
    other = folder.plugin("else", standing_in("else", "elsewhere"))
    assert [found.spec.name for found in registry_of(folder).standing_in("far")] == ["near"]
    assert other not in sys.modules


def test_all_that_stand_in_are_told(folder: PluginFolder) -> None:
    for name in ("near", "nearer"):
        folder.plugin(name, standing_in(name, "far"))
    assert [found.spec.name for found in registry_of(folder).standing_in("far")] == ["near", "nearer"]


def test_where_nothing_stands_in_that_is_an_error(folder: PluginFolder) -> None:
    folder.plugin("far", offering("connection far"))
    with pytest.raises(UnknownPlugin, match='no plugin offers a connection that stands in for "far"') as unknown:
        registry_of(folder).standing_in("far")
    assert unknown.value.remedy == "install one that does: pip install 'etl-host[standard]'"


def test_where_what_stands_in_is_disabled_that_is_said(folder: PluginFolder) -> None:
    folder.plugin("near", standing_in("near", "far"))
    with pytest.raises(DisabledPlugin, match=r"plugin near of etl-host-near .* is disabled"):
        registry_of(folder, disabled=["near"]).standing_in("far")


def test_commands_answer_to_the_names_of_their_distributions_plugins(folder: PluginFolder) -> None:
    folder.distribution("etl-host-alpha", "[etl_host.plugins]\nalpha = m\n[etl_host.commands]\nask = m:command\n")
    folder.command("lone", "")

    def states(registry: Registry) -> dict[str, str]:
        return {command.name: command.state for command in registry.commands if command.name in ("ask", "lone")}

    for name in ("alpha", "etl-host-alpha", "ask"):
        assert states(Registry(disabled=[name])) == {"ask": "disabled", "lone": "found"}
        assert states(Registry(allowed=[name])) == {"ask": "found", "lone": "disabled"}


def test_a_class_is_imported_when_asked_for(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source csv").replace("no.where:Nothing", "pathlib:Path"))
    assert registry_of(folder).lookup("source", "csv").target() is Path


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise SystemExit('bye')", "SystemExit: bye"),
        ("x = 1", "ImportError: module alpha_source has no Source"),
        ("Source = 3", "TypeError: alpha_source:Source is 3, which is no class"),
    ],
)
def test_a_class_that_cannot_be_imported_is_an_error_naming_the_plugin(
    folder: PluginFolder, capsys: pytest.CaptureFixture[str], source: str, reason: str
) -> None:
    folder.plugin("alpha", offering("source csv").replace("no.where:Nothing", "alpha_source:Source"))
    folder.module("alpha_source", f"print('importing')\n{source}")
    found = registry_of(folder).lookup("source", "csv")
    with pytest.raises(BrokenPlugin) as caught:
        found.target()
    assert str(caught.value) == f'source "csv" of plugin alpha of etl-host-alpha 1.0 can\'t be imported: {reason}'
    assert capsys.readouterr().out == ""


def test_ctrl_c_while_a_class_is_imported_is_ctrl_c(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source csv").replace("no.where:Nothing", "alpha_source:Source"))
    folder.module("alpha_source", "raise KeyboardInterrupt")
    found = registry_of(folder).lookup("source", "csv")
    with pytest.raises(KeyboardInterrupt):
        found.target()


def test_every_plugin_in_its_own_trouble_at_once_and_the_good_one_works(folder: PluginFolder) -> None:
    folder.plugin("good", offering("source good"))
    folder.plugin("disabled", offering("source disabled"))
    folder.plugin("future", offering("source future"), requires=["etl-host>=99"])
    folder.plugin("bad", "1/0")
    folder.plugin("printing", "print('hello')\n" + hiding("source printing"))
    folder.plugin("wrong", hiding("source wrong") + "@hookimpl\ndef etl_host_sinks(): return ['no spec']\n")
    folder.plugin("unheard", hiding("source unheard") + "@hookimpl\ndef etl_host_unheard(): pass\n")
    folder.distribution("etl-host-one", "[etl_host.plugins]\nboth = m\n")
    folder.distribution("etl-host-two", "[etl_host.plugins]\nboth = m\n")
    folder.distribution("etl-host-odd", "[etl_host.plugins]\nodd\n")
    (folder.distribution("etl-host-cut", "[etl_host.plugins]\ncut = m\n") / "METADATA").unlink()
    registry = registry_of(folder, disabled=["disabled"])
    assert registry.lookup("source", "good").plugin.state == "ok"
    assert [found.spec.name for found in registry.specs("source")] == ["good", "printing", "unheard"]
    states = [(p.name, p.state) for p in registry.plugins if p.location == str(folder.path)]
    assert states == [
        ("bad", "broken"),
        ("both", "conflict"),
        ("both", "conflict"),
        ("cut", "broken"),
        ("disabled", "disabled"),
        ("future", "incompatible"),
        ("good", "ok"),
        ("odd", "broken"),
        ("printing", "ok"),
        ("unheard", "ok"),
        ("wrong", "broken"),
    ]
