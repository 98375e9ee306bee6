from __future__ import annotations

import sys

import pytest

from etl_host.registry.declared import declared_specs
from etl_host.registry.plugin import Specs
from etl_host.registry.spec import ProcessorSpec
from plugin_folder import PluginFolder, hiding, offering

IMPORT = "from etl_host import ProcessorSpec, hookimpl\n"
HOOK = "@hookimpl\ndef etl_host_sources():\n    return [ProcessorSpec('x', 'a:B', 'Rows.')]\n"


def declared(folder: PluginFolder, source: str) -> Specs | None:
    folder.module("etl_host_declared.plugin", source)
    specs = declared_specs("etl_host_declared.plugin")
    assert "etl_host_declared" not in sys.modules
    return specs


def test_the_documented_form_is_read_without_importing_even_the_package(folder: PluginFolder) -> None:
    folder.module("etl_host_declared.__init__", "raise SystemExit('imported')")
    source = '''
        """A plugin."""
        from __future__ import annotations
        from etl_host import ProcessorSpec, hookimpl

        @hookimpl
        def etl_host_sources() -> list[ProcessorSpec]:
            """Both of them."""
            return [
                ProcessorSpec("one", "a.b:One", "Rows " "of one."),
                ProcessorSpec("two", target="a.b:Two", summary="Rows of two."),
            ]

        @hookimpl
        def etl_host_connections() -> list[ProcessorSpec]:
            return [ProcessorSpec("near", "a.b:Near", "Near.", stands_in_for="far")]
    '''
    assert declared(folder, source) == {
        "source": [
            ProcessorSpec("one", "a.b:One", "Rows of one."),
            ProcessorSpec("two", "a.b:Two", "Rows of two."),
        ],
        "connection": [ProcessorSpec("near", "a.b:Near", "Near.", stands_in_for="far")],
    }


def test_a_plugin_of_one_module_is_read_too(folder: PluginFolder) -> None:
    folder.module("etl_host_single", offering("sink x"))
    assert declared_specs("etl_host_single") == {"sink": [ProcessorSpec("x", "no.where:Nothing", "Made for a test.")]}


@pytest.mark.parametrize(
    "source",
    [
        hiding("source x"),
        IMPORT + HOOK.replace("[ProcessorSpec", "list(SPECS) or [ProcessorSpec"),
        IMPORT + HOOK.replace("'x'", "NAME"),
        IMPORT + HOOK.replace("'a:B'", "Class"),
        IMPORT + HOOK.replace("'Rows.'", "**options"),
        IMPORT + HOOK.replace("'Rows.'", "*options"),
        IMPORT + HOOK.replace("return [", "return sorted([").replace(")]", ")])"),
        IMPORT + HOOK.replace("    return", "    name = 'y'\n    return"),
        IMPORT + HOOK.replace("hookimpl\ndef", "hookimpl(specname='etl_host_sinks')\ndef"),
        IMPORT + HOOK.replace("@hookimpl\n", ""),
        IMPORT + HOOK.replace("etl_host_sources", "etl_host_unheard_of"),
        IMPORT + HOOK.replace("'a:B'", "'malformed'"),
        IMPORT + "etl_host_sources = hookimpl(make)\n",
        "from somewhere import *\n" + HOOK,
        "from somewhere import etl_host_sinks\n" + HOOK,
        "from somewhere import hooks as etl_host_sinks\n" + HOOK,
        "def broken(:\n",
        IMPORT,
    ],
)
def test_any_other_form_is_not_guessed(folder: PluginFolder, source: str) -> None:
    assert declared(folder, source) is None


@pytest.mark.parametrize(
    "value", ["", "etl_host_absent", "etl_host_absent.plugin", "json:loads", "sys", "json.absent.x"]
)
def test_nor_is_what_has_no_source(value: str) -> None:
    assert declared_specs(value) is None


def test_what_is_read_is_what_the_hooks_return(folder: PluginFolder) -> None:
    source = offering("source a", "source b", "validator a", "sink c", "reporter d", "connection e", "task f")
    specs = declared(folder, source)
    assert specs is not None
    from importlib import import_module

    from etl_host.registry.spec import KINDS

    module = import_module("etl_host_declared.plugin")
    assert specs == {kind: getattr(module, hook)() for hook, kind in KINDS.items()}
