"""The bytes of a file, unpacked where its content says that it is packed."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

from etl_host import FileLocation, InputError
from etl_host_csv.unpacking import unpacked

BLOCK = 128 * 1024
"""Bytes read at once."""


class ByteStream:
    """The unpacked bytes of ``location``. What can't be read raises InputError."""

    def __init__(self, location: FileLocation, file: BinaryIO, text: BinaryIO) -> None:
        self._location = location
        self._file = file
        self._text = text

    def read(self) -> bytes:
        """The next bytes, at most BLOCK of them; none at the end."""
        with _readable(self._location):
            return self._text.read(BLOCK)

    @property
    def stored_bytes_read(self) -> int:
        """How many bytes of the file, as it is stored, have been read."""
        return self._file.tell()


@contextmanager
def opened(location: FileLocation, form: str = "CSV") -> Generator[ByteStream, None, None]:
    """The file, open; how it is packed is known by its first bytes, not by its name.

    ``form``: what the text should be. Raises InputError, also where it is plainly something else.
    """
    with ExitStack() as resources:
        file = resources.enter_context(location.open())
        with _readable(location):
            text = unpacked(location, file, resources, form)
        yield ByteStream(location, file, text)


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
