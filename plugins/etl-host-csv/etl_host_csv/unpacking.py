"""Packed files, known by their first bytes."""

from __future__ import annotations

import gzip
import io
import re
import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any, BinaryIO, cast
from zipfile import ZipFile

from etl_host import FileLocation, InputError
from etl_host_csv.file_kinds import HEAD, refuse_documents, refuse_other_kinds

_NAMES_SHOWN = 10
_BUFFER = 128 * 1024


def unpacked(location: FileLocation, file: BinaryIO, resources: ExitStack, form: str) -> BinaryIO:
    """``file``, or what is packed in it: gzip, bzip2, xz, zstd, a zip with one file in it; also one in another.

    What is opened on the way goes into ``resources``. Raises InputError for what plainly isn't of that ``form``.
    """
    head = _head(file)
    file = resources.enter_context(_from_the_start(file, head))
    for begins, unpack in _PACKINGS:
        if begins.match(head):
            return unpacked(location, resources.enter_context(unpack(file, location, form)), resources, form)
    refuse_other_kinds(head, location, form)
    return file


def _head(file: BinaryIO) -> bytes:
    head = b""
    while len(head) < HEAD and (more := file.read(HEAD - len(head))):  # a slow server gives less than it is asked for
        head += more
    return head


def _from_the_start(file: BinaryIO, head: bytes) -> BinaryIO:
    with suppress(OSError, ValueError):
        file.seek(0)
        head = b""
    return cast("BinaryIO", io.BufferedReader(_Replayed(head, file), _BUFFER))


class _Replayed(io.RawIOBase):
    """``file``, of which ``head`` has been read, from its start: a download can't go back."""

    def __init__(self, head: bytes, file: BinaryIO) -> None:
        self._head = head
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return not self._head and self._file.seekable()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        taken = self._head[: len(buffer)] or self._file.read(len(buffer))
        self._head = self._head[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def _bzip2(file: BinaryIO, *_: object) -> BinaryIO:
    from bz2 import BZ2File  # some builds of Python lack it

    return cast("BinaryIO", BZ2File(file))


def _xz(file: BinaryIO, *_: object) -> BinaryIO:
    from lzma import LZMAFile  # some builds of Python lack it

    return cast("BinaryIO", LZMAFile(file))


def _zstd(file: BinaryIO, *_: object) -> BinaryIO:
    if sys.version_info >= (3, 14):
        from compression.zstd import ZstdFile
    else:
        from backports.zstd import ZstdFile
    return cast("BinaryIO", ZstdFile(file))


def _gzip(file: BinaryIO, *_: object) -> BinaryIO:
    return cast("BinaryIO", gzip.GzipFile(fileobj=file))


def _zip(file: BinaryIO, location: FileLocation, form: str) -> BinaryIO:
    archive = ZipFile(file)
    refuse_documents(archive, location, form)
    # macOS adds a folder of its own, with a file of attributes for each file.
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    names = [name for name in names if not name.startswith("__MACOSX/")]
    if not names:
        raise InputError(f"{location}: the zip file holds no file")
    if len(names) > 1:
        more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        raise InputError(
            f"{location}: the zip file holds {len(names)} files: {', '.join(names[:_NAMES_SHOWN])}{more}",
            remedy=f"name one of them, e.g. zip://{names[0]}::{location}; or several of one form by a pattern",
        )
    return cast("BinaryIO", archive.open(names[0]))


_PACKINGS: tuple[tuple[re.Pattern[bytes], Callable[[BinaryIO, FileLocation, str], BinaryIO]], ...] = (
    (re.compile(rb"\x1f\x8b"), _gzip),
    (re.compile(rb"PK(\x03\x04|\x05\x06)"), _zip),
    (re.compile(rb"BZh[1-9](1AY&SY|\x17rE8P\x90)"), _bzip2),
    (re.compile(rb"\xfd7zXZ\0"), _xz),
    (re.compile(rb"(\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)"), _zstd),
)
