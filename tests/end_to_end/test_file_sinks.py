"""Loads into files, by the command, that are killed with ``kill -9`` at random moments and started again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from command import Command, Ended, etl_host

PIPELINE = """
pipeline: things
batch_size: 10
reporters: []
tasks:
  - group: both
    parallel: 2
    tasks:
      - task: to json
        source: {csv: things.csv}
        validators: [{pydantic: "models:Thing"}]
        sink: {jsonl: out.jsonl}
      - task: to csv
        source: {jsonl: things.jsonl}
        sink: {csv: out.csv}
"""
MODEL = """
from datetime import date
from decimal import Decimal

from pydantic import BaseModel


class Thing(BaseModel):
    id: int
    day: date
    price: Decimal
    note: str | None
"""
ROWS = 2_000
WRONG_DAYS = sum(number % 97 == 5 for number in range(1, ROWS + 1))
"""Which the model refuses; the CSV sink refuses lists in notes."""
BAD = WRONG_DAYS + sum(number % 89 == 7 for number in range(1, ROWS + 1))
KILLS = 36
FILES = ("out.jsonl", "out.csv")


def thing(number: int) -> dict[str, Any]:
    day = "someday" if number % 97 == 5 else f"2026-11-{number % 28 + 1:02}"
    note = [number] if number % 89 == 7 else None if number % 3 else f'"{number}",\nä'
    return {"id": number, "day": day, "price": f"{number}.50", "note": note}


def cell(value: Any) -> str:
    return '"{}"'.format(str(value).replace('"', '""')) if value else ""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return prepared(tmp_path / "killed")


def prepared(folder: Path) -> Path:
    """A folder with the input and the pipeline."""
    folder.mkdir()
    (folder / "pipeline.yaml").write_text(PIPELINE)
    (folder / "models.py").write_text(MODEL)
    things = [thing(number) for number in range(1, ROWS + 1)]
    (folder / "things.jsonl").write_text("".join(json.dumps(row) + "\n" for row in things))
    records = [",".join(map(cell, row.values())) for row in things]
    (folder / "things.csv").write_text("\n".join(["id,day,price,note", *records]))
    return folder


RUN = ("run", "pipeline.yaml", "--summary-json", "-")


def states(folder: Path) -> set[int]:
    """The numbers of the states that are there: each commit brings a new one."""
    return {state.stat().st_ino for state in folder.glob("*.state")}


def wait_for_commits(command: Command, folder: Path, count: int) -> None:
    """Return once so many were seen, or it has ended."""
    seen = states(folder)
    while count > 0 and command.runs():
        time.sleep(0.0005)
        now = states(folder)
        count -= len(now - seen)
        seen = now


def summary_of(done: Ended) -> Mapping[str, Any]:
    assert done.exit_code == 3, done.stderr
    summary: Mapping[str, Any] = json.loads(done.stdout)
    return summary


def rejected(folder: Path) -> list[tuple[str, int, Any]]:
    lines = [json.loads(line) for file in (folder / "rejects").iterdir() for line in file.read_text().splitlines()]
    return sorted((line["task"], line["origin"], line["row"]["id"]) for line in lines)


def counted(summary: Mapping[str, Any]) -> list[Any]:
    return [(task["name"], task["statistics"], task["balance"]) for task in summary["tasks"]]


def test_the_files_are_those_of_a_load_that_nobody_disturbs(folder: Path, tmp_path: Path) -> None:
    undisturbed = prepared(tmp_path / "undisturbed")
    expected = summary_of(etl_host(undisturbed, *RUN))
    chance = random.Random(20261123)
    for _ in range(KILLS):
        command = Command(folder, *RUN)
        wait_for_commits(command, folder, chance.randint(0, 12))
        time.sleep(chance.uniform(0, 0.004))
        assert command.kill()
        assert not any((folder / name).exists() for name in FILES)
    summary = summary_of(Command(folder, *RUN).ended())

    assert summary["attempt"] > KILLS / 2  # some were killed before they had begun
    assert counted(summary) == counted(expected)
    assert summary["balance"] == {"read": 2 * ROWS, "written": 2 * ROWS - BAD, "rejected": BAD, "dropped": 0}
    assert rejected(folder) == rejected(undisturbed)
    for name in FILES:
        assert (folder / name).read_bytes() == (undisturbed / name).read_bytes()
        assert not (folder / f"{name}.part").exists()


def is_stopped(pid: int) -> bool:
    """Whether each of its threads is: those that are in the middle of a write end that first."""
    states = [path.read_text().rpartition(")")[2].split()[0] for path in Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(state == "T" for state in states)


def test_a_second_process_is_refused_while_the_first_writes(folder: Path) -> None:
    first = Command(folder, *RUN)
    wait_for_commits(first, folder, 3)
    os.kill(first.pid, signal.SIGSTOP)
    while not is_stopped(first.pid):
        time.sleep(0.01)
    before = {path: path.read_bytes() for path in folder.rglob("out.*")}
    second = [sys.executable, "-m", "etl_host", "run", "pipeline.yaml"]
    done = subprocess.run(second, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 6, done.stderr
    assert str(first.pid) in done.stderr
    assert {path: path.read_bytes() for path in folder.rglob("out.*")} == before
    os.kill(first.pid, signal.SIGCONT)
    assert first.ended().exit_code == 3
    assert len((folder / "out.jsonl").read_text().splitlines()) == ROWS - WRONG_DAYS


def test_the_input_may_not_change_where_it_is_written_already(folder: Path) -> None:
    first = Command(folder, *RUN)
    wait_for_commits(first, folder, 20)
    assert first.kill()
    changed = (folder / "things.jsonl").read_text().replace('"price": "1.50"', '"price": "1.51"')
    (folder / "things.jsonl").write_text(changed)
    again = Command(folder, *RUN).ended()
    assert again.exit_code == 1
    assert "things.jsonl: lines 1 to" in again.stderr
    assert not (folder / "out.csv").exists()


def test_a_file_that_an_earlier_task_writes_is_looked_at_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id\n1\n2\n")
    (tmp_path / "between-1.jsonl").write_text("no JSON, left by an earlier version\n")
    (tmp_path / "pipeline.yaml").write_text(
        "pipeline: two steps\n"
        "tasks:\n"
        "  - {task: first, source: {csv: in.csv}, sink: {jsonl: between-1.jsonl}}\n"
        "  - {task: second, source: {jsonl: between-*.jsonl}, sink: {csv: out.csv}}\n"
    )

    checked = etl_host(tmp_path, "check", "pipeline.yaml")
    assert (checked.exit_code, "second: not looked at: task first writes what is read" in checked.stdout) == (0, True)

    assert etl_host(tmp_path, "run", "pipeline.yaml", "--quiet").exit_code == 0
    assert (tmp_path / "out.csv").read_text() == "id\n1\n2\n"

    (tmp_path / "pipeline.yaml").write_text(
        "pipeline: two steps\n"
        "tasks:\n"
        "  - {task: second, source: {jsonl: missing.jsonl}, sink: {csv: out.csv}}\n"
        "  - {task: first, source: {csv: in.csv}, sink: {jsonl: missing.jsonl}}\n"
    )
    backwards = etl_host(tmp_path, "run", "pipeline.yaml", "--quiet")
    assert backwards.exit_code == 2
    assert "it would replace what task second reads" in backwards.stderr
    assert "missing.jsonl: there is no such file" in backwards.stderr


@pytest.mark.parametrize(("source", "sink"), [("in.csv", "in.csv"), ("*.csv", "out.csv"), ("in.csv", "./x/../in.csv")])
def test_a_task_does_not_replace_what_it_reads(tmp_path: Path, source: str, sink: str) -> None:
    (tmp_path / "in.csv").write_text("id\n1\n")
    (tmp_path / "p.yaml").write_text(
        f"pipeline: p\ntasks:\n  - task: a\n    source: {{csv: '{source}'}}\n    sink: {{csv: '{sink}'}}\n"
    )
    ended = etl_host(tmp_path, "run", "p.yaml")
    assert ended.exit_code == 2
    assert "p.yaml:5:17: " in ended.stderr
    assert "it would replace what task a reads" in ended.stderr
    assert (tmp_path / "in.csv").read_text() == "id\n1\n"
    assert not (tmp_path / "out.csv").exists()
