"""What code opens, while it runs and when it is done."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

_OUTSIDE: Final = (
    "open",
    "os.",
    "socket.",
    "sqlite3.connect",
    "subprocess.",
    "tempfile.",
    "shutil.",
    "glob.",
    "pathlib.",
    "_thread.start",
)
_HARMLESS: Final = frozenset({"os.putenv", "os.unsetenv", "os.add_dll_directory", "socket.gethostname"})
_SECONDS_TO_END: Final = 1.0

_listening: dict[int, list[str]] = {}
_hooked = False


@contextmanager
def touched() -> Iterator[list[str]]:
    """What the block touches in this thread: files, sockets, processes, threads. What imports do doesn't count."""
    global _hooked
    if not _hooked:
        _hooked = True  # an audit hook stays for good
        sys.addaudithook(_hear)
    heard: list[str] = []
    _listening[threading.get_ident()] = heard
    try:
        yield heard
    finally:
        del _listening[threading.get_ident()]


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if not _listening or not event.startswith(_OUTSIDE) or event in _HARMLESS:
        return
    heard = _listening.get(threading.get_ident())
    if heard is not None and not _is_time_zone(arguments) and not _is_importing(sys._getframe(1)):
        heard.append(f"{event} {arguments[0]!r}" if arguments else event)


def _is_time_zone(arguments: tuple[Any, ...]) -> bool:
    """Whether it is a file of the system's time zones, which ZoneInfo reads once for the whole process."""
    zones = sys.modules.get("zoneinfo")
    if zones is None or not arguments or not isinstance(arguments[0], str):
        return False
    return arguments[0].startswith(tuple(f"{folder}{os.sep}" for folder in zones.TZPATH))


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back
    return False


def must_close_everything(use: Callable[[], object]) -> None:
    """Fails where something is open after ``use`` that was not before.

    What it returns is kept: who lets go of a file by being forgotten has not closed it.
    """
    kept, left = [], list[str]()
    for _ in range(2):  # what is opened once for the whole process is open after the first time
        held = Held()
        kept.append(use())
        if not (left := held.left_since()):
            return
    raise AssertionError(f"still open: {', '.join(left)}")


class Held:
    """What the process holds open now: files, sockets and threads."""

    def __init__(self) -> None:
        self._files = _open_files()
        self._threads = set(threading.enumerate())

    def left_since(self) -> list[str]:
        """What is open now, and was not then; threads that are about to end get a moment to."""
        until = time.monotonic() + _SECONDS_TO_END
        while (left := self._now()) and time.monotonic() < until:
            time.sleep(0.02)
        return left

    def _now(self) -> list[str]:
        files = [what for number, what in _open_files().items() if self._files.get(number) != what]
        return [*files, *(f"thread {thread.name}" for thread in set(threading.enumerate()) - self._threads)]


def _open_files() -> dict[int, str]:
    """What each descriptor is, as far as the system tells; nothing on Windows."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        if os.path.isdir(folder):
            return dict(filter(None, (_open_file(folder, int(number)) for number in os.listdir(folder))))
    return {}


def _open_file(folder: str, number: int) -> tuple[int, str] | None:
    try:
        state = os.fstat(number)
        path = f"{folder}/{number}"
        name = os.readlink(path) if os.path.islink(path) else "file"
    except OSError:  # the descriptor with which the folder was listed
        return None
    return number, f"{name} (descriptor {number}, inode {state.st_ino})"
