"""The plugins of this repository, installed as anybody would install them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fresh_environment import ROOT, FreshEnvironment, build_wheel
from readme_tables import READMES, tables_in, tables_of, with_tables


def test_from_wheels_they_are_all_ok(own: FreshEnvironment, tmp_path: Path) -> None:
    projects = sorted(ROOT.glob("plugins/*/"))
    own.install(*(build_wheel(project, tmp_path) for project in projects))
    done = own.run("etl-host", "list-plugins", "--json", "--strict")
    assert done.returncode == 0, done.stdout
    listing = json.loads(done.stdout)
    assert {plugin["distribution"] for plugin in listing["plugins"]} == {project.name for project in projects}
    assert [each for each in [*listing["plugins"], *listing["commands"]] if each["notes"] or each["printed"]] == []
    own.uninstall("etl-host-neo4j")
    rest = json.loads(own.run("etl-host", "list-plugins", "--json").stdout)
    assert {plugin["distribution"] for plugin in rest["plugins"]} == {
        project.name for project in projects if project.name != "etl-host-neo4j"
    }


def test_from_wheels_the_first_pipelines_are_written_and_are_right(own: FreshEnvironment, tmp_path: Path) -> None:
    own.install(*(build_wheel(project, tmp_path) for project in sorted(ROOT.glob("plugins/*/"))))
    for place, arguments in {"start": [], "gtfs": ["--example", "gtfs"]}.items():
        folder = tmp_path / place
        written = own.run("etl-host", "init", str(folder), *arguments)
        assert written.returncode == 0, written.stderr
        checked = own.run("etl-host", "check", "--offline", str(folder / "pipeline.yaml"))
        assert checked.returncode == 0, checked.stdout
    assert own.run("etl-host", "explain", "missing-constraint").stdout.startswith("missing-constraint: ")


def test_listing_them_imports_nothing_heavy() -> None:
    code = "from etl_host.cli import main; main(['list-plugins', '--strict'])"
    script = f"import sys\ntry:\n    {code}\nexcept SystemExit as stop:\n    assert not stop.code\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    modules = set(done.stdout.splitlines()[-1].split())
    assert not modules & {"pydantic", "neo4j", "yaml", "rich", "fsspec", "stamina"}


@pytest.mark.parametrize("name", READMES)
def test_the_tables_of_options_in_its_readme_are_those_of_the_plugin(name: str) -> None:
    text = READMES[name].read_text("utf-8")
    remedy = ".venv/bin/python tests/support/readme_tables.py writes them"
    assert tables_in(text, name) == tables_of(name), remedy


def test_tables_are_put_between_the_markers_and_the_rest_stays() -> None:
    once = with_tables("# x\n\ntext\n", "x", "| a |")
    assert once == "# x\n\ntext\n\n<!-- etl-host plugin-info x --markdown -->\n\n| a |\n\n<!-- end -->\n"
    more = once + "\nmore\n"
    assert with_tables(more, "x", "| b |") == more.replace("| a |", "| b |")
    assert (tables_in(more, "x"), tables_in("# x\n", "x")) == ("| a |", None)
