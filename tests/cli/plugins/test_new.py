from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from etl_host.cli import main
from etl_host.cli.plugins.new import KINDS, compatible
from etl_host.registry.compatibility import objection
from etl_host.registry.discovery import host_version
from plugin_folder import PluginFolder, offering


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def new(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["new-plugin", *arguments])


@pytest.mark.parametrize("kind", [*KINDS])
def test_nothing_is_left_to_be_filled_in(here: Path, kind: str) -> None:
    assert new("two-words", "--kind", kind).exit_code == 0
    texts = [file.read_text() for file in here.rglob("*") if file.is_file()]
    assert len(texts) == 9
    assert not [text for text in texts if "<<" in text or ">>" in text]
    workflow = yaml.safe_load((here / "etl-host-two-words" / ".github" / "workflows" / "test.yml").read_text())
    assert workflow["jobs"]["test"]["steps"]


def test_it_says_what_it_wrote_and_what_to_do_next(here: Path) -> None:
    first, *_, last = new("thing").stdout.splitlines()
    assert first == "wrote  etl-host-thing/pyproject.toml"
    assert last == 'next   cd etl-host-thing && pip install -e ".[dev]" && pytest'


def test_the_prefix_of_distributions_may_be_written(here: Path) -> None:
    assert new("etl-host-thing").exit_code == 0
    assert [file.name for file in here.iterdir()] == ["etl-host-thing"]


def test_the_package_wants_this_version_of_the_host(here: Path) -> None:
    new("thing")
    project = tomllib.loads((here / "etl-host-thing" / "pyproject.toml").read_text())["project"]
    assert objection(project["dependencies"], host_version()) == ""
    assert objection(project["dependencies"], "99.0") != ""


@pytest.mark.parametrize(
    ("version", "versions"), [("0.1.0", ">=0.1,<0.2"), ("1.4.2", ">=1.4,<2"), ("2.0rc1", ">=2.0,<3")]
)
def test_compatible_versions_are_those_up_to_the_next_break(version: str, versions: str) -> None:
    assert compatible(version) == versions


def test_nothing_is_overwritten(here: Path) -> None:
    (here / "etl-host-thing").mkdir()
    result = new("thing")
    assert result.exit_code == 2
    assert "etl-host-thing is there already; nothing was written [would-overwrite]" in result.stderr
    assert list((here / "etl-host-thing").iterdir()) == []


def test_where_nothing_can_be_written_it_says_so(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "mkdir", lambda *_, **__: (_ for _ in ()).throw(PermissionError(13, "denied", "x")))
    result = new("thing")
    assert result.exit_code == 1
    assert "x can't be written: denied" in result.stderr


@pytest.mark.parametrize("name", ["Thing", "two_words", "-x", "x-", "a--b", "1st", "ünder", "a/b", "..", "x" * 31, ""])
def test_names_that_make_no_package_are_refused(here: Path, name: str) -> None:
    result = new("--", name)
    assert result.exit_code == 2
    assert "can't be the name of a plugin" in result.stderr
    assert list(here.iterdir()) == []


def test_the_name_of_an_installed_plugin_is_refused(folder: PluginFolder, here: Path) -> None:
    folder.plugin("alpha", offering("source x"))
    result = new("alpha")
    assert result.exit_code == 2
    assert "plugin alpha of etl-host-alpha 1.0 is installed" in result.stderr
