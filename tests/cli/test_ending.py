from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

from etl_host import Balance, ExitCode, OutputError, RunSummary, TaskSummary
from etl_host.cli.ending import Ending
from etl_host.core.reporting import RunFinished

FULL = "rejects.jsonl can't be written: No space left on device"


def summary(**changes: Any) -> RunSummary:
    error = OutputError(FULL)
    balance = Balance(2, 2)
    task = TaskSummary("t", ("t",), "failed", 1.0, 2.0, None, {}, balance, 0, None, error, ExitCode.FAILED)
    return RunSummary("p", "r", 1, 1.0, [task], **changes)


def context() -> click.Context:
    return click.Context(click.Command("run"))


def test_what_an_earlier_run_has_left_is_gone_before_this_one_begins(tmp_path: Path) -> None:
    file = tmp_path / "s.json"
    file.write_text('{"status": "success"}')
    ending = Ending(str(file))
    assert not file.exists()
    ending.run_finished(RunFinished(summary()))
    ending.tell(context())
    assert json.loads(file.read_text())["pipeline"] == "p"


def test_what_is_no_file_stays(tmp_path: Path) -> None:
    Ending(str(tmp_path))
    assert tmp_path.exists()


def test_what_ends_the_run_as_it_ended_a_task_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    ending = Ending(None)
    ending.summary = summary(error=OutputError(FULL))
    ending.tell(context())
    shown = capsys.readouterr().err
    assert shown.startswith(f"t: {FULL} [output-failed]\n  committed: 2 rows\n")
    assert shown.count(FULL) == 1


def test_what_ends_the_run_beside_its_tasks_is_shown_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    ending = Ending(None)
    ending.summary = summary(error=OutputError("the target is full"))
    ending.tell(context())
    assert "\nthe target is full [output-failed]\n" in capsys.readouterr().err


def test_a_second_signal_passes_for_an_end_only_once_the_run_has_told_how_it_stands() -> None:
    ending = Ending(None)
    with pytest.raises(KeyboardInterrupt), ending.awaited():
        raise KeyboardInterrupt
    with ending.awaited():
        ending.run_finished(RunFinished(summary()))
        raise KeyboardInterrupt
    assert ending.summary is not None


def test_a_file_that_is_called_like_stdout_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").touch()
    Ending("-")
    assert Path("-").exists()
