"""Writes notes in a thread of its own, which the load does not wait for."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from etl_host_neo4j.history_notes import Notebook, Notes

log = logging.getLogger(__name__)

INTERVAL: Final = 1.0
"""Seconds between writes. With the last one, which comes at once, these are at most two in a second."""

LAST_WAIT: Final = 5.0
"""How many seconds the end of a run waits for the last notes to be written."""


class HistoryWriter:
    """Hands what ``notebook`` holds to ``write``, from now until ``stop``.

    What fails is tried again at the next time, together with what has come since.
    """

    def __init__(self, notebook: Notebook, write: Callable[[Notes], None]) -> None:
        self._notebook = notebook
        self._write = write
        self._ended = threading.Event()
        self._failing = False
        self._thread = threading.Thread(target=self._write_until_ended, name="history", daemon=True)
        self._thread.start()

    def stop(self) -> bool:
        """Write the rest; False where that was not done in time."""
        self._ended.set()
        self._thread.join(LAST_WAIT)
        return not self._thread.is_alive() and not self._failing

    def _write_until_ended(self) -> None:
        while not self._ended.wait(INTERVAL):
            self._write_once()
        until = time.monotonic() + LAST_WAIT - INTERVAL
        while not self._write_once() and time.monotonic() < until:
            time.sleep(INTERVAL)

    def _write_once(self) -> bool:
        """Whether all is written that there was."""
        notes = self._notebook.taken()
        if notes is None:
            return True
        done = False
        try:
            self._write(notes)
            done = True
        except Exception as error:
            log.log(
                logging.DEBUG if self._failing else logging.WARNING,
                "the history of run %s can't be written now, and waits: %s: %s",
                notes.id,
                type(error).__name__,
                error,
            )
        finally:
            self._failing = not done
            self._notebook.written(notes, done=done)
        return done
