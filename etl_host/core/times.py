"""Where the time of a task goes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SOURCE: Final = "source"
VALIDATORS: Final = "validators"
SINK: Final = "sink"
TARGET: Final = "target"


class Times:
    """Seconds by what they were spent on; of several threads at once where there are any, so more than have passed.

    ``source`` and ``validators``: until they gave a batch. ``sink``: what a thread that writes worked; ``target``: what
    it waited, for what it writes to and for its turn in this process.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._seconds: dict[str, float] = {}

    def add(self, what: str, seconds: float) -> None:
        """``seconds`` more; fewer where they are below 0."""
        with self._mutex:
            self._seconds[what] = self._seconds.get(what, 0.0) + seconds

    @contextmanager
    def writing(self) -> Iterator[None]:
        """What lasts as long as the block is for sink and target."""
        began, worked = time.perf_counter(), time.thread_time()
        try:
            yield
        finally:
            worked = time.thread_time() - worked
            self.add(SINK, worked)
            self.add(TARGET, max(0.0, time.perf_counter() - began - worked))

    def as_dict(self) -> dict[str, float]:
        """In the order of a chain."""
        with self._mutex:
            return {what: self._seconds[what] for what in (SOURCE, VALIDATORS, SINK, TARGET) if what in self._seconds}
