from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from pathlib import Path

import importlib_metadata
import pytest

from etl_host.registry.discovery import PLUGINS, find, host_version
from etl_host.registry.plugin import Plugin
from plugin_folder import PluginFolder, offering


def found(*names: str) -> list[Plugin]:
    """Those of the plugins found that belong to the distributions named."""
    return [plugin for plugin in find(PLUGINS)[PLUGINS] if plugin.distribution in names]


def test_a_plugin_is_found_with_its_metadata_and_not_imported(folder: PluginFolder) -> None:
    module = folder.plugin("alpha", offering("source alpha"), version="2.1", requires=["etl-host>=0.1", "pluggy"])
    [plugin] = found("etl-host-alpha")
    assert (plugin.name, plugin.version, plugin.value) == ("alpha", "2.1", module)
    assert (plugin.summary, plugin.location) == ("About etl-host-alpha.", str(folder.path))
    assert plugin.requires == ["etl-host>=0.1", "pluggy"]
    assert plugin.state == "found"
    assert module not in sys.modules


def test_groups_are_told_apart(folder: PluginFolder) -> None:
    folder.distribution(
        "etl-host-both", "[etl_host.plugins]\none = m\n[etl_host.commands]\ntwo = m:c\n[other]\nx = y\n"
    )
    groups = find("etl_host.plugins", "etl_host.commands")
    assert [p.name for p in groups["etl_host.plugins"] if p.distribution == "etl-host-both"] == ["one"]
    assert [p.value for p in groups["etl_host.commands"] if p.distribution == "etl-host-both"] == ["m:c"]


def test_plugins_come_in_the_order_of_their_names(folder: PluginFolder) -> None:
    for name in ("zeta", "alpha", "mid"):
        folder.plugin(name, "")
    names = [plugin.name for plugin in find(PLUGINS)[PLUGINS]]
    assert names == sorted(names)


def test_a_malformed_line_breaks_only_itself(folder: PluginFolder) -> None:
    lines = [
        "good = etl_host_good.plugin",
        "nonsense",
        "spaces = a b c",
        "dots = a..b",
        "empty =",
        "# note = x",
    ]
    folder.distribution("etl-host-odd", "\n".join(["[etl_host.plugins]", *lines]))
    folder.plugin("alpha", "")
    states = {plugin.name: plugin.state for plugin in found("etl-host-odd", "etl-host-alpha")}
    expected = dict.fromkeys(["nonsense", "spaces", "dots", "empty"], "broken") | {
        "good": "found",
        "alpha": "found",
    }
    assert states == expected
    [plugin] = [plugin for plugin in found("etl-host-odd") if plugin.name == "nonsense"]
    assert plugin.reason == '"nonsense" is no entry point: it must read name = module'
    assert plugin.remedy == "pip install --force-reinstall etl-host-odd"


def test_extras_and_spaces_of_an_entry_point_are_dropped(folder: PluginFolder) -> None:
    folder.distribution("etl-host-old", "[etl_host.plugins]\n  old=etl_host_old.plugin : thing [extra]\n")
    assert [plugin.value for plugin in found("etl-host-old")] == ["etl_host_old.plugin:thing"]


def test_without_metadata_it_is_broken_and_named_after_its_folder(folder: PluginFolder) -> None:
    info = folder.distribution("etl-host-cut", "[etl_host.plugins]\ncut = etl_host_cut\n")
    (info / "METADATA").unlink()
    folder.plugin("alpha", "")
    [plugin] = found("etl-host-cut")
    assert (plugin.state, plugin.reason) == ("broken", "etl_host_cut-1.0.dist-info has no METADATA")
    assert [plugin.state for plugin in found("etl-host-alpha")] == ["found"]


def test_remains_of_an_uninstallation_are_no_matter(folder: PluginFolder) -> None:
    (folder.path / "etl_host_gone-1.0.dist-info").mkdir()
    (folder.path / "not_a_folder-1.0.dist-info").touch()
    folder.plugin("alpha", "")
    assert [plugin.state for plugin in found("etl-host-alpha")] == ["found"]


def test_entry_points_that_cannot_be_decoded_are_broken(folder: PluginFolder) -> None:
    folder.distribution("etl-host-bytes", b"[etl_host.plugins]\nbytes = etl_host_bytes\n\xff\xfe = x\n")
    folder.distribution("other-bytes", b"[other]\n\xff\xfe = x\n")
    folder.plugin("alpha", "")
    alpha, *broken = found("etl-host-alpha", "etl-host-bytes", "other-bytes")
    assert alpha.state == "found"
    assert [(plugin.name, plugin.state) for plugin in broken] == [("bytes", "broken"), ("\ufffd\ufffd", "broken")]
    reason = "entry_points.txt in etl_host_bytes-1.0.dist-info can't be read: 'utf-8' codec can't decode byte"
    assert broken[0].reason.startswith(reason)
    assert broken[0].remedy == "pip install --force-reinstall etl-host-bytes"


def test_entry_points_that_the_disk_refuses_are_left_out_with_a_warning(
    folder: PluginFolder, caplog: pytest.LogCaptureFixture
) -> None:
    info = folder.distribution("etl-host-loop", "[etl_host.plugins]\nloop = m\n")
    (info / "entry_points.txt").unlink()
    (info / "entry_points.txt").symlink_to("entry_points.txt")
    folder.plugin("alpha", "")
    with caplog.at_level(logging.WARNING):
        assert [plugin.name for plugin in found("etl-host-alpha", "etl-host-loop")] == ["alpha"]
    assert f"{info} is left out" in caplog.text


def test_metadata_that_cannot_be_decoded_is_broken(folder: PluginFolder) -> None:
    info = folder.distribution("etl-host-bytes", "[etl_host.plugins]\nbytes = m\n")
    (info / "METADATA").write_bytes(b"Name: etl-host-bytes\nSummary: \xff\n")
    [plugin] = found("etl-host-bytes")
    assert plugin.state == "broken"
    assert plugin.reason.startswith("METADATA in etl_host_bytes-1.0.dist-info can't be read: ")


def test_of_two_versions_in_one_folder_the_newer_counts(folder: PluginFolder) -> None:
    for version in ("1.9", "1.10", "1.2"):
        folder.distribution("etl-host-twice", "[etl_host.plugins]\ntwice = m\n", version=version)
    [plugin] = found("etl-host-twice")
    assert plugin.version == "1.10"
    assert sorted(plugin.notes) == [
        f"there is also {version} in {folder.path}: uninstall it" for version in ("1.2", "1.9")
    ]


def test_of_two_folders_the_first_on_the_path_counts(
    folder: PluginFolder, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = PluginFolder(tmp_path_factory.mktemp("first"))
    folder.distribution("etl-host-twice", "[etl_host.plugins]\ntwice = m\n", version="2.0")
    first.distribution("etl-host-twice", "[etl_host.plugins]\ntwice = m\n", version="1.0", suffix="egg-info")
    monkeypatch.syspath_prepend(str(first.path))
    [plugin] = found("etl-host-twice")
    assert (plugin.version, plugin.notes) == ("1.0", [f"there is also 2.0 in {folder.path}: uninstall it"])


def test_the_same_distribution_seen_twice_is_not_worth_a_note(
    folder: PluginFolder, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.plugin("alpha", "")
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(folder.path, other, dirs_exist_ok=True)
    monkeypatch.syspath_prepend(str(other))
    [plugin] = found("etl-host-alpha")
    assert plugin.notes == []


def test_an_editable_installation_is_located_at_its_source(folder: PluginFolder) -> None:
    info = folder.distribution("etl-host-edit", "[etl_host.plugins]\nedit = m\n")
    (info / "direct_url.json").write_text('{"url": "file:///src/my%20edit", "dir_info": {"editable": true}}')
    assert [(plugin.location, plugin.source) for plugin in found("etl-host-edit")] == [("/src/my edit", "/src/my edit")]
    (info / "direct_url.json").write_text('{"url": "file:///src/my%20edit", "dir_info"')
    assert [(plugin.location, plugin.source) for plugin in found("etl-host-edit")] == [(str(folder.path), "")]


def test_names_are_normalised(folder: PluginFolder) -> None:
    folder.distribution("ETL_Host.Odd", "[etl_host.plugins]\nOdd_One = m\n")
    assert [plugin.answers_to for plugin in found("etl-host-odd")] == [{"odd-one", "etl-host-odd"}]


def test_the_host_knows_its_version() -> None:
    assert host_version() == importlib_metadata.version("etl-host")


def test_no_other_file_of_the_host_knows_importlib_metadata() -> None:
    import etl_host

    [root] = map(Path, etl_host.__path__)
    users = [file for file in root.rglob("*.py") if "importlib_metadata" in file.read_text()]
    assert users == [root / "registry" / "discovery.py"]


def test_what_else_is_installed_is_not_imported(folder: PluginFolder) -> None:
    folder.plugin("alpha", "raise SystemExit('imported')")
    code = "from etl_host.registry.discovery import PLUGINS, find; print([p.name for p in find(PLUGINS)[PLUGINS]])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(folder.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "'alpha'" in done.stdout


def test_requirements_that_cannot_be_decoded_break_only_their_plugin(folder: PluginFolder) -> None:
    info = folder.distribution("etl-host-bytes", "[etl_host.plugins]\nbytes = m\n", requires=(), suffix="egg-info")
    (info / "requires.txt").write_bytes(b"etl-host\n\xff\n")
    folder.plugin("alpha", "")
    alpha, plugin = found("etl-host-alpha", "etl-host-bytes")
    assert (alpha.state, plugin.state) == ("found", "broken")
    assert plugin.reason.startswith("what it requires can't be read: 'utf-8' codec can't decode byte")


def test_the_same_entry_point_twice_is_one_plugin(folder: PluginFolder) -> None:
    folder.distribution("etl-host-twice", "[etl_host.plugins]\ntwice = m\ntwice = m\n")
    assert [plugin.state for plugin in found("etl-host-twice")] == ["found"]


def test_of_several_versions_of_the_host_the_newest_of_the_first_folder_counts(folder: PluginFolder) -> None:
    for version in ("0.9", "77.10", "77.9"):
        folder.distribution("etl-host", "", version=version)
    (folder.distribution("etl-host", "", version="99") / "METADATA").write_bytes(b"\xff")
    assert host_version() == "77.10"
