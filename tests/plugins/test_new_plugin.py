"""What ``etl-host new-plugin`` writes is a plugin that installs, and passes what it is checked with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fresh_environment import FreshEnvironment, build_wheel

RUFF = Path(sys.executable).parent / "ruff"


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.parametrize("kind", ["source", "validator", "sink", "reporter"])
def test_as_generated_it_installs_and_its_checks_pass(
    host: FreshEnvironment, tmp_path: Path, kind: str, mypy_cache: Path
) -> None:
    name = "a-rather-long-name-for-a-thing"
    written = host.run("etl-host", "new-plugin", name, "--kind", kind, folder=tmp_path)
    assert written.returncode == 0, written.stderr
    project = tmp_path / f"etl-host-{name}"
    host.install_beside(tmp_path / "beside", build_wheel(project, tmp_path / "wheels"))
    settings = {"PYTHONPATH": str(tmp_path / "beside")}

    listing = host.run("etl-host", "list-plugins", "--json", "--strict", settings=settings)
    assert listing.returncode == 0
    [plugin] = [plugin for plugin in json.loads(listing.stdout)["plugins"] if plugin["name"] == name]
    assert (plugin["provides"], plugin["notes"]) == ({kind: [name]}, [])

    tests = host.run("python", "-m", "pytest", "-q", folder=project, settings=settings)
    assert tests.returncode == 0, tests.stdout
    types = host.run("python", "-m", "mypy", "--cache-dir", mypy_cache, folder=project)
    assert types.returncode == 0, types.stdout + types.stderr
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([RUFF, *command, "--no-cache", project], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_every_file_is_in_the_wheel_of_the_host(host: FreshEnvironment, tmp_path: Path) -> None:
    host.run("etl-host", "new-plugin", "thing", folder=tmp_path)
    files = {str(file.relative_to(tmp_path / "etl-host-thing")) for file in tmp_path.rglob("*") if file.is_file()}
    assert files == {
        ".github/workflows/test.yml",
        ".gitignore",
        "README.md",
        "etl_host_thing/__init__.py",
        "etl_host_thing/plugin.py",
        "etl_host_thing/py.typed",
        "etl_host_thing/source.py",
        "pyproject.toml",
        "tests/test_contract.py",
    }
