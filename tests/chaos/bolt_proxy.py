"""A TCP proxy that knows where a Bolt message begins and ends, and cuts connections at chosen ones."""

from __future__ import annotations

import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import BinaryIO, Self

from tests.chaos.bolt_messages import MANIFEST, chosen_version, exactly, messages

_REPLY_TIMEOUT = 30.0  # seconds
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: a close is a reset, as if the network had gone


class Moment(Enum):
    """When the connection is cut, seen from the message."""

    BEFORE = "before it is forwarded"
    AT = "as soon as it is forwarded"
    AFTER = "when the server has answered, and the answer is lost"
    LATE = "at once, and it is forwarded a while later"


@dataclass(frozen=True)
class Cut:
    """Cuts at the ``number``-th ``message`` since the proxy was opened, counted from 1 over all connections.

    Only those count that end a transaction in which ``text`` was sent.
    """

    moment: Moment
    number: int
    message: str = "COMMIT"
    text: bytes = b""


@dataclass
class _Link:
    """One connection of a client, and the one to the server that belongs to it."""

    client: socket.socket
    server: socket.socket
    answers_lost: bool = False
    answered: threading.Event = field(default_factory=threading.Event)

    def cut(self, *ends: socket.socket) -> None:
        for end in ends or (self.client, self.server):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                # wakes the thread that reads from it; the client must notice, too, while its socket is still read here
                end.shutdown(socket.SHUT_RDWR if end is self.client else socket.SHUT_RD)
            end.close()


class BoltProxy:
    """Stands before the server at ``upstream``, a port of this machine, from ``with`` to its end.

    The end waits for cuts that have begun: what is late has arrived then.

    ``delay``: seconds that a late message is held back. ``done``: the cuts that were made; ``cutting`` is set once a
    late one has begun.
    """

    def __init__(self, upstream: int, *cuts: Cut, delay: float = 0.7) -> None:
        self.upstream = upstream
        self.delay = delay
        self.done: list[Cut] = []
        self.cutting = threading.Event()
        self._at_work: list[threading.Thread] = []
        self._seen = dict.fromkeys(cuts, 0)
        self._mutex = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"bolt://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._at_work:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            link = _Link(client, socket.create_connection(("127.0.0.1", self.upstream)))
        except OSError:
            client.close()
            return
        for end in (link.client, link.server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError, EOFError, ValueError):  # ValueError: the other thread has closed the socket
            reading = client.makefile("rb")
            self._handshake(link, reading)
            sent = b""
            for name, message in messages(reading):
                sent = message if name == "BEGIN" else sent + message
                if cut := self._cut_at(name, sent):
                    self._make(cut, link, message)
                    return
                link.server.sendall(message)
        link.cut()

    def _handshake(self, link: _Link, reading: BinaryIO) -> None:
        link.server.sendall(exactly(reading, 20))
        version = link.server.recv(4, socket.MSG_WAITALL)
        link.client.sendall(version)
        threading.Thread(target=self._answer, args=(link,), daemon=True).start()
        if version == MANIFEST:
            link.server.sendall(chosen_version(reading))

    def _answer(self, link: _Link) -> None:
        with suppress(OSError):
            while data := link.server.recv(65536):
                if link.answers_lost:
                    link.answered.set()
                else:
                    link.client.sendall(data)
        link.answered.set()
        if not link.answers_lost:
            link.cut()

    def _cut_at(self, name: str, sent: bytes) -> Cut | None:
        with self._mutex:
            reached = [cut for cut in self._seen if cut.message == name and cut.text in sent]
            for cut in reached:
                self._seen[cut] += 1
            return next((cut for cut in reached if self._seen[cut] == cut.number), None)

    def _make(self, cut: Cut, link: _Link, message: bytes) -> None:
        self._at_work.append(threading.current_thread())
        link.answers_lost = cut.moment is not Moment.BEFORE
        if cut.moment is Moment.LATE:
            link.cut(link.client)
            self.cutting.set()
            time.sleep(self.delay)
        if cut.moment is not Moment.BEFORE:
            link.server.sendall(message)
        if cut.moment in (Moment.AFTER, Moment.LATE):
            link.answered.wait(_REPLY_TIMEOUT)
        link.cut()
        self.done.append(cut)
