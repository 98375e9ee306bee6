"""One bucket: the rows that wait for it, and how far it is."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import chain
from typing import Any

from etl_host.core.batch import BatchResults, Rows
from etl_host.delivery.lanes.parts import BucketBatch, Part
from etl_host.delivery.lanes.reading import Reading
from etl_host.delivery.lanes.writer import BucketWriter


class Bucket:
    """The rows that wait to be written by ``writer``.

    ``covered``: how many batches of the source are behind it, its rows of them taken. ``waiting``: how much
    waits, in batches.
    """

    def __init__(self, writer: BucketWriter, recorded: Any) -> None:
        self.writer = writer
        self.covered = 0
        self.waiting = 0.0
        self._recorded = recorded
        self._parts: deque[Part] = deque()

    @property
    def origin(self) -> int:
        """How far it is committed."""
        return self.writer.progress.at.origin

    def add(self, part: Part) -> None:
        """Let its rows wait."""
        self._parts.append(part)
        self.waiting += part.weight

    def take(self, read: Reading) -> BatchResults[Any]:
        """What to write next: of whole batches of the source all rows that are in this bucket, up to one batch.

        ``read``: how far the source is read by now.
        """
        parts: list[Part] = []
        taken = 0.0
        while self._parts and (not parts or taken + self._parts[0].weight <= 1):
            parts.append(self._parts.popleft())
            taken += parts[-1].weight
        self.waiting = self.waiting - taken if self._parts else 0.0
        upto = self._parts[0].before if self._parts else read
        self.covered = upto.batches
        return self._batch(parts, upto)

    def _batch(self, parts: Sequence[Part], upto: Reading) -> BatchResults[Any]:
        """The rows of ``parts``, with the counts of source and validators since this bucket's last commit.

        The first bucket also accounts for rows of the source that never reach the sink.
        """
        progress = self.writer.progress
        before = progress.state.upstream
        upstream = {key: value - before.get(key, 0) for key, value in upto.progress.state.upstream.items()}
        lost = upto.lost - self.writer.lost if progress.key.bucket == 0 else 0
        return BucketBatch(
            chunk=Rows[Any](chain.from_iterable(part.rows for part in parts)),
            statistics=upstream,
            batch_size=lost + sum(part.counted for part in parts),
            origins=[*chain.from_iterable(part.origins for part in parts)],
            position=upto.position(self._recorded),
            elsewhere=set().union(*(part.elsewhere for part in parts)),
        )
