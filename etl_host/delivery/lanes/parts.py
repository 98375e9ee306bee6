"""What of a batch belongs to which bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any

from etl_host.core.batch import Balance, BatchResults, Statistics
from etl_host.delivery.lanes.reading import Reading


@dataclass(frozen=True)
class Part:
    """The rows of one source batch that are in one bucket.

    Rows that were made of one row of the source may be in several buckets. It counts where the first of them is, and is
    among ``elsewhere`` in the others. ``before``: how far the source was read before that batch. ``row_weight``: what
    part of a batch as large as it may be each row is.
    """

    before: Reading
    row_weight: float
    rows: list[Any] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)
    elsewhere: set[int] = field(default_factory=set)

    @property
    def weight(self) -> float:
        """How much of a batch it is."""
        return len(self.rows) * self.row_weight

    @property
    def counted(self) -> int:
        """How many rows of the source count here."""
        return len(set(self.origins) - self.elsewhere)


def parts_of(
    batch: BatchResults[Any],
    origins: Sequence[int],
    buckets: Sequence[int],
    done: Sequence[int],
    before: Reading,
    row_weight: float,
) -> Mapping[int, Part]:
    """The rows of ``batch``, which come from ``origins`` and belong to ``buckets``, by bucket.

    Without those that are committed: up to the origin that ``done`` tells of each bucket.
    """
    parts = [Part(before, row_weight) for _ in done]
    adds = [(part.rows.append, part.origins.append) for part in parts]
    home, last = 0, None
    for row, origin, bucket in zip(batch.chunk, origins, buckets, strict=True):
        if origin != last:
            home, last = bucket, origin
        if origin > done[bucket]:
            add_row, add_origin = adds[bucket]
            add_row(row)
            add_origin(origin)
            if bucket != home:
                parts[bucket].elsewhere.add(origin)
    return {bucket: part for bucket, part in enumerate(parts) if part.rows}


@dataclass(frozen=True, eq=False)
class BucketBatch(BatchResults[Any]):
    """What a bucket writes at once. Rows of the source that are among ``elsewhere`` count in another bucket."""

    elsewhere: AbstractSet[int] = frozenset()

    def balance_with(self, counted: Statistics) -> Balance:
        if not self.elsewhere:
            return super().balance_with(counted)
        here = [origin for origin in self.origins or () if origin not in self.elsewhere]
        return BatchResults(here, self.statistics, self.batch_size, here).balance_with(counted)
