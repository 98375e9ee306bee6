"""How many rows fit into a batch, by their number and by their bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

_SAMPLE: Final = 4
"""Of so many rows of each portion it is estimated what they weigh."""

_GROWTH: Final = 4
"""A portion is so many times as large as what the batch holds already, at most: rows may become heavy at any time."""

_NUMBER: Final = 8


class BatchRoom:
    """The room of a batch of at most ``rows`` rows (1 or more) and about ``size`` bytes; None: any number of bytes.

    A batch holds one row at least, however heavy. A source takes rows in portions, and asks before each::

        room = self.room(max_batch_size)
        while more := room.more(chunk):
            chunk += islice(rows, more)
    """

    def __init__(self, rows: int, size: int | None = None) -> None:
        self.rows = rows
        self.size = size
        self._weighed = 0
        self._weight = 0.0

    def more(self, taken: Sequence[Any]) -> int:
        """How many rows to take next, when the batch holds ``taken``; 0 where it is full.

        With fewer rows than before it is the next batch. Rows of the source weigh what their texts, numbers and lists
        do.
        """
        left = max(0, self.rows - len(taken))  # validators may make several rows of one
        if self.size is None or not left:
            return left
        if len(taken) < self._weighed:
            self._weighed, self._weight = 0, 0.0
        if fresh := len(taken) - self._weighed:
            step = max(1, fresh // _SAMPLE)
            sample = [weight_of(row) for row in taken[self._weighed :: step]]
            self._weight += sum(sample) / len(sample) * fresh
            self._weighed = len(taken)
        if not taken:
            return 1
        average = max(1.0, self._weight / len(taken))
        return min(left, len(taken) * (_GROWTH - 1), max(0, int((self.size - self._weight) / average)))


def weight_of(value: Any) -> int:
    """About how many bytes a value takes; of a list, by its first item."""
    match value:
        case str() | bytes():
            return len(value)
        case Mapping():
            return sum(len(str(key)) + weight_of(inner) for key, inner in value.items())
        case list() | tuple():
            return len(value) * weight_of(value[0]) if value else 0
        case _:
            return _NUMBER
