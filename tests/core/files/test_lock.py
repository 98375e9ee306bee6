from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from etl_host.core.files.lock import FileLock
from forked import forked, in_a_child


def is_free(path: Path) -> bool:
    """Whether another process gets it."""
    return bool(in_a_child(lambda: FileLock(path).acquire(), path.with_name("result")))


def test_one_process_holds_it(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.acquire()
    assert lock.acquire()  # again, by the same one
    assert not is_free(lock.path)
    lock.release()
    assert is_free(lock.path)
    assert lock.acquire()
    lock.release()


def test_one_context_of_a_process_holds_it(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert first.acquire()
    assert not second.acquire()
    second.release()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_it_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"

    def hold() -> None:
        assert FileLock(path).acquire()
        (tmp_path / "held").touch()
        time.sleep(60)

    holder = forked(hold, tmp_path / "holder")
    while not (tmp_path / "held").exists():
        time.sleep(0.01)
    assert not is_free(path)
    os.kill(holder, signal.SIGKILL)
    os.waitpid(holder, 0)
    assert is_free(path)


def test_who_is_refused_keeps_no_handle(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    first.acquire()
    before = len(os.listdir("/proc/self/fd"))
    assert not second.acquire()
    assert len(os.listdir("/proc/self/fd")) == before
    first.release()


def test_the_file_stays_or_two_could_hold_it(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    lock.acquire()
    lock.release()
    assert lock.path.exists()


def test_each_beat_moves_the_heartbeat(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    assert lock.heartbeat() is None
    lock.acquire()
    os.utime(lock.path, (1, 1))
    assert lock.heartbeat() == 1_000_000_000
    lock.beat()
    assert (lock.heartbeat() or 0) > 1_000_000_000
    lock.release()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileLock(tmp_path / "absent" / "lock").acquire()
