"""Power failures: what a disk holds after one, of a folder into which a process was writing.

Only what was synced is left: the bytes of a file at its last sync, none where there was no sync. Names are left either
as they were when their folder was last synced, or as they are: a disk may be ahead with them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from forked import kill_me

WORLDS: Final = ("names as synced", "names as they are")


class Disk:
    """The disk below ``folder``. What is there now counts as synced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bytes: dict[int, bytes] = {}
        self._names: dict[Path, Mapping[str, os.stat_result]] = {}
        self._held: list[int] = []
        for found in (folder, *folder.rglob("*")):
            self.synced(found)

    def synced(self, path: Path) -> None:
        """``path``, a file or a folder, was synced."""
        if path.is_dir():
            self._names[path] = self._names_now(path)
            return
        with path.open("rb") as file:
            number = os.fstat(file.fileno()).st_ino
            self._bytes[number] = file.read()
            self._held.append(os.dup(file.fileno()))  # so that no other file gets its number

    @staticmethod
    def _names_now(folder: Path) -> Mapping[str, os.stat_result]:
        return {path.name: path.stat() for path in folder.iterdir()}

    def left(self, target: Path) -> None:
        """Make a folder in ``target`` for each of WORLDS, with what is left in it."""
        for world in WORLDS:
            of = self._names_now if world == WORLDS[1] else lambda folder: self._names.get(folder, {})
            self._write(self._folder, target / world, of)

    def _write(self, folder: Path, target: Path, of: Callable[[Path], Mapping[str, os.stat_result]]) -> None:
        target.mkdir(parents=True)
        for name, found in of(folder).items():
            if stat.S_ISDIR(found.st_mode):
                self._write(folder / name, target / name, of)
            else:
                (target / name).write_bytes(self._bytes.get(found.st_ino, b""))


def fail_at(moment: int, folder: Path, target: Path) -> None:
    """From now on in this process, the power fails after so many syncs and renamings below ``folder``.

    What is left is then in ``target``, and the process is dead.
    """
    disk, left = Disk(folder), moment
    real_fsync, real_replace = os.fsync, os.replace

    def passed(path: Path) -> None:
        nonlocal left
        left -= path.is_relative_to(folder)
        if left == 0:
            disk.left(target)
            kill_me()

    def fsync(handle: int) -> None:
        path = Path(os.readlink(f"/proc/self/fd/{handle}"))
        if path.is_relative_to(folder):
            disk.synced(path)  # only in name: the machine stays up
        else:
            real_fsync(handle)
        passed(path)

    def replace(old: Any, new: Any) -> None:
        real_replace(old, new)
        passed(Path(new))

    os.fsync, os.replace = fsync, replace  # type: ignore[assignment]
