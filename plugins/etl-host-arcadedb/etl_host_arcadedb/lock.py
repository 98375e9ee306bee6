"""One user at a time for the folder of an embedded graph, by a lock of the operating system."""

from __future__ import annotations

import os
import secrets
import sys
import time
from pathlib import Path

from etl_host import Locked

PATIENCE = 5.0  # seconds; the server of a process that was killed takes a tenth of one to stop
_TOKEN = secrets.token_hex(4)  # tells two processes with one id apart, as two containers may have them


class FolderLock:
    """Holds a folder for this process, and for each child that inherits ``descriptor``, until all have let go.

    So the folder of a process that was killed becomes free when its server, too, has ended.
    """

    def __init__(self, folder: Path) -> None:
        """Take the lock. Raises Locked, and OSError where the lock file can't be written."""
        self.descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._take(folder)
            os.ftruncate(self.descriptor, 0)
            os.pwrite(self.descriptor, _me().encode(), 0)
        except BaseException:
            os.close(self.descriptor)
            raise

    def release(self) -> None:
        """Let go, also for those that inherited the descriptor."""
        _unlock(self.descriptor)
        os.close(self.descriptor)

    def _take(self, folder: Path) -> None:
        deadline = time.monotonic() + PATIENCE
        while not _try_to_lock(self.descriptor):
            holder = os.pread(self.descriptor, 100, 0).decode()
            if holder == _me():
                raise Locked(
                    f"the embedded graph in {folder} is already in use by another connection of this process",
                    remedy="let both share one connection, or give one of them another `folder`",
                )
            if time.monotonic() > deadline:
                raise held_by_another(folder, holder.partition(" ")[0])
            time.sleep(0.05)


def held_by_another(folder: Path, pid: str = "") -> Locked:
    """Describe that another process, with the id ``pid`` if that is known, has the folder."""
    who = f" (pid {pid})" if pid else ""
    return Locked(
        f"the embedded graph in {folder} is in use by another process{who}",
        remedy="wait until that process has ended, or give this connection another `folder`",
    )


def _me() -> str:
    return f"{os.getpid()} {_TOKEN}"


if sys.platform == "win32":  # there the server's own lock has to do

    def _try_to_lock(descriptor: int) -> bool:
        return True

    def _unlock(descriptor: int) -> None:
        pass

else:
    import fcntl

    def _try_to_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
