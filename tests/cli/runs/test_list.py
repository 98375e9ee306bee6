"""Which runs are listed, how they stand, and how a line looks."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl_host.delivery.runs.process import Process
from recorded_runs import EtlHost, begun, json_of

GONE = replace(Process.current(), pid=2**22 + 1)
ELSEWHERE = replace(Process.current(), host="elsewhere", boot="another", pid=42)


def statuses(etl_host: EtlHost, *options: str) -> dict[str, str]:
    told: Any = json_of(etl_host("runs", "list", "--json", *options))
    return {run["id"]: run["status"] for run in told["runs"]}


def test_nothing_is_listed_where_nothing_was_loaded(home: Path, etl_host: EtlHost) -> None:
    assert etl_host("runs", "list").stdout == "no runs are recorded there\n"
    assert json_of(etl_host("runs", "list", "--json")) == {"schema": 1, "runs": []}


def test_each_way_to_end_has_its_status(home: Path, etl_host: EtlHost) -> None:
    assert etl_host("run", "pipeline.yaml", "--run-id", "rejects").exit_code == 3
    assert etl_host("run", "pipeline.yaml", "--run-id", "given-up", "--limit", "2").exit_code == 0
    assert statuses(etl_host)["given-up"] == "limited"
    assert etl_host("run", "pipeline.yaml", "--run-id", "fails", "--restart", "--max-rejects", "0").exit_code == 4
    assert statuses(etl_host) == {"fails": "failed", "given-up": "abandoned", "rejects": "rejects"}
    (home / "a.txt").write_text("1\n")
    assert etl_host("run", "pipeline.yaml", "--run-id", "fine", "--restart").exit_code == 0
    assert statuses(etl_host)["fine"] == "success"


@pytest.mark.parametrize(
    ("process", "silence", "status"),
    [
        (Process.current(), 0, "running"),
        (GONE, 0, "crashed"),
        (ELSEWHERE, 59, "running"),
        (ELSEWHERE, 61, "crashed"),
    ],
)
def test_a_run_that_nobody_has_ended_is_running_while_its_process_may_be_there(
    process: Process, silence: float, status: str, home: Path, etl_host: EtlHost
) -> None:
    begun(home, process, silence=silence)
    assert statuses(etl_host) == {"begun": status}


def test_a_line_says_what_became_of_the_rows_and_the_last_one_how_to_see_more(home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "nightly-1")
    head, line, last = etl_host("runs", "list").stdout.splitlines()
    assert head.split() == ["STATUS", "RUN", "PIPELINE", "STARTED", "TIME", "READ", "REJECTED", "EXIT"]
    pattern = r"rejects  nightly-1  numbers   \d{4}-\d\d-\d\d \d\d:\d\d:\d\d  \d+\.\d s     8         1     3"
    assert re.fullmatch(pattern, line)
    assert last == "1 run; one of them: etl-host runs show nightly-1"


def test_with_a_pipeline_only_its_runs_and_their_replays_are_listed(home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one")
    assert etl_host("replay", "pipeline.yaml", "--task", "first").exit_code == 3
    other = (home / "pipeline.yaml").read_text().replace("pipeline: numbers", "pipeline: numbers of others")
    (home / "other.yaml").write_text(other)
    etl_host("run", "other.yaml", "--run-id", "two")
    replay = "one.first.replay1"
    assert set(statuses(etl_host)) == {"one", "two", replay}
    assert set(statuses(etl_host, "--pipeline", "pipeline.yaml")) == {"one", replay}
    assert set(statuses(etl_host, "--pipeline", "other.yaml")) == {"two"}


def test_where_to_look_must_be_said(home: Path, etl_host: EtlHost, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SQLITE_FILE")
    result = etl_host("runs", "list")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(
        "nothing says where to look for runs; connection sqlite: SQLITE_FILE is not set [no-connection-given]\n"
        "  next: name the pipeline with --pipeline FILE, or the embedded graph with --embedded\n"
    )


def test_parameters_are_those_of_a_pipeline(home: Path, etl_host: EtlHost) -> None:
    assert "--pipeline" in etl_host("runs", "list", "--set", "region=x").stderr
    assert etl_host("runs", "list", "--set", "region=x", "--pipeline", "pipeline.yaml").exit_code == 0
    wrong = etl_host("runs", "list", "--set", "regoin=x", "--pipeline", "pipeline.yaml")
    assert (wrong.exit_code, 'did you mean "region"' in wrong.stderr) == (2, True)


def test_a_connection_is_chosen_by_its_kind(home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one")
    assert statuses(etl_host, "--connection", "sqlite=sqlite") == {"one": "rejects"}


def test_secrets_of_the_environment_are_not_told(
    home: Path, etl_host: EtlHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one", "--set", f"region={os.environ['SQLITE_FILE']}")
    monkeypatch.setenv("SOME_PASSWORD", os.environ["SQLITE_FILE"])
    for command in (["list", "--json"], ["show", "one"], ["show", "one", "--json"]):
        assert os.environ["SQLITE_FILE"] not in etl_host("runs", *command).stdout
