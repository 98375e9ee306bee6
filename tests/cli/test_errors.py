from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from etl_host.cli import main
from etl_host.cli.errors import message_of
from etl_host.core.errors import RunRefused
from etl_host.pipeline.problems import Place, Problems
from plugin_folder import PluginFolder


def call(folder: PluginFolder, body: str, *arguments: str) -> Result:
    """Run a command made of ``body``."""
    source = f"import click, etl_host\n@click.command()\ndef command():\n    {body}\n"
    folder.command("ask", source)
    return CliRunner().invoke(main, ["ask", *arguments])


def test_an_error_of_ours_is_message_code_and_remedy_on_stderr(folder: PluginFolder) -> None:
    result = call(folder, "raise etl_host.InputError('stops.txt is missing', remedy='name another')")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr == (
        "stops.txt is missing [wrong-input]\n  next: name another\n  more: etl-host explain wrong-input\n"
    )


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("etl_host.OptionError('path', 'x')", 2),
        ("etl_host.BudgetExceeded('x')", 4),
        ("etl_host.Interrupted('x')", 5),
        ("etl_host.Locked('x')", 6),
        ("KeyboardInterrupt", 5),
        ("ValueError('x')", 1),
        ("click.UsageError('x')", 2),
        ("click.exceptions.Exit(3)", 3),
        ("SystemExit(4)", 4),
    ],
)
def test_each_error_has_its_exit_code_and_no_traceback(folder: PluginFolder, error: str, code: int) -> None:
    result = call(folder, f"raise {error}")
    assert result.exit_code == code
    assert "Traceback" not in result.output


def test_ctrl_c_is_one_line(folder: PluginFolder) -> None:
    assert call(folder, "raise KeyboardInterrupt").stderr == "interrupted [interrupted]\n"


def test_an_unexpected_error_says_how_to_see_more(folder: PluginFolder) -> None:
    result = call(folder, "raise ValueError('odd')")
    assert result.stderr == (
        "unexpected ValueError: odd [unexpected]\n"
        "  next: the same with --traceback, to see where; then please report it\n"
        "  more: etl-host explain unexpected\n"
    )


@pytest.mark.parametrize("before", [True, False])
def test_the_traceback_is_shown_where_it_is_wanted_and_the_message_still_last(
    folder: PluginFolder, before: bool
) -> None:
    folder.command("ask", "import click\n@click.command()\ndef command():\n    raise ValueError('odd')\n")
    result = CliRunner().invoke(main, ["--traceback", "ask"] if before else ["ask", "--traceback"])
    assert result.exit_code == 1
    first, *_, message, remedy, _ = result.stderr.splitlines()
    assert first == "Traceback (most recent call last):"
    assert "raise ValueError('odd')" in result.stderr
    assert (message, remedy[:7]) == ("unexpected ValueError: odd [unexpected]", "  next:")


@pytest.mark.parametrize("error", ["ValueError", "etl_host.InputError"])
@pytest.mark.parametrize("arguments", [[], ["--traceback"]])
def test_no_secret_of_the_environment_is_shown(
    folder: PluginFolder, monkeypatch: pytest.MonkeyPatch, error: str, arguments: list[str]
) -> None:
    monkeypatch.setenv("PROD_PASSWORD", "hunter2-hunter2")
    result = call(folder, f"import os; raise {error}('no way in with ' + os.environ['PROD_PASSWORD'])", *arguments)
    assert "no way in with …" in result.stderr
    assert "hunter2" not in result.output


def test_the_code_stands_behind_the_first_of_several_lines() -> None:
    assert message_of(RunRefused("it has changed:\n  this\n  that", remedy="undo it")).split("\n") == [
        "it has changed: [run-refused]",
        "  this",
        "  that",
        "  next: undo it",
        "  more: etl-host explain run-refused",
    ]
    assert message_of(ValueError("odd:\n  very")).startswith("unexpected ValueError: odd: [unexpected]\n  very\n")


def test_problems_of_a_pipeline_have_codes_of_their_own_and_the_first_is_explained() -> None:
    problems = Problems("a.yaml")
    problems.add("unknown-key", "x", Place(3, 4))
    problems.add("wrong-value", "y", Place(1, 2))
    assert message_of(problems.error()).split("\n") == [
        "a.yaml:1:2: y [wrong-value]",
        "a.yaml:3:4: x [unknown-key]",
        "2 problems, nothing was read or written (exit code 2)",
        "  more: etl-host explain wrong-value",
    ]


def test_a_closed_pipe_ends_quietly() -> None:
    code = "from etl_host.cli import main; main(['list-plugins', '--no-load'])"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_a_full_disk_is_no_surprise() -> None:
    code = "from etl_host.cli import main; main(['list-plugins', '--no-load'])"
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("the output can't be written: No space left on device [output-failed]\n  next: make")
