"""A file behind a URL of fsspec, which is imported only here and only when such a file is used."""

from __future__ import annotations

import glob
import weakref
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from etl_host.core.errors import InputError
from etl_host.core.files.local import LocalFile, unreadable


@dataclass(frozen=True)
class RemoteFile:
    """The file at ``url``; ``shown`` is what messages call it.

    Every method raises InputError where it can't be reached.
    """

    url: str
    shown: str

    def open(self) -> BinaryIO:
        filesystem, path = self._found()
        with self._reachable():
            stream: BinaryIO = filesystem.open(path, "rb")
        weakref.finalize(
            stream, id, filesystem
        )  # an archive closes itself, with all that is read from it, when forgotten
        return stream

    def exists(self) -> bool:
        filesystem, path = self._found()
        with self._reachable():
            try:
                filesystem.info(path)
            except FileNotFoundError as error:
                if error.__cause__ is None or isinstance(error.__cause__, FileNotFoundError):
                    return False
                raise error.__cause__ from None  # fsspec calls a server that doesn't answer a missing file
            return True

    def size(self) -> int | None:
        filesystem, path = self._found()
        with self._reachable():
            size: int | None = filesystem.info(path).get("size")
            return size

    def modified(self) -> int | None:
        last = self.url.rpartition("::")[2]
        return None if "://" in last else LocalFile(Path(last)).modified()

    def matches(self, pattern: str, folder: str) -> Sequence[str]:
        """The files that ``pattern``, the first part of the URL, stands for, as such parts.

        A web address is no pattern; a file whose own name looks like one comes first.
        """
        if not glob.has_magic(pattern) or pattern.startswith(("http://", "https://")) or self.exists():
            return [pattern]
        filesystem, path = self._found()
        with self._reachable():
            found = filesystem.glob(path, detail=True).items()
            return sorted(filesystem.unstrip_protocol(file) for file, info in found if info["type"] != "directory")

    def _found(self) -> tuple[Any, str]:
        """The file system and the path in it. An archive is opened for it."""
        with self._reachable():
            filesystem, path = import_module("fsspec.core").url_to_fs(self.url)
            return filesystem, path

    @contextmanager
    def _reachable(self) -> Generator[None, None, None]:
        """What goes wrong inside, as InputError: each file system has errors of its own."""
        try:
            yield
        except InputError:
            raise
        except Exception as error:
            raise unreadable(self.shown, error) from error
