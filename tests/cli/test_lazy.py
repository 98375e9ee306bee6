from __future__ import annotations

import sys

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from etl_host.cli import COMMANDS, main
from etl_host.cli.host import Host
from plugin_folder import PluginFolder

COMMAND = """
    import click

    @click.command()
    @click.argument("words", nargs=-1)
    @click.pass_obj
    def command(host, words):
        click.echo(f"{type(host).__name__} {' '.join(words)}")
"""


def test_a_command_of_a_plugin_is_called_with_the_host(folder: PluginFolder) -> None:
    folder.command("ask", COMMAND)
    result = CliRunner().invoke(main, ["ask", "a", "b"])
    assert (result.exit_code, result.output) == (0, "Host a b\n")


def test_a_broken_command_says_so_when_it_is_called_and_the_others_work(folder: PluginFolder) -> None:
    folder.command("ask", COMMAND)
    folder.command("bad", "import no_such_module")
    assert CliRunner().invoke(main, ["ask"]).exit_code == 0
    result = CliRunner().invoke(main, ["bad"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        'command "bad" can\'t be used: plugin bad of etl-host-bad 1.0 is broken: '
        "ModuleNotFoundError: No module named 'no_such_module' [broken-plugin]\n"
        "  next: pip install no_such_module\n"
        "  more: etl-host explain broken-plugin\n"
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("raise SystemExit(0)", "SystemExit: 0"),
        ("def broken(:\n", "SyntaxError: "),
        (
            "print('hello')\ncommand = print",
            "TypeError: etl_host_bad_command:command is <built-in function print>",
        ),
        ("x = 1", "ImportError: module etl_host_bad_command has no command"),
    ],
)
def test_whatever_is_wrong_with_it_the_exit_code_is_2_and_stdout_clean(
    folder: PluginFolder, source: str, reason: str
) -> None:
    folder.command("bad", source)
    result = CliRunner().invoke(main, ["bad"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert reason in result.stderr


def test_a_disabled_command_is_not_imported(folder: PluginFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    module = folder.command("ask", COMMAND)
    result = CliRunner().invoke(main, ["--disable-plugin", "etl-host-ask", "ask"])
    assert result.exit_code == 2
    assert result.stderr.endswith(
        "is disabled: named by --disable-plugin [disabled-plugin]\n"
        "  next: leave out --disable-plugin\n"
        "  more: etl-host explain disabled-plugin\n"
    )
    monkeypatch.setenv("ETL_HOST_PLUGINS_DISABLED", "ask")
    result = CliRunner().invoke(main, ["ask"])
    assert result.exit_code == 2
    assert "ETL_HOST_PLUGINS_DISABLED" in result.stderr
    assert module not in sys.modules


def test_two_plugins_with_one_command_are_both_named(folder: PluginFolder) -> None:
    folder.command("ask", COMMAND)
    folder.command("ask", COMMAND, distribution="etl-host-other")
    result = CliRunner().invoke(main, ["ask"])
    assert result.exit_code == 2
    assert "etl-host-ask and etl-host-other have each a plugin called ask [conflicting-plugins]" in result.stderr
    assert CliRunner().invoke(main, ["--disable-plugin", "etl-host-other", "ask"]).exit_code == 0


def test_a_plugin_cannot_replace_a_command_of_the_host(folder: PluginFolder) -> None:
    module = folder.command("list-plugins", "raise SystemExit('imported')")
    result = CliRunner().invoke(main, ["list-plugins", "--no-load"])
    assert result.exit_code == 0
    assert "note: never called, as etl-host has a command list-plugins itself" in result.stdout
    assert module not in sys.modules


def test_an_unknown_command_is_a_usage_error_with_the_nearest() -> None:
    result = CliRunner().invoke(main, ["lsit-plugins"])
    assert result.exit_code == 2
    assert "No such command 'lsit-plugins', did you mean \"list-plugins\"?" in result.stderr


def test_completion_offers_commands_and_options_without_importing(folder: PluginFolder) -> None:
    module = folder.command("ask", "raise SystemExit('imported')")
    complete = ShellComplete(main, {}, "etl-host", "_ETL_HOST_COMPLETE")
    names = {item.value: item.help for item in complete.get_completions([], "")}
    assert names["ask"] == "from etl-host-ask 1.0"
    assert set(COMMANDS) <= set(names)
    assert [item.value for item in complete.get_completions([], "as")] == ["ask"]
    assert "--disable-plugin" in [item.value for item in complete.get_completions([], "--")]
    assert module not in sys.modules


def test_output_that_a_code_page_lacks_is_replaced(folder: PluginFolder) -> None:
    folder.command("ask", COMMAND)
    result = CliRunner(charset="latin-1").invoke(main, ["ask", "café", "→"])
    assert (result.exit_code, result.stdout_bytes) == (0, b"Host caf\xe9 ?\n")


def test_a_host_may_be_given_from_outside(folder: PluginFolder) -> None:
    host = Host({"ETL_HOST_PLUGINS_DISABLED": "ask"})
    folder.command("ask", COMMAND)
    assert CliRunner().invoke(main, ["ask"], obj=host).exit_code == 2


def test_the_own_commands_can_all_be_imported() -> None:
    with click.Context(main) as context:
        for name in COMMANDS:
            assert isinstance(main.get_command(context, name), click.Command)
