from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from attempts import Attempts, load, numbers_in
from etl_host import Locked, Run, RunRecord
from etl_host.delivery.runs import heartbeat, lock
from etl_host.delivery.runs.lock import SILENCE, refuse_while_held
from etl_host.delivery.runs.process import Process
from forked import forked
from number_links import passed_on
from sqlite_target import SQLiteTarget

ELSEWHERE = Process("etl-7", 4711, boot="another", namespace="pid:[1]", began="1")
RECORD = RunRecord(replace(Run.new("numbers"), process=ELSEWHERE.as_dict()), active=True, silence=1.0, heartbeat=1)


def look_never() -> RunRecord | None:
    raise AssertionError("it must not come to this")


@pytest.fixture(autouse=True)
def watching_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "WATCH", 0.0)


def test_who_holds_it_since_when_and_when_it_was_heard_of_is_told() -> None:
    with pytest.raises(Locked) as refused:
        refuse_while_held(RECORD, look_never)
    told = str(refused.value)
    assert RECORD.run.id in told
    assert "process 4711 on etl-7" in told
    assert f"since {RECORD.run.started}" in told
    assert "last heard of 1 s ago" in told
    assert "wait until it has ended" in str(refused.value.remedy)


def test_a_run_that_was_never_heard_of_is_not_said_to_be_taken_over() -> None:
    with pytest.raises(Locked) as refused:
        refuse_while_held(replace(RECORD, silence=None), look_never)
    assert "if it was lost, remove what the target keeps of it" in str(refused.value.remedy)


def test_a_run_that_has_ended_is_nobodys() -> None:
    refuse_while_held(replace(RECORD, run=replace(RECORD.run, status="failed")), look_never)


def test_a_silent_run_is_given_up_only_after_watching() -> None:
    seen: list[int] = []
    silent = replace(RECORD, silence=SILENCE)

    def look() -> RunRecord:
        seen.append(1)
        return silent

    refuse_while_held(silent, look)
    assert len(seen) > 2


def test_a_run_that_is_heard_of_while_it_is_watched_is_left_alone() -> None:
    silent = replace(RECORD, silence=SILENCE + 1)
    looks = iter([silent, silent, replace(silent, heartbeat=2, silence=0.1)])
    with pytest.raises(Locked):
        refuse_while_held(silent, lambda: next(looks))


@pytest.mark.parametrize("found", [None, replace(RECORD, run=replace(RECORD.run, owner="faster"))])
def test_a_run_that_changes_hands_while_it_is_watched_is_no_longer_watched(found: RunRecord | None) -> None:
    looks = iter([found])
    refuse_while_held(replace(RECORD, silence=SILENCE), lambda: next(looks))


@pytest.fixture
def loading(tmp_path: Path) -> Iterator[int]:
    """The number of a process that loads, and stands still in the middle of it."""

    def trap(moment: str) -> None:
        if moment == "after commit":
            (tmp_path / "there").touch()
            time.sleep(1000)

    child = forked(lambda: load(Attempts(tmp_path).begin(), trap=trap).success, tmp_path / "result")
    while not (tmp_path / "there").exists():
        time.sleep(0.01)
    yield child
    with suppress(ProcessLookupError, ChildProcessError):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@pytest.mark.parametrize("restart", [False, True])
def test_a_second_process_is_refused_before_it_reads(
    loading: int, attempts: Attempts, target: SQLiteTarget, restart: bool
) -> None:
    before = numbers_in(target)
    context = attempts.begin(restart=restart)
    error = load(context).error
    assert isinstance(error, Locked)
    assert f"process {loading} on" in str(error)
    assert context.summary.exit_code == 6
    assert numbers_in(target) == before
    assert [record.run.attempt for record in target.runs()] == [1]


def test_one_that_stands_still_is_not_taken_for_gone(loading: int, attempts: Attempts) -> None:
    os.kill(loading, signal.SIGSTOP)
    assert isinstance(load(attempts.begin()).error, Locked)


def test_one_that_was_killed_is_taken_over_at_once(loading: int, attempts: Attempts, target: SQLiteTarget) -> None:
    os.kill(loading, signal.SIGKILL)
    os.waitpid(loading, 0)
    assert load(attempts.begin()).success
    assert numbers_in(target) == passed_on(40)


def test_a_load_beats_as_long_as_it_lasts(
    attempts: Attempts, target: SQLiteTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "INTERVAL", 0.005)
    before = set(threading.enumerate())
    seen: list[float] = []

    def trap(moment: str) -> None:
        if moment == "source reads":
            deadline = time.monotonic() + 30
            while (beat := target.runs()[0].heartbeat) in seen and time.monotonic() < deadline:
                time.sleep(0.005)
            seen.append(beat)

    assert load(attempts.begin(), trap=trap).success
    assert len(set(seen)) > 3
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name == "heartbeat"]
