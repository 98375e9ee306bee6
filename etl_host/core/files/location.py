"""Where a file is: a path, or a URL of fsspec."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import BinaryIO, TypeAlias

from etl_host.core.files.local import LocalFile
from etl_host.core.files.remote import RemoteFile

FileLike: TypeAlias = "FileLocation | str | os.PathLike[str]"
"""What stands for a file in Python; ``FileLocation.of`` makes a FileLocation of it."""

_USER = re.compile(r"(?<=://)[^/\s]*@")
_QUERY = re.compile(r"(https?://[^?]*)\?.*?(?=::|$)")


class FileLocation:
    """A file: a path, or a URL of fsspec such as ``s3://bucket/stops.csv`` or, chained,
    ``zip://stops.txt::feed.zip``.

    A plain path, and the last part of a chained URL where that is a plain path, are relative to ``folder``,
    by default the current one. Other URLs stay as they are. Nothing is touched until a method asks. Every
    method raises InputError where the file can't be reached or read. Raises ValueError for an empty location.
    """

    def __init__(self, location: str | os.PathLike[str], *, folder: str | os.PathLike[str] | None = None) -> None:
        self.written = os.fspath(location)
        self._folder = os.path.abspath(folder or "")
        if not self.written.strip():
            raise ValueError("the name of the file is empty")
        before, chained, last = self.written.rpartition("::")
        if "://" not in last:
            last = os.path.abspath(os.path.join(self._folder, os.path.expanduser(last)))
        remote = chained or "://" in last
        self._file = RemoteFile(f"{before}{chained}{last}", str(self)) if remote else LocalFile(Path(last))

    @classmethod
    def of(cls, value: FileLike) -> FileLocation:
        """``value`` itself where it is one, else the location of that path or URL, relative to the current
        folder.
        """
        return value if isinstance(value, FileLocation) else cls(value)

    @property
    def name(self) -> str:
        """The name of the file alone, for messages and places: ``stops.txt``."""
        return PurePath(_QUERY.sub(r"\1", self.written).split("::")[0]).name

    @property
    def path(self) -> Path | None:
        """The absolute path, unless it is a URL."""
        return self._file.path if isinstance(self._file, LocalFile) else None

    @property
    def url(self) -> str | None:
        """The URL, its last part made absolute, unless it is a path."""
        return self._file.url if isinstance(self._file, RemoteFile) else None

    def open(self) -> BinaryIO:
        """The file's bytes, from the start."""
        return self._file.open()

    def exists(self) -> bool:
        """Whether there is such a file.

        That there is no answer, or no archive to look into, is an error, not False.
        """
        return self._file.exists()

    def size(self) -> int | None:
        """The number of bytes, in an archive those of the unpacked file; None where that isn't known
        beforehand.
        """
        return self._file.size()

    def modified(self) -> int | None:
        """When the file, or the local archive that holds it, was last modified, in nanoseconds; None for what
        is remote.
        """
        return self._file.modified()

    def glob(self) -> Sequence[FileLocation]:
        """The files that a pattern (``*``, ``?``, ``[…]``, ``**``) stands for, sorted by name; just itself
        where it is none.
        """
        first, chained, rest = self.written.partition("::")
        found = self._file.matches(os.path.expanduser(first), self._folder)
        return [FileLocation(f"{file}{chained}{rest}", folder=self._folder) for file in found]

    def __str__(self) -> str:
        """As written, but for what may be secret in a URL: user, password and query."""
        return _QUERY.sub(r"\1?…", _USER.sub("…@", self.written))

    def __repr__(self) -> str:
        return f"FileLocation({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileLocation) and (self.path, self.url) == (other.path, other.url)

    def __hash__(self) -> int:
        return hash((self.path, self.url))
