"""A newcomer's first minutes, through the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

FEED = Path(__file__).parents[2] / "examples" / "gtfs" / "cairns_gtfs.zip"


def etl_host(
    folder: Path, *arguments: str, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEO4J_")}
    command = [sys.executable, "-m", "etl_host", *arguments]
    return subprocess.run(command, cwd=folder, env={**environment, **(settings or {})}, capture_output=True, text=True)


def next_command(stdout: str) -> list[str]:
    """What ``init`` says to type next, without the name of the program."""
    last = stdout.splitlines()[-1].split()
    assert last[:2] == ["next", "etl-host"]
    return last[2:]


def test_the_first_two_commands_end_with_a_reject_and_what_to_do_next(tmp_path: Path) -> None:
    begun = etl_host(tmp_path, "init")
    assert (begun.returncode, begun.stderr) == (0, "")
    ran = etl_host(tmp_path, *next_command(begun.stdout))
    assert ran.returncode == 3, ran.stderr
    assert "people.csv:4" in ran.stderr
    assert "next" in ran.stderr
    assert list((tmp_path / "rejects").glob("people.*.jsonl"))


def test_a_real_feed_of_eight_files_is_loaded_without_a_reject(tmp_path: Path) -> None:
    zipfile.ZipFile(FEED).extractall(tmp_path)
    files = sorted(file.name for file in tmp_path.glob("*.txt"))
    begun = etl_host(tmp_path, "init", *(part for file in files for part in ("--from", file)))
    assert begun.returncode == 0, begun.stderr

    checked = etl_host(tmp_path, "check", "pipeline.yaml", "--offline")
    assert checked.returncode == 0, checked.stdout + checked.stderr

    # Without the relationships of the longest file, which take most of the time.
    tasks = [part for file in files if file != "stop_times.txt" for part in ("--task", file[:-4].replace("_", " "))]
    ran = etl_host(tmp_path, *next_command(begun.stdout), "--task", "constraints", *tasks, "--summary-json", "-")
    assert ran.returncode == 0, ran.stderr
    summary = json.loads(ran.stdout)
    assert summary["rejects"]["rows"] == 0
    assert summary["statistics"]["nodes_created"] == 1 + 4 + 9 + 22 + 22784 + 416 + 1339
    assert summary["statistics"]["relationships_created"] == 9 + 1339 * 2


def test_an_example_runs_where_it_was_written(tmp_path: Path) -> None:
    begun = etl_host(tmp_path, "init", "demo", "--example", "gtfs")
    assert begun.returncode == 0, begun.stderr
    ran = etl_host(tmp_path, *next_command(begun.stdout), "--task", "stops", "--task", "routes")
    assert ran.returncode == 0, ran.stderr


def test_help_of_init_and_schema_imports_little() -> None:
    code = (
        "import sys; from etl_host.cli import main; main(sys.argv[1:], standalone_mode=False);"
        "print({'pydantic', 'yaml', 'fsspec'} & sys.modules.keys())"
    )
    for command in ("init", "schema"):
        done = subprocess.run([sys.executable, "-c", code, command, "--help"], capture_output=True, text=True)
        assert done.stdout.splitlines()[-1] == "set()", done.stderr
