"""A database that takes everything and does nothing: what is left is the client's own time.

It speaks Bolt 5.4 as far as a driver needs it to write: the messages are described at
https://neo4j.com/docs/bolt/current/bolt/message/. Run as a script, it prints its port.
"""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any, Final

HELLO, RUN, PULL, COMMIT, GOODBYE = 0x01, 0x10, 0x3F, 0x12, 0x02
VERSION_5_4: Final = b"\x00\x00\x04\x05"


def main() -> None:
    """Serve until killed."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)  # noqa: T201
        while True:
            connection, _ = server.accept()
            threading.Thread(target=_serve, args=(connection,), daemon=True).start()


def _serve(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    raw = connection.makefile("rb", buffering=0)
    with connection, BufferedReader(raw, 1 << 20) as stream, suppress(ConnectionError):
        stream.read(20)  # the handshake: magic number and four versions
        connection.sendall(VERSION_5_4)
        while (kind := _drain(stream)) not in (None, GOODBYE):
            connection.sendall(ANSWERS.get(kind, SUCCESS))


def _drain(stream: BufferedReader[Any]) -> int | None:
    """Read one message, whatever it holds; returns its kind, None where there are no more."""
    kind: int | None = None
    while len(header := stream.read(2)) == 2:
        (size,) = struct.unpack(">H", header)
        if size == 0 and kind is not None:
            return kind
        chunk = stream.read(size)
        if kind is None and size:
            kind = chunk[1]
    return None


def _success(**metadata: str | int | list[str]) -> bytes:
    """A SUCCESS message, in one chunk."""
    message = b"\xb1\x70" + _packed(metadata)
    return struct.pack(">H", len(message)) + message + b"\x00\x00"


def _packed(value: Any) -> bytes:
    """PackStream, as far as it is needed: short maps, lists and strings, and small numbers."""
    match value:
        case dict():
            return bytes([0xA0 + len(value)]) + b"".join(_packed(key) + _packed(value[key]) for key in value)
        case list():
            return bytes([0x90 + len(value)]) + b"".join(map(_packed, value))
        case str():
            return bytes([0x80 + len(value.encode())]) + value.encode()
        case _:
            return bytes([int(value)])


SUCCESS = _success()
ANSWERS = {
    HELLO: _success(server="Neo4j/5.26.0", connection_id="bolt-0"),
    RUN: _success(fields=[], t_first=0, qid=0),
    PULL: _success(type="w", t_last=0, db="neo4j"),
    COMMIT: _success(bookmark="b:1"),
}


@contextmanager
def null_server() -> Iterator[dict[str, str]]:
    """Run one; gives the settings of its clients."""
    with subprocess.Popen([sys.executable, str(Path(__file__))], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield {
                "NEO4J_URI": f"bolt://127.0.0.1:{int(server.stdout.readline())}",
                "NEO4J_USERNAME": "nobody",
                "NEO4J_PASSWORD": "nothing",
                "NEO4J_DATABASE": "neo4j",
            }
        finally:
            server.kill()


if __name__ == "__main__":
    main()
