"""Attempts as processes: to wait for, to pause and to kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TIMEOUT = 400.0  # seconds for one attempt; a restart of the server is waited out in it
_POLL = 0.02  # seconds


@dataclass
class Process:
    """One that a launcher has started; like those of ``subprocess``. ``code``: its exit code, once it was asked for."""

    pid: int
    code: int | None = None

    @property
    def _state(self) -> str:
        """As in proc(5): T is stopped by a signal, Z has ended."""
        return Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2][0]

    def paused(self) -> bool:
        """Wait until it is stopped (True) or has ended. Raises TimeoutError where neither happens."""
        return self._reached("TZ") == "T"

    def wait(self) -> int:
        """Wait for its end; the exit code, negative for a signal. Raises TimeoutError."""
        if self.code is None:
            self._reached("Z")
            self.code = _answer({"wait": self.pid})
        return self.code

    def send_signal(self, number: int) -> None:
        if self.code is None:  # else its number may be another process's by now
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _reached(self, states: str) -> str:
        deadline = time.monotonic() + TIMEOUT
        while (state := self._state) not in states:
            if time.monotonic() > deadline:
                raise TimeoutError(f"process {self.pid} does not get on")
            time.sleep(_POLL)
        return state


def start(**order: Any) -> Process:
    """Start an attempt; see ``launcher``."""
    return Process(_answer(order))


_mutex = threading.Lock()


def _answer(order: Any) -> int:
    launcher = _launcher()
    assert launcher.stdin is not None
    assert launcher.stdout is not None
    with _mutex:
        print(json.dumps(order), file=launcher.stdin, flush=True)
        return int(launcher.stdout.readline())


@cache
def _launcher() -> subprocess.Popen[str]:
    """It ends when this process does, as its stdin ends then."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.launcher"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
