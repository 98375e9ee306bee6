from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from etl_host.cli import main
from etl_host.cli.options import epilog
from plugin_folder import PluginFolder, offering

GROUP = """
    import click

    @click.group()
    def command():
        pass

    @command.command()
    @click.option("--traceback", default="own")
    def inner(traceback):
        click.echo(traceback)
"""


@pytest.mark.parametrize(
    "arguments",
    [
        ["--disable-plugin", "alpha", "list-plugins"],
        ["list-plugins", "--disable-plugin", "alpha"],
        ["--disable-plugin", "beta", "list-plugins", "--disable-plugin", "etl-host-alpha"],
    ],
)
def test_a_plugin_is_disabled_before_or_behind_the_command(folder: PluginFolder, arguments: list[str]) -> None:
    folder.plugin("alpha", offering("source alpha"))
    folder.plugin("beta", offering("source beta"))
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.stderr
    states = {
        line.split()[0]: line.split()[3] for line in result.stdout.splitlines() if line.startswith(("alpha", "beta"))
    }
    assert states == {"alpha": "disabled", "beta": "disabled" if "beta" in arguments else "ok"}


@pytest.mark.parametrize("rest", ["list-plugins", "--help"])
def test_a_name_that_is_not_installed_is_an_error_with_the_nearest(folder: PluginFolder, rest: str) -> None:
    folder.plugin("alpha", offering("source alpha"))
    result = CliRunner().invoke(main, ["--disable-plugin", "alhpa", rest])
    assert result.exit_code == 2
    assert result.stderr == (
        '--disable-plugin: no plugin "alhpa" is installed, did you mean "alpha"? [unknown-plugin]\n'
        "  next: etl-host list-plugins shows what is\n"
        "  more: etl-host explain unknown-plugin\n"
    )


def test_an_option_of_a_plugins_command_is_not_taken_over(folder: PluginFolder) -> None:
    folder.command("ask", GROUP)
    assert CliRunner().invoke(main, ["ask", "inner"]).output == "own\n"
    assert CliRunner().invoke(main, ["ask", "inner", "--traceback", "x"]).output == "x\n"


def test_what_stands_below_the_options_is_kept_line_by_line() -> None:
    command = click.Command("x", epilog=epilog(examples=["etl-host x"], exit_codes=["0  well" * 20, "1  not"]))
    shown = CliRunner().invoke(command, ["--help"], terminal_width=80).output
    assert shown.endswith(f"\n\n  Examples:\n    etl-host x\n\n  Exit codes:\n    {'0  well' * 20}\n    1  not\n")


def test_subcommands_take_the_common_options_too(folder: PluginFolder) -> None:
    folder.command("ask", GROUP)
    assert "--disable-plugin" in CliRunner().invoke(main, ["ask", "inner", "-h"]).output
