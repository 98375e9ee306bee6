"""Whatever a plugin that is installed does: the host and the others work, and the list says what is wrong with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fresh_environment import FreshEnvironment
from plugin_case import use
from tiny_wheel import tiny_wheel

IMPORT = "from etl_host import ProcessorSpec, hookimpl\n"
SPEC = 'ProcessorSpec("odd", "etl_host_odd.source:Odd", "Made for a test.")'
HOOK = f"@hookimpl\ndef etl_host_sources():\n    return [{SPEC}]\n"
SOURCE = """
    from typing import Annotated
    from etl_host import FileLocation, Source

    class Odd(Source):
        def __init__(self, file: Annotated[FileLocation, "A file."], context, task):
            super().__init__(context, task)

        def read(self, max_batch_size, after):
            yield from self.cut([{"port": "odd"}], max_batch_size, after)
"""


def odd(tmp_path: Path, module: str, *, distribution: str = "etl-host-odd", requires: str = "etl-host>=0.1") -> Path:
    """The wheel of the odd plugin with that ``module``."""
    package = distribution.replace("-", "_")
    modules = {f"{package}/plugin.py": module, f"{package}/source.py": SOURCE}
    entry_points = f"[etl_host.plugins]\nodd = {package}.plugin\n"
    return tiny_wheel(tmp_path / "wheels", distribution, modules, requires=[requires], entry_points=entry_points)


@pytest.mark.parametrize(
    ("module", "state", "reason", "remedy"),
    [
        ("from json import nothing\n", "broken", "ImportError: cannot import name 'nothing'", "pip install --upgrade"),
        ("import not_there\n", "broken", "ModuleNotFoundError: No module named 'not_there'", "pip install not_there"),
        ("raise SystemExit(0)\n", "broken", "SystemExit: 0", "--disable-plugin odd"),
        ("def broken(:\n", "broken", "SyntaxError: invalid syntax", "--disable-plugin odd"),
        (IMPORT + HOOK.replace(SPEC, "3"), "broken", "TypeError: etl_host_sources returned 3 in its list", "--upgrade"),
        (IMPORT + HOOK.replace("()", "(config)"), "broken", "PluginValidationError: ", "--upgrade etl-host-odd"),
    ],
    ids=["import error", "missing dependency", "SystemExit", "syntax error", "wrong record", "unknown argument"],
)
def test_a_plugin_that_cannot_be_loaded_is_broken(
    host: FreshEnvironment, tmp_path: Path, module: str, state: str, reason: str, remedy: str
) -> None:
    host.install_beside(tmp_path / "beside", odd(tmp_path, module))
    outcome = use(host, tmp_path / "beside", tmp_path)
    [plugin] = outcome.plugins
    assert plugin["state"] == state
    assert plugin["reason"].startswith(reason)
    assert remedy in plugin["remedy"]
    assert outcome.needing.code == 2
    message = f'source "odd" can\'t be used: plugin odd of etl-host-odd 1.0 is {state}: {plugin["reason"]}'
    assert message in outcome.needing.stderr
    assert plugin["remedy"] in outcome.needing.stderr


@pytest.mark.parametrize(
    ("module", "note"),
    [
        ("print('hello')\n" + IMPORT + HOOK, "prints when it is imported: 'hello'"),
        ("import time; time.sleep(1.1)\n" + IMPORT + HOOK, " s to import"),
        (
            IMPORT + HOOK + HOOK.replace("sources", "widgets"),
            "this host has no hook etl_host_widgets: it is not called",
        ),
    ],
    ids=["prints", "slow", "unknown hook"],
)
def test_a_plugin_with_odd_habits_is_ok_with_a_note(
    host: FreshEnvironment, tmp_path: Path, module: str, note: str
) -> None:
    host.install_beside(tmp_path / "beside", odd(tmp_path, module))
    outcome = use(host, tmp_path / "beside", tmp_path)
    [plugin] = outcome.plugins
    assert (plugin["state"], plugin["provides"]) == ("ok", {"source": ["odd"]})
    assert any(each.endswith(note) for each in plugin["notes"]), plugin["notes"]
    assert outcome.needing.code == 0


def test_a_misspelt_hook_is_a_note_with_the_nearest(host: FreshEnvironment, tmp_path: Path) -> None:
    module = IMPORT + HOOK.replace("etl_host_sources", "etl_host_source")
    host.install_beside(tmp_path / "beside", odd(tmp_path, module))
    outcome = use(host, tmp_path / "beside", tmp_path)
    assert [plugin["notes"] for plugin in outcome.plugins] == [
        ['this host has no hook etl_host_source: it is not called, did you mean "etl_host_sources"?']
    ]
    assert outcome.needing.code == 2
    assert 'no plugin offers a source "odd"' in outcome.needing.stderr


def test_a_processor_that_cannot_be_imported_is_named_when_it_is_needed(host: FreshEnvironment, tmp_path: Path) -> None:
    wheel = tiny_wheel(
        tmp_path / "wheels",
        "etl-host-odd",
        {"etl_host_odd/plugin.py": IMPORT + HOOK, "etl_host_odd/source.py": "import not_there\n"},
    )
    host.install_beside(tmp_path / "beside", wheel)
    outcome = use(host, tmp_path / "beside", tmp_path)
    assert [plugin["state"] for plugin in outcome.plugins] == ["ok"]
    assert outcome.needing.code == 2
    for text in ('source "odd" of plugin odd of etl-host-odd 1.0', "'not_there'", "pip install not_there"):
        assert text in outcome.needing.stderr


def test_one_made_for_another_version_of_the_host_is_incompatible_and_not_imported(
    host: FreshEnvironment, tmp_path: Path
) -> None:
    imported = tmp_path / "imported"
    module = f"open({str(imported)!r}, 'w')\n"
    host.install_beside(tmp_path / "beside", odd(tmp_path, module, requires="etl-host>=7"))
    outcome = use(host, tmp_path / "beside", tmp_path)
    [plugin] = outcome.plugins
    assert plugin["state"] == "incompatible"
    assert plugin["reason"].startswith("needs etl-host>=7, this is etl-host ")
    assert outcome.needing.code == 2
    assert plugin["reason"] in outcome.needing.stderr
    assert not imported.exists()


def test_two_distributions_with_one_plugin_name_are_in_conflict(host: FreshEnvironment, tmp_path: Path) -> None:
    wheels = [odd(tmp_path, IMPORT + HOOK), odd(tmp_path, IMPORT + HOOK, distribution="other-odd")]
    host.install_beside(tmp_path / "beside", *wheels)
    outcome = use(host, tmp_path / "beside", tmp_path)
    assert [(plugin["distribution"], plugin["state"]) for plugin in outcome.plugins] == [
        ("etl-host-odd", "conflict"),
        ("other-odd", "conflict"),
    ]
    assert outcome.needing.code == 2
    assert "etl-host-odd and other-odd have each a plugin called odd" in outcome.needing.stderr
    one = use(host, tmp_path / "beside", _new(tmp_path), settings={"ETL_HOST_PLUGINS_DISABLED": "other-odd"})
    assert sorted(plugin["state"] for plugin in one.plugins) == ["disabled", "ok"]
    assert one.needing.code == 0


def test_of_two_plugins_with_one_processor_name_the_qualified_one_is_used(
    host: FreshEnvironment, tmp_path: Path
) -> None:
    entry_points = "[etl_host.plugins]\nother = other_odd.plugin\n"
    other = tiny_wheel(
        tmp_path / "wheels", "other-odd", {"other_odd/plugin.py": IMPORT + HOOK}, entry_points=entry_points
    )
    host.install_beside(tmp_path / "beside", odd(tmp_path, IMPORT + HOOK), other)
    outcome = use(host, tmp_path / "beside", tmp_path)
    assert [plugin["state"] for plugin in outcome.plugins] == ["ok", "ok"]
    assert outcome.needing.code == 2
    assert "write etl-host-odd/odd or other-odd/odd" in outcome.needing.stderr
    qualified = use(host, tmp_path / "beside", _new(tmp_path), processor="etl-host-odd/odd")
    assert qualified.needing.code == 0


@pytest.mark.parametrize("name", ["odd", "etl-host-odd", "ETL_Host.Odd"])
def test_a_disabled_plugin_is_listed_and_not_imported(host: FreshEnvironment, tmp_path: Path, name: str) -> None:
    imported = tmp_path / "imported"
    host.install_beside(tmp_path / "beside", odd(tmp_path, f"open({str(imported)!r}, 'w')\n"))
    outcome = use(host, tmp_path / "beside", tmp_path, settings={"ETL_HOST_PLUGINS_DISABLED": name})
    assert [plugin["state"] for plugin in outcome.plugins] == ["disabled"]
    assert outcome.needing.code == 2
    assert "named in ETL_HOST_PLUGINS_DISABLED" in outcome.needing.stderr
    assert not imported.exists()


def test_an_entry_point_to_a_missing_module_is_broken(host: FreshEnvironment, tmp_path: Path) -> None:
    wheel = tiny_wheel(tmp_path / "wheels", "etl-host-odd", {"etl_host_odd/other.py": ""})
    host.install_beside(tmp_path / "beside", wheel)
    outcome = use(host, tmp_path / "beside", tmp_path)
    [plugin] = outcome.plugins
    assert (plugin["state"], plugin["remedy"]) == ("broken", "pip install --force-reinstall etl-host-odd")
    assert "No module named 'etl_host_odd.plugin'" in outcome.needing.stderr


def test_a_stale_dist_info_is_a_note_on_the_newer_one(host: FreshEnvironment, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    host.install_beside(beside, odd(tmp_path, IMPORT + HOOK))
    shutil.copytree(beside / "etl_host_odd-1.0.dist-info", beside / "etl_host_odd-0.9.dist-info")
    metadata = beside / "etl_host_odd-0.9.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("Version: 1.0", "Version: 0.9"))
    outcome = use(host, beside, tmp_path)
    [plugin] = outcome.plugins
    assert (plugin["state"], plugin["version"]) == ("ok", "1.0")
    assert plugin["notes"] == [f"there is also 0.9 in {beside}: uninstall it"]
    assert outcome.needing.code == 0


def test_without_metadata_it_is_broken(host: FreshEnvironment, tmp_path: Path) -> None:
    host.install_beside(tmp_path / "beside", odd(tmp_path, IMPORT + HOOK))
    (tmp_path / "beside" / "etl_host_odd-1.0.dist-info" / "METADATA").unlink()
    outcome = use(host, tmp_path / "beside", tmp_path)
    assert [plugin["reason"] for plugin in outcome.plugins] == ["etl_host_odd-1.0.dist-info has no METADATA"]
    assert "pip install --force-reinstall etl-host-odd" in outcome.needing.stderr


@pytest.mark.parametrize("text", [b"\xff\xfe", b"[etl_host.plugins]\nodd = etl_host_odd.plugin\n\xff"])
def test_entry_points_that_cannot_be_decoded_hurt_nobody_else(
    host: FreshEnvironment, tmp_path: Path, text: bytes
) -> None:
    host.install_beside(tmp_path / "beside", odd(tmp_path, IMPORT + HOOK))
    (tmp_path / "beside" / "etl_host_odd-1.0.dist-info" / "entry_points.txt").write_bytes(text)
    outcome = use(host, tmp_path / "beside", tmp_path)
    assert [plugin["state"] for plugin in outcome.plugins if plugin["name"] == "odd"] == ["broken"] * (len(text) > 2)
    assert outcome.needing.code == 2


def test_an_editable_installation_is_ok_and_located_at_its_source(own: FreshEnvironment, tmp_path: Path) -> None:
    own.install(Path(__file__).parents[2] / "examples" / "plugin-fixed-width", editable=True)
    project = tmp_path / "project"
    (project / "etl_host_odd").mkdir(parents=True)
    (project / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "etl-host-odd"\nversion = "1.0"\ndependencies = ["etl-host>=0.1"]\n'
        '[project.entry-points."etl_host.plugins"]\nodd = "etl_host_odd.plugin"\n'
    )
    for name, source in {"__init__": "", "plugin": IMPORT + HOOK}.items():
        (project / "etl_host_odd" / f"{name}.py").write_text(source)
    own.install(project, editable=True)
    outcome = use(own, tmp_path / "nothing", _new(tmp_path))
    [plugin] = outcome.plugins
    assert (plugin["state"], plugin["editable"], plugin["location"]) == ("ok", True, str(project))
    requirements = own.run("etl-host", "list-plugins", "--requirements").stdout.splitlines()
    assert f"-e {project}" in requirements


def _new(folder: Path) -> Path:
    folder = folder / "again"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("run", "good.yaml", "--report", "odd"), 'reporter "odd" can\'t be used'),
        (("run", "good.yaml", "--connection", "db=odd"), 'connection "odd" can\'t be used'),
        (("ask",), 'command "ask" can\'t be used'),
    ],
    ids=["reporter", "connection", "command"],
)
def test_whatever_kind_is_needed_of_a_broken_plugin_the_message_is_the_same(
    host: FreshEnvironment, tmp_path: Path, arguments: tuple[str, ...], what: str
) -> None:
    entry_points = "[etl_host.plugins]\nodd = etl_host_odd.plugin\n[etl_host.commands]\nask = etl_host_odd.plugin:ask\n"
    wheel = tiny_wheel(
        tmp_path / "wheels", "etl-host-odd", {"etl_host_odd/plugin.py": "import not_there\n"}, entry_points=entry_points
    )
    host.install_beside(tmp_path / "beside", wheel)
    use(host, tmp_path / "beside", tmp_path)
    (tmp_path / "out.txt").unlink()
    done = host.run("etl-host", *arguments, folder=tmp_path, settings={"PYTHONPATH": str(tmp_path / "beside")})
    assert (done.returncode, done.stdout) == (2, "")
    for text in (what, "of etl-host-odd 1.0 is broken: ModuleNotFoundError: No module named 'not_there'"):
        assert text in done.stderr
    assert "pip install not_there" in done.stderr
    assert not (tmp_path / "out.txt").exists()
