"""Ctrl-C, and what a scheduler sends: the first ends a run in good order, the second at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from etl_host.cli.errors import show

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_MESSAGE = "stopping after the batch in flight; once more: at once"


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """An event that the first SIGINT or SIGTERM sets; the second raises KeyboardInterrupt. Only in the main thread."""
    stop, woken = threading.Event(), threading.Event()

    def tell() -> None:  # not the handler, which may interrupt a write to stderr
        woken.wait()
        if stop.is_set():
            with suppress(OSError, ValueError):
                show(_MESSAGE)

    def handle(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        woken.set()

    teller = threading.Thread(target=tell, name="stopping", daemon=True)
    teller.start()
    before = {number: signal.signal(number, handle) for number in _SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        woken.set()
        teller.join()
