"""``etl-host`` in a child of this process: real, and killed as one, but it need not import what is imported here."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

from etl_host.cli import main
from forked import forked


class Ended(NamedTuple):
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str


def etl_host(folder: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> Ended:
    """The command in this process. Whatever it imports, later children have."""
    with chdir(folder):
        done = CliRunner().invoke(main, arguments, env=settings)
    return Ended(done.exit_code, done.stdout, done.stderr)


class Command:
    """A command that is under way."""

    def __init__(self, folder: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> None:
        self._result = folder.parent / f"result of {folder.name} at {time.monotonic_ns()}"
        self._status: int | None = None
        self.pid = forked(lambda: etl_host(folder, *arguments, settings=settings), self._result)

    def runs(self) -> bool:
        """Whether it has not ended yet."""
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = status if pid else None
        return self._status is None

    def kill(self) -> bool:
        """As ``kill -9`` does; whether it was still running."""
        if self.runs():
            os.kill(self.pid, signal.SIGKILL)
            self._status = os.waitpid(self.pid, 0)[1]
        return os.WIFSIGNALED(self._status or 0)

    def ended(self) -> Ended:
        """How it ended, once it has by itself."""
        while self.runs():
            time.sleep(0.01)
        assert self._status == 0, self._result.read_text()
        return Ended(*json.loads(self._result.read_text()))
