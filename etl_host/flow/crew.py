"""Threads that work side by side for one that tells them what to do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Final, TypeAlias

from etl_host.core.nap import A_NAP

Work: TypeAlias = Callable[[], object]


class Crew:
    """At most ``size`` works at once, each known by a number. All methods are for one thread, which is none of them.

    ``busy``: the numbers of the works that were started and not yet said to be done.
    """

    def __init__(self, size: int, name: str) -> None:
        self.size: Final = size
        self.busy: set[int] = set()
        self._name = name
        self._threads: list[threading.Thread] = []
        self._orders = SimpleQueue[tuple[int, Work] | None]()
        self._done = SimpleQueue[tuple[int, BaseException | None]]()

    @property
    def has_room(self) -> bool:
        """Whether one more can be started."""
        return len(self.busy) < self.size

    def start(self, number: int, work: Work) -> None:
        """Let a thread do it, now."""
        if len(self._threads) <= len(self.busy):
            thread = threading.Thread(target=self._work, name=f"{self._name}: lane {len(self._threads)}", daemon=True)
            thread.start()  # or there is no room for one more, and nothing was ordered
            self._threads.append(thread)
        self.busy.add(number)
        self._orders.put((number, work))

    def done(self, *, wait: bool) -> bool:
        """Whether one that was started is done by now; ``wait``: until one is, if any was started. Raises its error."""
        if not self.busy or (self._done.empty() and not wait):
            return False
        number, error = self._next_done()
        self.busy.remove(number)
        if error is not None:
            raise error
        return True

    def _next_done(self) -> tuple[int, BaseException | None]:
        while True:
            with suppress(Empty):
                return self._done.get(timeout=A_NAP)

    def close(self, *, wait: bool = True) -> None:
        """No more works; ``wait``: until those that were started are done."""
        for _ in self._threads:
            self._orders.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            number, work = order
            error: BaseException | None = None
            try:
                work()
            except BaseException as raised:
                error = raised
            self._done.put((number, error))
