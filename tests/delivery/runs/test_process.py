from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from etl_host.delivery.runs.process import Process

SAY_WHO = (
    "import json; from etl_host.delivery.runs.process import Process; print(json.dumps(Process.current().as_dict()))"
)


@pytest.fixture
def child() -> Iterator[tuple[subprocess.Popen[str], Process]]:
    code = f"{SAY_WHO}; import sys; sys.stdout.flush(); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout is not None
        recorded = Process.recorded(json.loads(process.stdout.readline()))
        assert recorded is not None
        yield process, recorded
        process.kill()


def test_a_process_that_runs_or_is_paused_is_there(child: tuple[subprocess.Popen[str], Process]) -> None:
    running, process = child
    assert process.pid == running.pid
    assert not process.is_gone()
    running.send_signal(signal.SIGSTOP)
    assert not process.is_gone()
    running.send_signal(signal.SIGCONT)


def test_a_killed_process_is_gone_at_once_even_before_its_parent_has_heard(
    child: tuple[subprocess.Popen[str], Process],
) -> None:
    running, process = child
    running.kill()
    os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT)
    assert process.is_gone()
    running.wait()
    assert process.is_gone()


def test_another_process_that_got_its_number_is_not_it() -> None:
    assert not Process.current().is_gone()
    assert replace(Process.current(), began="1").is_gone()


@pytest.mark.parametrize("elsewhere", [{"boot": "another"}, {"namespace": "pid:[1]"}, {"boot": "", "namespace": ""}])
def test_of_a_process_elsewhere_nothing_is_known(elsewhere: dict[str, str]) -> None:
    assert not replace(Process.current(), began="1", **elsewhere).is_gone()  # type: ignore[arg-type]


def test_a_record_that_names_no_process_names_none() -> None:
    assert Process.recorded({}) is None


def test_a_person_is_told_number_and_machine() -> None:
    assert str(Process("etl-7", 4711)) == "process 4711 on etl-7"
