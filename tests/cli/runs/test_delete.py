"""Which runs are deleted, and which are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from etl_host.delivery.runs.process import Process
from recorded_runs import EtlHost, began_at, begun, ids_in, target_in


@pytest.fixture
def three(home: Path, etl_host: EtlHost) -> list[str]:
    """Runs that are finished."""
    names = ["one", "two", "three"]
    for name in names:
        assert etl_host("run", "pipeline.yaml", "--run-id", name).exit_code == 3
    return names


def test_runs_are_deleted_by_their_ids_once_one_agrees(home: Path, etl_host: EtlHost, three: list[str]) -> None:
    refused = etl_host("runs", "delete", "one", "two", answers="n\n")
    assert refused.exit_code == 1
    assert "delete 2 runs? [y/N]" in refused.stderr
    assert set(ids_in(home)) == set(three)
    deleted = etl_host("runs", "delete", "one", "two", "one", answers="y\n")
    assert (deleted.exit_code, deleted.stdout) == (0, "2 runs deleted\n")
    assert ids_in(home) == ["three"]


def test_their_checkpoints_go_with_them_and_nothing_else(home: Path, etl_host: EtlHost, three: list[str]) -> None:
    assert etl_host("runs", "delete", "two", "--yes").stdout == "1 run deleted\n"
    with target_in(home) as target:
        assert len(target.loaded()) == 3 * 7
        with target.transaction() as db:
            left = db.execute("SELECT DISTINCT run FROM checkpoints ORDER BY run").fetchall()
    assert left == [("one",), ("three",)]
    assert (home / "rejects" / "first.two.jsonl").exists()


@pytest.mark.parametrize(
    "option",
    [
        ("--before", "2026-03-02"),
        ("--before", "2026-03-01T12:00:00+10:00"),
        ("--before", "2026-03-01T02:00"),
        ("--older-than", "30d"),
    ],
)
def test_old_runs_are_deleted(option: tuple[str, str], home: Path, etl_host: EtlHost, three: list[str]) -> None:
    began_at(home, "one", "2026-03-01T01:00:00+00:00")
    began_at(home, "two", (datetime.now(UTC) - timedelta(days=29)).isoformat())
    assert etl_host("runs", "delete", *option, "--yes").stdout == "1 run deleted\n"
    assert set(ids_in(home)) == {"two", "three"}
    assert etl_host("runs", "delete", *option, "--yes").stdout == "no finished run is that old: nothing was deleted\n"


def test_an_unfinished_run_is_deleted_by_its_id_only_and_one_is_told_what_that_means(
    home: Path, etl_host: EtlHost
) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one", "--limit", "2")
    assert "nothing was deleted" in etl_host("runs", "delete", "--older-than", "0h", "--yes").stdout
    result = etl_host("runs", "delete", "one", answers="y\n")
    assert "one is unfinished, the next run of numbers loads all again; delete run one of numbers? [y/N]" in (
        result.stderr
    )
    assert ids_in(home) == []


def test_a_running_run_is_never_deleted(home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one")
    begun(home, Process.current())
    result = etl_host("runs", "delete", "one", "begun", "--yes")
    assert (result.exit_code, result.stdout) == (6, "")
    assert f"run begun of numbers is being loaded by {Process.current()}" in result.stderr
    assert set(ids_in(home)) == {"one", "begun"}


def test_one_whose_process_was_heard_of_a_moment_ago_waits_a_minute(home: Path, etl_host: EtlHost) -> None:
    gone = replace(Process.current(), pid=2**22 + 1)
    begun(home, gone)
    result = etl_host("runs", "delete", "begun", "--yes")
    assert (result.exit_code, result.stdout) == (6, "0 runs deleted\n")
    assert "run begun of numbers was heard of in the last minute" in result.stderr
    assert ids_in(home) == ["begun"]


def test_one_whose_process_was_silent_for_long_is_deleted(home: Path, etl_host: EtlHost) -> None:
    begun(home, replace(Process.current(), boot="another"), silence=61)
    assert etl_host("runs", "delete", "begun", "--yes").stdout == "1 run deleted\n"
    assert ids_in(home) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "name runs by their IDs"),
        (["one", "--before", "2026-01-01"], "name runs by their IDs"),
        (["--older-than", "1d", "--before", "2026-01-01"], "name runs by their IDs"),
        (["--before", "yesterday"], '"yesterday" is no date'),
        (["--older-than", "30"], '"30" is no age'),
        (["--older-than", "-1d"], '"-1d" is no age'),
    ],
)
def test_a_wrong_command_line_deletes_nothing(
    arguments: list[str], message: str, home: Path, etl_host: EtlHost, three: list[str]
) -> None:
    result = etl_host("runs", "delete", *arguments, "--yes")
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr
    assert set(ids_in(home)) == set(three)
