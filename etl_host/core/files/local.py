"""A file on this machine."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from etl_host.core.errors import InputError


@dataclass(frozen=True)
class LocalFile:
    """The file at an absolute path. Every method raises InputError where it can't be read."""

    path: Path

    def open(self) -> BinaryIO:
        mode = self._stat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            raise InputError(
                f"{self.path}: it is no regular file, and a pipe or device can be read only once",
                remedy="write it to a file first",
            )
        try:
            return self.path.open("rb")
        except OSError as error:
            raise unreadable(str(self.path), error) from error

    def exists(self) -> bool:
        try:
            self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError as error:
            raise unreadable(str(self.path), error) from error
        return True

    def size(self) -> int:
        return self._stat().st_size

    def modified(self) -> int:
        return self._stat().st_mtime_ns

    def matches(self, pattern: str, folder: str) -> Sequence[str]:
        """The files that ``pattern``, relative to ``folder``, stands for.

        A file whose own name looks like one comes first.
        """
        if not glob.has_magic(pattern) or self.exists():
            return [pattern]
        found = glob.iglob(pattern, root_dir=folder, recursive=True)
        files = sorted(file for file in found if os.path.isfile(os.path.join(folder, file)))
        if not files:
            self._look_into_the_folder()
        return files

    def _look_into_the_folder(self) -> None:
        """``glob`` finds nothing in a folder that may not be read."""
        folder = next(parent for parent in self.path.parents if not glob.has_magic(str(parent)))
        try:
            with os.scandir(folder):
                pass
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            raise unreadable(str(folder), error) from error

    def _stat(self) -> os.stat_result:
        try:
            return self.path.stat()
        except OSError as error:
            raise unreadable(str(self.path), error) from error


def unreadable(file: str, error: Exception) -> InputError:
    """The error to raise where ``file`` can't be read because of ``error``."""
    match error:
        case FileNotFoundError() | NotADirectoryError():
            why = "there is no such file" if _names(error, file) else f"there is no {error.filename}"
        case IsADirectoryError():
            why = "it is a folder; name the file in it"
        case PermissionError():
            why = "it may not be read by this user"
        case OSError(strerror=str() as reason):
            why = reason[:1].lower() + reason[1:]
        case _:
            why = str(error) or type(error).__name__
    return InputError(f"{file}: {why}")


def _names(error: OSError, file: str) -> bool:
    return not isinstance(error.filename, str) or file.endswith(error.filename)
