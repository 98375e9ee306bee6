"""The bytes of a file, unpacked where its content says that it is packed."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO, cast

from etl_host import FileLocation, InputError

BLOCK = 128 * 1024
"""Bytes read at once."""

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_NAMES_SHOWN = 10


class ByteStream:
    """The unpacked bytes of ``location``. What can't be read raises InputError."""

    def __init__(self, location: FileLocation, file: BinaryIO, unpacked: BinaryIO) -> None:
        self._location = location
        self._size = location.size()
        self._file = file
        self._unpacked = unpacked

    def read(self) -> bytes:
        """The next bytes, at most BLOCK of them; none at the end."""
        with _readable(self._location):
            return self._unpacked.read(BLOCK)

    @property
    def share(self) -> float | None:
        """How much of the file, as it is stored, has been read: 0 to 1; None where its size isn't known."""
        return min(1.0, self._file.tell() / self._size) if self._size else None


@contextmanager
def opened(location: FileLocation) -> Generator[ByteStream, None, None]:
    """The file, open; gzip and zip are known by their first bytes, not by their names."""
    with ExitStack() as resources:
        file = resources.enter_context(location.open())
        with _readable(location):
            # A file of fsspec may give fewer bytes than it is asked for, and may not be able to go back to its start.
            buffered = resources.enter_context(io.BufferedReader(cast("io.RawIOBase", file)))
            unpacked = resources.enter_context(_unpacked(location, buffered))
        yield ByteStream(location, file, unpacked)


def _unpacked(location: FileLocation, file: io.BufferedReader[io.RawIOBase]) -> BinaryIO:
    magic = file.peek(4)[:4]
    if magic.startswith(_GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    if magic in _ZIP:
        return _only_member(location, zipfile.ZipFile(file))
    return cast("BinaryIO", file)


def _only_member(location: FileLocation, archive: zipfile.ZipFile) -> BinaryIO:
    # macOS adds a folder of its own, with a file of attributes for each file.
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    names = [name for name in names if not name.startswith("__MACOSX/")]
    if not names:
        raise InputError(f"{location}: the zip file holds no file")
    if len(names) > 1:
        more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        raise InputError(
            f"{location}: the zip file holds {len(names)} files: {', '.join(names[:_NAMES_SHOWN])}{more}",
            remedy=f"name one of them, e.g. zip://{names[0]}::{location}",
        )
    return cast("BinaryIO", archive.open(names[0]))


@contextmanager
def _readable(location: FileLocation) -> Generator[None, None, None]:
    """What goes wrong inside, as InputError: archives and file systems have errors of their own."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"{location}: it can't be read: {str(error) or type(error).__name__}",
            remedy="look whether the file is complete, e.g. by unpacking it, or copying it here",
        ) from error
