"""What the command exits with, and what the summary says. Signals, which give 5, are in ``tests/cli/test_run.py``."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

PIPELINE: Final = """
pipeline: stops
reporters: []
tasks:
  - {task: stops, source: {csv: stops.csv}, sink: {csv: out.csv}}
"""
TWO_TASKS: Final = """
  - {task: more, source: {csv: more.csv}, sink: {csv: more-out.csv}OPTIONAL}
"""
GOOD, SHORT, UNDECODABLE = b"id,name\n1,Cairns\n2,Palm Cove\n", b"id,name\n1,Cairns\n2\n", b"id,name\n1,Caf\xe9\n"
CASES = {
    "all rows are loaded": (0, "success", GOOD, "", []),
    "a row is rejected": (3, "rejects", SHORT, "", []),
    "more rows are rejected than may be": (4, "failed", SHORT, "", ["--max-rejects", "0"]),
    "the input can't be read": (1, "failed", UNDECODABLE, "", []),
    "an optional task fails": (3, "rejects", GOOD, TWO_TASKS.replace("OPTIONAL", ", optional: true"), []),
    "of several tasks the worst counts": (1, "failed", SHORT, TWO_TASKS.replace("OPTIONAL", ""), []),
}


def called(folder: Path, *arguments: str) -> int:
    command = [sys.executable, "-m", "etl_host", "run", "pipeline.yaml", "--summary-json", "summary.json", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


@pytest.mark.parametrize(("code", "status", "stops", "more", "arguments"), CASES.values(), ids=CASES.keys())
def test_the_exit_code_says_what_the_summary_does(
    code: int, status: str, stops: bytes, more: str, arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "pipeline.yaml").write_text(PIPELINE + more.lstrip("\n"))
    (tmp_path / "stops.csv").write_bytes(stops)
    (tmp_path / "more.csv").write_bytes(UNDECODABLE)
    assert called(tmp_path, *arguments) == code
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert (summary["exit_code"], summary["status"]) == (code, status)


def test_what_is_wrong_with_the_file_is_2_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "pipeline.yaml").write_text(PIPELINE.replace("stops.csv", "{no_such_option: 1}"))
    assert called(tmp_path) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["pipeline.yaml"]


def test_what_another_process_has_is_6(tmp_path: Path) -> None:
    (tmp_path / "pipeline.yaml").write_text(PIPELINE)
    (tmp_path / "stops.csv").write_bytes(GOOD)
    with (tmp_path / "out.csv.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert called(tmp_path) == 6
    assert called(tmp_path) == 0
