"""A third party's plugin comes and goes with its installation."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from fresh_environment import ROOT, FreshEnvironment
from readme_tables import tables_in

EXAMPLE = ROOT / "examples" / "plugin-fixed-width"


def test_installed_it_is_listed_and_used_and_uninstalled_it_is_gone(
    own: FreshEnvironment, fixed_width_wheel: Path, tmp_path: Path
) -> None:
    before = own.run("etl-host", "list-plugins")
    assert (before.returncode, before.stdout) == (
        0,
        "none; the plugins of this project: pip install 'etl-host[standard]'\n",
    )
    own.install(fixed_width_wheel)
    listing = json.loads(own.run("etl-host", "list-plugins", "--json", "--strict").stdout)
    [plugin] = listing["plugins"]
    assert (plugin["name"], plugin["distribution"], plugin["version"]) == (
        "fixed-width",
        "etl-host-fixed-width",
        "1.0.0",
    )
    assert (plugin["state"], plugin["provides"]) == ("ok", {"source": ["fixed-width"], "sink": ["fixed-width"]})
    assert Path(plugin["location"]).is_relative_to(own.path)

    for name in ("tides.txt", "tides.yaml"):
        shutil.copy(EXAMPLE / name, tmp_path)
    done = own.run("etl-host", "run", "tides.yaml", "--quiet", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "heights.txt").read_text().splitlines()[1] == "4.1  Lucinda     "

    own.uninstall("etl-host-fixed-width")
    assert own.run("etl-host", "list-plugins").stdout == before.stdout
    refused = own.run("etl-host", "run", "tides.yaml", folder=tmp_path)
    assert refused.returncode == 2
    assert 'no plugin offers a source "fixed-width"' in refused.stderr
    assert "install the plugin that has it" in refused.stderr


def test_the_tables_in_its_readme_are_those_of_the_plugin(host: FreshEnvironment) -> None:
    printed = host.run("etl-host", "plugin-info", "fixed-width", "--markdown").stdout
    assert tables_in((EXAMPLE / "README.md").read_text("utf-8"), "fixed-width") == printed.strip()


def test_its_own_tests_pass(host: FreshEnvironment, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE / "tests", tmp_path / "tests")
    shutil.copy(EXAMPLE / "pyproject.toml", tmp_path)
    done = host.run("python", "-m", "pytest", "-q", folder=tmp_path)
    assert done.returncode == 0, done.stdout


def test_it_is_installed_nowhere_else() -> None:
    """Else the tests above would show nothing."""
    from importlib_metadata import distributions

    assert "etl-host-fixed-width" not in {each.metadata["Name"] for each in distributions()}
