from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from etl_host.cli import COMMANDS, main
from plugin_folder import PluginFolder

BIN = Path(sys.executable).parent
SHELLS = ("bash", "zsh", "fish")


def script(shell: str) -> str:
    result = CliRunner().invoke(main, ["completion", shell])
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def in_bash(line: str, folder: Path) -> list[str]:
    """What a real bash would complete the last word of ``line`` with, in ``folder``."""
    typed = f"""
        source completion.bash
        COMP_WORDS=({line}) COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)) COMPREPLY=()
        compopt() {{ echo "compopt $*"; }}
        _etl_host_completion etl-host
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    (folder / "completion.bash").write_text(script("bash"))
    environment = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", typed], cwd=folder, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def completed(words: str, cwd: Path, shell: str = "bash", **environment: str) -> str:
    """What the command answers the script of ``shell``; and that it answers nothing else."""
    asked = {
        "_ETL_HOST_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": f"etl-host {words}",
        "COMP_CWORD": str(len(words.split(" "))),
    }
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "etl_host"],
        env=os.environ | asked | environment,
        cwd=cwd,
        capture_output=True,
        text=True,
    )
    modules = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert not modules & {"pydantic", "yaml", "neo4j", "pluggy", "rich", "fsspec"}
    assert [line for line in done.stderr.splitlines() if not line.startswith("import time:")] == []
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_says_how_to_install_it(shell: str) -> None:
    text = script(shell)
    assert f"etl-host completion {shell}" in text
    assert text.startswith("#compdef etl-host\n#" if shell == "zsh" else "# Completion of etl-host")
    assert f"_ETL_HOST_COMPLETE={shell}_complete" in text


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shutil.which(shell)])
def test_the_shell_understands_it(shell: str) -> None:
    done = subprocess.run([shell, "-n"], input=script(shell), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_shell_is_refused_with_those_that_there_are() -> None:
    result = CliRunner().invoke(main, ["completion", "tcsh"])
    assert result.exit_code == 2
    for shell in SHELLS:
        assert shell in result.stderr


def test_bash_completes_commands_options_choices_and_files(tmp_path: Path) -> None:
    for name in ("pipeline.yaml", "other.yml", "stops.csv"):
        (tmp_path / name).touch()
    assert set(COMMANDS) | {"query"} == set(in_bash("etl-host ''", tmp_path))
    assert in_bash("etl-host list-pl", tmp_path) == ["list-plugins"]
    assert "--rejects-dir" in in_bash("etl-host run --re", tmp_path)
    assert in_bash("etl-host run --log-level w", tmp_path) == ["warning"]
    assert in_bash("etl-host run ''", tmp_path) == ["other.yml", "pipeline.yaml"]
    assert in_bash("etl-host run pip", tmp_path) == ["pipeline.yaml"]
    assert in_bash("etl-host run st", tmp_path) == ["compopt", "-o", "default"]
    assert in_bash("etl-host completion ''", tmp_path) == ["bash", "zsh", "fish"]


def test_tasks_of_the_file_are_completed(tmp_path: Path) -> None:
    (tmp_path / "pipeline.yaml").write_text(
        """
        pipeline: p
        tasks:
          - group: nodes
            tasks: [{task: stops, source: {csv: a.csv}}, {task: 'routes', run: {}}]   # task: not this
          - task: "trips"   # the last one
          - task: stop times
            source: {csv: ${nowhere}}
        """
    )
    assert in_bash("etl-host run pipeline.yaml --task ''", tmp_path) == ["nodes", "stops", "routes", "trips"]
    assert in_bash("etl-host run pipeline.yaml --task tr", tmp_path) == ["trips"]
    assert in_bash("etl-host run nowhere.yaml --task ''", tmp_path) == []
    assert in_bash("etl-host run --task ''", tmp_path) == []


@pytest.mark.parametrize("shell", SHELLS)
def test_commands_of_plugins_are_completed_without_importing_them(shell: str, folder: PluginFolder) -> None:
    folder.command("ask", "raise SystemExit('imported')")
    answer = completed(
        "as", folder.path, shell, PYTHONPATH=str(folder.path), COMP_CWORD="as" if shell == "fish" else "1"
    )
    assert "ask" in answer


@pytest.mark.parametrize(
    "words", ["run --", "run pipeline.yaml --task ", "explain ", "list-plugins --", "--disable-plugin "]
)
def test_nothing_heavy_is_imported_for_a_tab(words: str, tmp_path: Path) -> None:
    (tmp_path / "pipeline.yaml").write_text("tasks: [{task: stops}]")
    assert completed(words, tmp_path)
