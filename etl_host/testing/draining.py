"""Pulls a link of a chain, and what comes out."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from typing import Any

from etl_host.core.batch import BatchResults, T
from etl_host.core.processor import BatchProcessor


def drain(processor: BatchProcessor[T], max_batch_size: int = 1_000) -> list[BatchResults[T]]:
    """All batches of ``processor``, which is closed afterwards."""
    with closing(processor.get_batch(max_batch_size)) as batches:
        return list(batches)


def rows_of(batches: Iterable[BatchResults[T]]) -> list[T]:
    """The rows of ``batches``, in order."""
    return [row for batch in batches for row in batch.chunk]


def origins_of(batches: Iterable[BatchResults[Any]]) -> list[int] | None:
    """The origins of all rows, in order; None where a batch has none."""
    batches = list(batches)
    if any(batch.origins is None for batch in batches):
        return None
    return [origin for batch in batches for origin in batch.origins or ()]
