"""The sign of life of a run: others see by it that a process still works on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

from etl_host.core.checkpoint import Run
from etl_host.core.store import CheckpointStore

log = logging.getLogger(__name__)

INTERVAL: Final = 5.0

_beating: set[str] = set()


def beats_here(owner: str) -> bool:
    """Whether this very process works on a run as ``owner``; not so once an attempt has ended, however badly."""
    return owner in _beating


class Heartbeat:
    """Beats in each store every INTERVAL seconds, in a thread of its own, from ``start`` to ``stop``.

    ``stores`` and ``run`` are asked at every beat. A store that can't be reached now is tried again at the next:
    whether the load must stop for that is for its own writes to find out.
    """

    def __init__(self, stores: Callable[[], Sequence[CheckpointStore]], run: Callable[[], Run]) -> None:
        self._stores = stores
        self._run = run
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Once is enough; more often does nothing."""
        if self._thread is None:
            _beating.add(self._run().owner)
            self._thread = threading.Thread(target=self._beat_until_ended, name="heartbeat", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Returns once the last beat is over: a record may then be closed, and its connection."""
        self._ended.set()
        _beating.discard(self._run().owner)
        if self._thread is not None:
            self._thread.join()

    def _beat_until_ended(self) -> None:
        while not self._ended.wait(INTERVAL):
            for store in self._stores():
                try:
                    store.beat(self._run())
                except Exception as error:
                    log.debug("no heartbeat: %s: %s", type(error).__name__, error)
