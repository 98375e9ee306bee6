from __future__ import annotations

import pluggy

import etl_host
from etl_host.registry import hookspecs
from etl_host.registry.spec import KINDS


def test_there_is_a_documented_hook_for_each_kind() -> None:
    manager = pluggy.PluginManager("etl_host")
    manager.add_hookspecs(hookspecs.Hooks)
    hooks = {caller.name: caller for caller in vars(manager.hook).values() if isinstance(caller, pluggy.HookCaller)}
    assert set(hooks) == set(KINDS)
    for caller in hooks.values():
        assert caller.spec is not None
        assert caller.spec.argnames == ()
        assert caller.spec.function.__doc__


def test_plugins_get_the_marker_from_the_root() -> None:
    assert etl_host.hookimpl is hookspecs.hookimpl
    assert etl_host.hookimpl.project_name == "etl_host"
