"""What a start of the command line costs, and what its help shows."""

from __future__ import annotations

import os
import subprocess
import sys

import importlib_metadata
import pytest
from click.testing import CliRunner

from etl_host.cli import COMMANDS, main
from plugin_folder import PluginFolder, offering

HEAVY = {"email.parser", "pydantic", "pydantic_core", "neo4j", "yaml", "rich", "fsspec", "packaging"}
COMMAND = "import click\n@click.command()\ndef command():\n    click.echo('called')\n"


def modules_after(folder: PluginFolder, *arguments: str) -> set[str]:
    """The modules that a process has imported once it has run the command line."""
    code = f"""if True:
        import sys
        from etl_host.cli import main
        try:
            main({list(arguments)!r})
        except SystemExit as stop:
            assert not stop.code, stop.code
        print("MODULES", *sys.modules)
    """
    environment = os.environ | {"PYTHONPATH": str(folder.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("MODULES ")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["list-plugins", "--help"]])
def test_help_imports_nothing_heavy_and_no_plugin(folder: PluginFolder, arguments: list[str]) -> None:
    folder.plugin("alpha", offering("source alpha"))
    folder.command("ask", COMMAND)
    modules = modules_after(folder, *arguments)
    plugins = {module for module in modules if module.startswith("etl_host_")}
    assert (modules & HEAVY, plugins, "pluggy" in modules) == (set(), set(), False)


def test_a_list_without_loading_imports_no_plugin(folder: PluginFolder) -> None:
    folder.plugin("alpha", offering("source alpha"))
    modules = modules_after(folder, "list-plugins", "--no-load")
    assert not {module for module in modules if module.startswith("etl_host_")}
    assert not modules & HEAVY


def test_importing_the_command_line_imports_click_and_no_more(folder: PluginFolder) -> None:
    code = "import etl_host.cli, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert not modules & (HEAVY | {"pluggy", "importlib_metadata"})


def test_help_shows_the_commands_of_plugins_from_metadata_alone(folder: PluginFolder) -> None:
    module = folder.command("ask", "raise SystemExit('imported')")
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    own, _, from_plugins = result.output.partition("Commands of plugins:")
    for name, (_, text) in COMMANDS.items():
        assert f"  {name}" in own
        assert text in own
    assert "ask" in from_plugins
    assert "from etl-host-ask 1.0\n" in from_plugins
    assert module not in sys.modules


@pytest.mark.parametrize("arguments", [["--disable-plugin", "ask", "--help"], ["--disable-plugin=etl-host-ask", "-h"]])
def test_help_says_that_a_command_is_disabled(folder: PluginFolder, arguments: list[str]) -> None:
    folder.command("ask", COMMAND)
    assert "from etl-host-ask 1.0 (disabled)" in CliRunner().invoke(main, arguments).output


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert (result.exit_code, result.output) == (0, f"etl-host {importlib_metadata.version('etl-host')}\n")


def test_the_console_script_is_installed() -> None:
    [script] = importlib_metadata.entry_points(group="console_scripts", name="etl-host")
    assert script.load() is main
