from __future__ import annotations

from collections.abc import Collection, Mapping

import pytest

from etl_host.registry.admission import Admission
from etl_host.registry.plugin import Plugin, normalise


def plugin(name: str, distribution: str = "", *, requires: Collection[str] = ()) -> Plugin:
    distribution = distribution or f"etl-host-{name}"
    return Plugin(
        name,
        distribution,
        requires=list(requires),
        answers_to=frozenset({normalise(name), normalise(distribution)}),
    )


def judged(*plugins: Plugin, settings: Mapping[str, str] | None = None, **lists: Collection[str]) -> list[str]:
    Admission(settings or {}, **lists).judge(plugins, "1.0")
    return [plugin.state for plugin in plugins]


def test_without_lists_all_are_admitted() -> None:
    assert judged(plugin("alpha"), plugin("beta")) == ["found", "found"]


@pytest.mark.parametrize("name", ["alpha", "etl-host-alpha", "ETL_Host.Alpha"])
def test_a_plugin_is_disabled_by_either_name_in_any_spelling(name: str) -> None:
    assert judged(plugin("alpha"), plugin("beta"), disabled=[name]) == ["disabled", "found"]
    for separator in (",", " ", ", ", "\n"):
        settings = {"ETL_HOST_PLUGINS_DISABLED": f"other{separator}{name}"}
        assert judged(plugin("alpha"), plugin("beta"), settings=settings) == ["disabled", "found"]


@pytest.mark.parametrize("name", ["alpha", "etl-host-alpha"])
def test_where_some_are_allowed_the_others_are_disabled(name: str) -> None:
    assert judged(plugin("alpha"), plugin("beta"), allowed=[name]) == ["found", "disabled"]
    settings = {"ETL_HOST_PLUGINS_ALLOWED": name}
    assert judged(plugin("alpha"), plugin("beta"), settings=settings) == ["found", "disabled"]


def test_a_list_of_allowed_plugins_that_is_empty_allows_none() -> None:
    assert judged(plugin("alpha"), settings={"ETL_HOST_PLUGINS_ALLOWED": ""}) == ["disabled"]
    assert judged(plugin("alpha"), settings={"ETL_HOST_PLUGINS_DISABLED": ""}) == ["found"]
    assert judged(plugin("alpha"), allowed=[]) == ["disabled"]


def test_each_list_must_let_a_plugin_pass() -> None:
    settings = {"ETL_HOST_PLUGINS_ALLOWED": "alpha beta", "ETL_HOST_PLUGINS_DISABLED": "beta"}
    plugins = [plugin("alpha"), plugin("beta"), plugin("gamma")]
    assert judged(*plugins, settings=settings, allowed=["alpha", "beta", "gamma"]) == [
        "found",
        "disabled",
        "disabled",
    ]
    assert [plugin.reason for plugin in plugins[1:]] == [
        "named in ETL_HOST_PLUGINS_DISABLED",
        "not named in ETL_HOST_PLUGINS_ALLOWED",
    ]
    assert plugins[1].remedy == "take it out of ETL_HOST_PLUGINS_DISABLED"


def test_a_plugin_for_another_host_is_incompatible_and_says_what_it_needs() -> None:
    old = plugin("alpha", requires=["etl-host<1"])
    assert judged(old, plugin("beta", requires=["etl-host>=1"])) == ["incompatible", "found"]
    assert old.reason == "needs etl-host<1, this is etl-host 1.0"
    assert old.remedy == "pip install --upgrade etl-host-alpha etl-host"


def test_a_requirement_that_cannot_be_read_breaks_only_its_plugin() -> None:
    odd = plugin("alpha", requires=["etl-host>>1 nonsense"])
    assert judged(odd, plugin("beta")) == ["broken", "found"]
    assert odd.reason.startswith("its Requires-Dist can't be read: ")
    assert "\n" not in odd.reason


def test_two_distributions_with_one_name_are_in_conflict_and_name_each_other() -> None:
    rivals = [plugin("x", "etl-host-a"), plugin("x", "etl-host-b"), plugin("x", "etl-host-c")]
    assert judged(*rivals, plugin("y")) == ["conflict", "conflict", "conflict", "found"]
    owners = "etl-host-a and etl-host-b and etl-host-c"
    assert {rival.reason for rival in rivals} == {f"{owners} have each a plugin called x"}
    assert rivals[1].remedy == "uninstall one, or disable it: --disable-plugin etl-host-b"


def test_disabling_one_ends_a_conflict() -> None:
    assert judged(plugin("x", "etl-host-a"), plugin("x", "etl-host-b"), disabled=["etl-host-a"]) == [
        "disabled",
        "found",
    ]


def test_one_that_cannot_be_used_anyway_makes_no_conflict() -> None:
    incompatible = plugin("x", "etl-host-a", requires=["etl-host>1"])
    assert judged(incompatible, plugin("x", "etl-host-b")) == ["incompatible", "found"]


def test_what_is_broken_already_stays_so() -> None:
    broken = plugin("alpha")
    broken.becomes("broken", "no METADATA")
    assert judged(broken, disabled=["alpha"]) == ["broken"]


def test_two_of_one_name_in_one_distribution_are_its_own_conflict() -> None:
    rivals = [plugin("x", "etl-host-a"), plugin("x", "etl-host-a")]
    assert judged(*rivals) == ["conflict", "conflict"]
    assert rivals[0].reason == "etl-host-a has several plugins called x"
    assert rivals[0].remedy == "pip install --upgrade etl-host-a, or tell its author"
