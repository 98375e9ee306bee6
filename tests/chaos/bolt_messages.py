"""Where a Bolt message begins and ends, and what it is called."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

_NAMES = {0x10: "RUN", 0x11: "BEGIN", 0x12: "COMMIT"}

MANIFEST = b"\x00\x00\x01\xff"
"""The server's answer to a handshake, where the client is to choose from a list of versions that follows."""


def messages(reading: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Name ("" for one that is of no interest) and bytes of each message. Raises EOFError at the end.

    A message is chunks, each with its length before it, up to one of length 0. That alone keeps a connection alive.
    """
    while True:
        raw, body, size = b"", b"", 1
        while size:
            header = exactly(reading, 2)
            (size,) = struct.unpack(">H", header)
            chunk = exactly(reading, size)
            raw, body = raw + header + chunk, body + chunk
        yield _NAMES.get(body[1], "") if len(body) > 1 else "", raw


def chosen_version(reading: BinaryIO) -> bytes:
    """The client's answer to a list of versions: one of them, and capabilities as a number of variable length."""
    chosen = exactly(reading, 5)
    while chosen[-1] & 0x80:
        chosen += exactly(reading, 1)
    return chosen


def exactly(reading: BinaryIO, size: int) -> bytes:
    """So many bytes. Raises EOFError where there are fewer."""
    data = reading.read(size)
    if len(data) < size:
        raise EOFError
    return data
