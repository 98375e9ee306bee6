"""What is shown of a run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl_host.delivery.runs.process import Process
from recorded_runs import EtlHost, begun, json_of, target_in


def shown(etl_host: EtlHost, run_id: str) -> str:
    result = etl_host("runs", "show", run_id)
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_a_run_that_ended_shows_its_tasks_in_order_and_what_became_of_their_rows(home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one")
    lines = shown(etl_host, "one").splitlines()
    assert lines[:2] == ["run         one of numbers", "status      rejects, exit code 3"]
    assert re.fullmatch(r"began       \S+ \S+, ended \S+ \S+ UTC", lines[2])
    assert re.fullmatch(r"process     process \d+ on \S+", lines[3])
    assert lines[4:5] == ["parameters  region=cairns"]
    assert "etl-host-numbers 1.0" in lines[5]
    table = [re.sub(r"\d+\.\d s +[\d,]+", "TIME", line) for line in lines[7:11]]
    assert table == [
        "TASK       READ  REJECTED  WRITTEN   TIME  ROWS/S  STATUS",
        "all/first     4         1        3  TIME  1 rejected",
        "all/last      4         0        4  TIME  ok",
        "total         8         1        7  TIME",
    ]
    assert lines[12] == "counts      lines_read 8, rejected_rows 1, rows_inserted 7"
    assert lines[13] == f"rejects     {home / 'rejects' / 'first.one.jsonl'}"
    assert lines[14] == "delivery    exactly once; 8 read = 7 written + 1 rejected"
    assert lines[15].startswith("next        correct these rows in their file")
    assert len(lines) == 16


def test_a_run_that_failed_shows_why_and_how_to_go_on(home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one", "--max-rejects", "0")
    text = shown(etl_host, "one")
    assert "status      failed, exit code 4\n" in text
    assert re.search(
        r"^errors      first: 1 of 4 .* more than max_rejects: 0 \[too-many-rejects\]$", text, re.MULTILINE
    )
    assert text.endswith("next        start the same command again: it goes on after 4 rows\n")
    assert "all/last      0         0        0" in text


def test_a_run_that_was_killed_shows_what_is_committed(home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one", "--limit", "2")
    with target_in(home) as target:
        gone = replace(Process.current(), pid=2**22 + 1)
        run = target.runs()[0].run
        target.begin(replace(run, process=gone.as_dict(), owner="another"), after=run.owner)
        with target.transaction() as db:
            db.execute("UPDATE runs SET summary = NULL, exit_code = NULL, ended = NULL")
            db.execute("COMMIT")
    lines = shown(etl_host, "one").splitlines()
    assert lines[1] == "status      crashed"
    assert lines[2].endswith("; attempt 2")
    assert re.fullmatch(rf"process     process {gone.pid} on \S+, last heard of 0 s ago", lines[3])
    assert lines[7:11] == [
        "TASK       READ  REJECTED  WRITTEN  STATUS",
        "all/first     2         0        2  begun",
        "all/last      0         0        0  waiting",
        "total         2         0        2",
    ]
    assert lines[-1] == "next        start the same command again: it goes on after 2 rows"


def test_all_that_is_known_is_there_as_json(home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one")
    told: Any = json_of(etl_host("runs", "show", "one", "--json"))
    run = told["run"]
    assert (told["schema"], run["id"], run["pipeline"], run["status"]) == (1, "one", "numbers", "rejects")
    assert (run["unfinished"], run["attempt"], run["exit_code"]) == (False, 1, 3)
    assert (run["pid"], run["parameters"]) == (Process.current().pid, {"region": "cairns"})
    assert [(task["name"], task["balance"]["read"]) for task in run["tasks"]] == [("all/first", 4), ("all/last", 4)]
    assert run["summary"]["run_id"] == "one"
    assert run["history"] == []
    listed: Any = json_of(etl_host("runs", "list", "--json"))
    assert {**listed["runs"][0], "silence": 0, "history": []} == {**run, "silence": 0}


def test_a_running_run_shows_who_works_on_it(home: Path, etl_host: EtlHost) -> None:
    begun(home, Process.current())
    text = shown(etl_host, "begun")
    assert "status      running\n" in text
    assert f"process     {Process.current()}, last heard of 0 s ago\n" in text
    assert "next" not in text


def test_what_names_hold_does_not_reach_the_terminal(home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one", "--set", "region=\x1b[31mred\nline [/x]")
    assert "parameters  region=\\x1b[31mred\\nline [/x]\n" in shown(etl_host, "one")


def test_a_record_that_an_unknown_version_has_ended_is_shown_as_far_as_it_is_understood(
    home: Path, etl_host: EtlHost
) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one")
    with target_in(home) as target, target.transaction() as db:
        db.execute("""UPDATE runs SET summary = '{"schema": 7}'""")
        db.execute("COMMIT")
    text = shown(etl_host, "one")
    assert "all/first     4         1        3  done\n" in text
    assert "counts      lines_read 8, rejected_rows 1, rows_inserted 7\n" in text


@pytest.mark.parametrize("command", ["show", "delete"])
def test_an_id_that_no_run_has_is_told_with_one_that_may_be_meant(command: str, home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "nightly-1")
    result = etl_host("runs", command, "nihgtly-1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith('there is no run nihgtly-1, did you mean "nightly-1"? [unknown-run]\n')
