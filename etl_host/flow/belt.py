"""Hands things from one thread to another, a few at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

from etl_host.core.nap import A_NAP

Thing = TypeVar("Thing")


class Belt(Generic[Thing]):
    """One thread puts things on it, at most ``capacity`` at a time, and says how it ended; another one takes them."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._things: deque[Thing] = deque()
        self._changed = threading.Condition()
        self._left = False
        self._ended = False
        self._error: BaseException | None = None

    def put(self, thing: Thing) -> bool:
        """Wait for room, and put it there; False where nobody takes anything any more."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._things) < self._capacity or self._left)
            self._things.append(thing)
            self._changed.notify_all()
            return not self._left

    def end(self, error: BaseException | None = None) -> None:
        """There is nothing more to come, since ``error`` was raised or all is done."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Thing]:
        """Everything that is put there, until the end. Raises the error that there was, after what came before it."""
        while self._wait():
            with self._changed:
                thing = self._things.popleft()
                self._changed.notify_all()
            yield thing
        self.raise_error()

    def leave(self) -> None:
        """Take nothing more: whoever waits for room needn't."""
        with self._changed:
            self._left = True
            self._changed.notify_all()

    def raise_error(self) -> None:
        """Raise the error that there was, once."""
        with self._changed:
            error, self._error = self._error, None
        if error is not None:
            raise error

    def _wait(self) -> bool:
        """Wait for the next thing; False where there is none."""
        with self._changed:
            while not self._changed.wait_for(lambda: self._things or self._ended, A_NAP):
                pass
            return bool(self._things)
