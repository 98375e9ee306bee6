from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from etl_host.registry.loader import Loader
from etl_host.registry.plugin import Plugin
from plugin_folder import PluginFolder, offering

IMPORT = "from etl_host import ProcessorSpec, hookimpl\n"
HOOK = IMPORT + "@hookimpl\ndef etl_host_sources():\n    "


def loaded(folder: PluginFolder, source: str, *, value: str = "etl_host_x.plugin") -> Plugin:
    """The plugin, loaded between two good ones, which must not mind."""
    folder.module("etl_host_x.plugin", source)
    folder.module(
        "etl_host_before.plugin", offering("source before").replace("hookimpl\ndef", "hookimpl(tryfirst=True)\ndef")
    )
    folder.module("etl_host_after.plugin", offering("source after"))
    plugin = Plugin("x", "etl-host-x", "1.0", value)
    loader = Loader()
    others = [Plugin(name, f"etl-host-{name}", value=f"etl_host_{name}.plugin") for name in ("before", "after")]
    for each in (others[0], plugin, others[1]):
        loader.load(each)
    assert [other.state for other in others] == ["ok", "ok"]
    assert [other.offers("source")[0].name for other in others] == ["before", "after"]
    return plugin


def test_a_good_plugin_is_ok_with_its_specs_by_kind(folder: PluginFolder) -> None:
    plugin = loaded(folder, offering("source one", "source two", "sink one"))
    assert plugin.state == "ok"
    assert [spec.name for spec in plugin.offers("source")] == ["one", "two"]
    assert [spec.name for spec in plugin.offers("sink")] == ["one"]
    assert plugin.seconds > 0


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("from json import nothing", "ImportError: cannot import name 'nothing' from 'json'"),
        ("raise SystemExit", "SystemExit"),
        ("import sys; sys.exit('bye')", "SystemExit: bye"),
        ("def broken(:\n", "SyntaxError: invalid syntax"),
        ("1/0", "ZeroDivisionError: division by zero"),
        ("raise ImportError('odd', name=5)", "ImportError: odd"),
        ("raise BaseException('odd')", "BaseException: odd"),
        ("raise ValueError('over\\n  two lines')", "ValueError: over two lines"),
        ("def again(): again()\nagain()", "RecursionError: maximum recursion depth exceeded"),
        (HOOK + "raise KeyError('x')", "KeyError: 'x'"),
        (HOOK + "raise SystemExit(3)", "SystemExit: 3"),
        (HOOK + "yield 3", "TypeError: etl_host_sources returned 3 in its list, which is no ProcessorSpec"),
        (HOOK + "pass", "TypeError: etl_host_sources returned None, not a list of ProcessorSpec"),
        (
            HOOK + "return 'csv'",
            "TypeError: etl_host_sources returned 'c' in its list, which is no ProcessorSpec",
        ),
        (HOOK + "return [('csv', 'a:B')]", "TypeError: etl_host_sources returned ('csv', 'a:B') in its list"),
        (
            HOOK + "return [ProcessorSpec('x', 'a', '')]",
            "ValueError: the target of x is 'a', not \"module:Class\"",
        ),
        (
            HOOK + "return [ProcessorSpec('x', 'a:B', ''), ProcessorSpec('x', 'a:C', '')]",
            "ValueError: etl_host_sources returned two called x",
        ),
        (HOOK.replace("sources()", "sources(context)") + "return []", "PluginValidationError: "),
    ],
)
def test_a_bad_one_is_broken_with_the_cause_and_nobody_else_minds(
    folder: PluginFolder, source: str, reason: str
) -> None:
    plugin = loaded(folder, source)
    assert plugin.state == "broken"
    assert plugin.reason.startswith(reason)
    assert plugin.remedy
    assert plugin.error is not None


def test_ctrl_c_is_not_taken_for_a_broken_plugin(folder: PluginFolder) -> None:
    with pytest.raises(KeyboardInterrupt):
        loaded(folder, "raise KeyboardInterrupt")


def test_an_error_that_can_not_even_tell_its_message_is_a_cause_like_any_other(folder: PluginFolder) -> None:
    mute = "class Mute(Exception):\n    def __str__(self):\n        raise OSError('no voice')\nraise Mute\n"
    plugin = loaded(folder, mute)
    assert (plugin.state, plugin.reason) == ("broken", "Mute: (its message can't be shown: OSError)")


@pytest.mark.parametrize("then", ["", "raise ValueError('and it fails')\n"])
def test_who_changes_the_working_folder_changes_it_for_nobody_else(folder: PluginFolder, then: str) -> None:
    before = Path.cwd()
    loaded(folder, f"import os\nos.chdir({str(folder.path)!r})\n{then}{offering('source one')}")
    assert Path.cwd() == before


def test_what_is_printed_does_not_reach_stdout(folder: PluginFolder, capsys: pytest.CaptureFixture[str]) -> None:
    plugin = loaded(folder, "print('importing')\n" + HOOK + "print('asked')\n    return []")
    assert plugin.printed == "importing\nasked\n"
    assert plugin.notes == ["prints when it is imported: 'importing asked'"]
    assert capsys.readouterr().out == ""


def test_what_a_broken_plugin_printed_is_kept_too(folder: PluginFolder) -> None:
    assert loaded(folder, "print('before')\n1/0").printed == "before\n"


def test_an_unknown_hook_is_a_note_and_the_others_are_called(folder: PluginFolder) -> None:
    plugin = loaded(folder, offering("source x") + "@hookimpl\ndef etl_host_loaders():\n    1/0\n")
    assert (plugin.state, [spec.name for spec in plugin.offers("source")]) == ("ok", ["x"])
    assert plugin.notes == ["this host has no hook etl_host_loaders: it is not called"]


def test_a_misspelt_hook_is_a_note_with_the_nearest(folder: PluginFolder) -> None:
    plugin = loaded(folder, offering("source x").replace("etl_host_sources", "etl_host_source"))
    assert plugin.notes == ['this host has no hook etl_host_source: it is not called, did you mean "etl_host_sources"?']


def test_a_hook_that_is_not_marked_is_a_note(folder: PluginFolder) -> None:
    plugin = loaded(folder, offering("sink x") + "def etl_host_sources(): return 1/0\n")
    assert (plugin.state, plugin.notes) == ("ok", ["etl_host_sources is not marked @hookimpl: it is not called"])


def test_hooks_are_called_once_however_often_it_is_loaded(folder: PluginFolder) -> None:
    source = IMPORT + "calls = []\n@hookimpl\ndef etl_host_sources():\n    calls.append(1)\n    return []\n"
    folder.module("etl_host_x.plugin", source)
    plugin = Plugin("x", "etl-host-x", value="etl_host_x.plugin")
    loader = Loader()
    for _ in range(3):
        loader.load(plugin)
    assert sys.modules["etl_host_x.plugin"].calls == [1]


def test_an_import_that_takes_long_is_a_note(folder: PluginFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("etl_host.registry.loader.SLOW", 0.05)
    [note] = loaded(folder, "import time; time.sleep(0.06)\n" + offering("source x")).notes
    assert re.fullmatch(r"takes \d+\.\d s to import", note)


def test_a_module_without_hooks_is_a_note(folder: PluginFolder) -> None:
    plugin = loaded(folder, "x = 1")
    assert (plugin.state, plugin.notes) == ("ok", ["etl_host_x.plugin implements no hook"])


def test_an_instance_may_be_the_plugin(folder: PluginFolder) -> None:
    source = IMPORT + "class P:\n    @hookimpl\n    def etl_host_sources(self):\n        return []\nplugin = P()\n"
    assert loaded(folder, source, value="etl_host_x.plugin:plugin").state == "ok"


def test_a_class_may_not(folder: PluginFolder) -> None:
    source = IMPORT + "class P:\n    @hookimpl\n    def etl_host_sources(self):\n        return []\n"
    plugin = loaded(folder, source, value="etl_host_x.plugin:P")
    assert plugin.reason == (
        "TypeError: etl_host_x.plugin:P is a class: the entry point must name a module or an instance"
    )


def test_an_attribute_that_is_missing_is_named(folder: PluginFolder) -> None:
    plugin = loaded(folder, "", value="etl_host_x.plugin:nothing")
    assert plugin.reason == "ImportError: module etl_host_x.plugin has no nothing"


def test_one_module_under_two_names_is_loaded_once(folder: PluginFolder) -> None:
    folder.module("etl_host_x.plugin", offering("source x"))
    first, second = (Plugin(name, "etl-host-x", value="etl_host_x.plugin") for name in ("one", "two"))
    loader = Loader()
    loader.load(first)
    loader.load(second)
    assert (first.state, second.state) == ("ok", "broken")
    assert second.reason == "ValueError: etl_host_x.plugin is already loaded, as plugin one of etl-host-x"


def test_only_what_is_found_is_imported(folder: PluginFolder) -> None:
    folder.module("etl_host_x.plugin", "1/0")
    plugin = Plugin("x", "etl-host-x", value="etl_host_x.plugin")
    plugin.becomes("disabled", "named by --disable-plugin")
    Loader().load(plugin)
    assert plugin.state == "disabled"
    assert "etl_host_x" not in sys.modules


@pytest.mark.parametrize(
    ("source", "remedy"),
    [
        ("import pyarrow_of_old.parquet", "pip install pyarrow_of_old"),
        ("import etl_host_x.lost", "pip install --force-reinstall etl-host-x"),
        ("import etl_host.lost", "pip install --upgrade etl-host-x etl-host"),
        ("from etl_host import Lost", "pip install --upgrade etl-host-x etl-host"),
        ("1/0", "pip install --upgrade etl-host-x, or disable it: --disable-plugin x"),
    ],
)
def test_the_remedy_fits_the_cause(folder: PluginFolder, source: str, remedy: str) -> None:
    assert loaded(folder, source).remedy == remedy


@pytest.mark.parametrize("equal", ["return True", "return False", "raise RuntimeError('compared')"])
def test_an_instance_that_compares_in_its_own_way_is_no_matter(folder: PluginFolder, equal: str) -> None:
    hooks = "    @hookimpl\n    def etl_host_sources(self):\n        return [ProcessorSpec('x', 'a:B', '')]\n"
    source = f"{IMPORT}class P:\n    def __eq__(self, other):\n        {equal}\n{hooks}plugin = P()\n"
    plugin = loaded(folder, source, value="etl_host_x.plugin:plugin")
    assert (plugin.state, [spec.name for spec in plugin.offers("source")]) == ("ok", ["x"])


def test_what_is_written_to_stdout_as_bytes_is_kept(folder: PluginFolder, capfd: pytest.CaptureFixture[str]) -> None:
    plugin = loaded(folder, "import sys\nsys.stdout.buffer.write(b'caf\\xc3\\xa9 \\xff')\n" + offering("source x"))
    assert (plugin.state, plugin.printed) == ("ok", "café \ufffd")
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("end", ["sys.stdout.close()", "kept = sys.stdout", "sys.stdout = None", "sys.stdout.detach()"])
def test_who_keeps_or_closes_stdout_does_so_for_nobody_else(folder: PluginFolder, end: str) -> None:
    plugin = loaded(folder, f"import sys\nprint('before')\n{end}\n{offering('source x')}")
    assert (plugin.state, plugin.printed) == ("ok", "before\n")
    assert not sys.stdout.closed


def test_a_thread_that_runs_for_ever_does_not_keep_the_process(folder: PluginFolder) -> None:
    source = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=False).start()\n"
    folder.plugin("x", source + offering("source x"))
    code = "from etl_host.registry.lookup import Registry\nprint(Registry({}).lookup('source', 'x').plugin.state)"
    environment = os.environ | {"PYTHONPATH": str(folder.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("ok\n", 0), done.stderr


def test_a_reason_is_one_line_that_fits_on_a_screen(folder: PluginFolder) -> None:
    plugin = loaded(folder, "raise ValueError('\\x1b[2J\\r' + 'very long ' * 100_000)")
    assert plugin.reason.startswith("ValueError: \\x1b[2J very long very long")
    assert len(plugin.reason) < 1_100
