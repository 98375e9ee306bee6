"""A folder has one user at a time."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl_host import Locked
from etl_host_arcadedb import lock
from etl_host_arcadedb.lock import FolderLock

KEEP_IT = """\
import sys
from pathlib import Path
from etl_host_arcadedb.lock import FolderLock

held = FolderLock(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.read()
"""
KEEP_IT_WITH_A_CHILD = """\
import subprocess, sys
from pathlib import Path
from etl_host_arcadedb.lock import FolderLock

held = FolderLock(Path(sys.argv[1]))
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], pass_fds=[held.descriptor])
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_a_lock_that_was_released_can_be_taken_again(tmp_path: Path) -> None:
    FolderLock(tmp_path).release()
    FolderLock(tmp_path).release()


def test_a_second_lock_in_one_process_is_refused(tmp_path: Path) -> None:
    held = FolderLock(tmp_path)
    with pytest.raises(Locked, match="another connection of this process"):
        FolderLock(tmp_path)
    held.release()


def test_another_process_is_named(tmp_path: Path, holder: Callable[..., Any], monkeypatch: Any) -> None:
    monkeypatch.setattr(lock, "PATIENCE", 0.0)
    first = holder(tmp_path, KEEP_IT)
    assert first.stdout.readline() == "ready\n"
    with pytest.raises(Locked, match=rf"{tmp_path} is in use by another process \(pid {first.pid}\)"):
        FolderLock(tmp_path)


def test_a_killed_process_holds_nothing(tmp_path: Path, holder: Callable[..., Any]) -> None:
    first = holder(tmp_path, KEEP_IT)
    assert first.stdout.readline() == "ready\n"
    first.kill()
    FolderLock(tmp_path).release()


def test_the_child_of_a_killed_process_holds_it_until_it_ends(
    tmp_path: Path, holder: Callable[..., Any], monkeypatch: Any
) -> None:
    first = holder(tmp_path, KEEP_IT_WITH_A_CHILD)
    child = int(first.stdout.readline())
    first.kill()
    first.wait()
    with monkeypatch.context() as impatient:
        impatient.setattr(lock, "PATIENCE", 0.0)
        with pytest.raises(Locked):
            FolderLock(tmp_path)
    os.kill(child, signal.SIGKILL)
    FolderLock(tmp_path).release()
