"""A lock that the system lets go of when the process ends, however it ends."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """The lock on the file at ``path``, which is made for it and stays: to remove it would let two hold it.

    Its time of modification is the heartbeat of whoever holds it. Methods raise OSError as the system does.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def acquire(self) -> bool:
        """Hold it from now on; False where another process does, or another context of this one."""
        if self._handle is not None:
            return True
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            _lock(handle)
        except (BlockingIOError, PermissionError):
            os.close(handle)
            return False
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        return True

    def release(self) -> None:
        """Let go of it, where it is held."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def beat(self) -> None:
        """Note that its holder is there."""
        os.utime(self.path)

    def heartbeat(self) -> int | None:
        """When its holder was last there, in nanoseconds; None where nobody ever was."""
        with suppress(FileNotFoundError):
            return self.path.stat().st_mtime_ns
        return None
