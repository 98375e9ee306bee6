"""A working folder with a pipeline that loads numbers into a SQLite file, through the real command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from etl_host.cli import main
from plugin_folder import PluginFolder
from recorded_runs import PIPELINE, PLUGIN, EtlHost


@pytest.fixture
def home(folder: PluginFolder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder; SQLITE_FILE names the target."""
    folder.plugin("numbers", PLUGIN)
    home = folder.path / "home"
    home.mkdir()
    (home / "pipeline.yaml").write_text(PIPELINE)
    (home / "a.txt").write_text("1\n2\n7\n3\n")
    monkeypatch.chdir(home)
    monkeypatch.setenv("SQLITE_FILE", str(home / "target.db"))
    monkeypatch.setenv("ETL_HOST_PLUGINS_ALLOWED", "numbers")
    return home


@pytest.fixture
def etl_host() -> EtlHost:
    """Calls the command line."""

    def call(*arguments: str, answers: str = "") -> Result:
        return CliRunner().invoke(main, arguments, input=answers, prog_name="etl-host")

    return call
