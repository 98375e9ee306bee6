"""What happens in a chain, moment by moment, and a way to let it fail at any of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Trap: TypeAlias = Callable[[str], None]
"""Called with the name of each moment; whatever it raises, the caller fails with."""


class Moments:
    """Remembers each moment, and raises ``error`` when ``at`` comes for the ``occurrence``-th time."""

    def __init__(self, at: str | None = None, error: BaseException | None = None, *, occurrence: int = 1) -> None:
        self.seen: list[str] = []
        self.at = at
        self.error = error
        self.occurrence = occurrence

    def __call__(self, moment: str) -> None:
        self.seen.append(moment)
        if moment == self.at and self.seen.count(moment) == self.occurrence and self.error is not None:
            raise self.error

    def left_open(self) -> set[str]:
        """The links that were opened more often than closed."""
        links = {moment.removesuffix(" opened") for moment in self.seen if moment.endswith(" opened")}
        return {link for link in links if self.seen.count(f"{link} opened") != self.seen.count(f"{link} closed")}


def nothing_happens(moment: str) -> None:
    """The trap that never springs."""
