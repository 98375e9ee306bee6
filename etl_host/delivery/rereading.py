"""Reading a chain from its beginning again, where its validators must see every row, and passing on what is new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

from etl_host.core.batch import Batches, BatchResults, Statistics, add_statistics
from etl_host.core.sink import Sink
from etl_host.core.source import Source
from etl_host.core.validator import Validator
from etl_host.delivery.progress import Progress


def rereads(sink: Sink[Any]) -> bool:
    """Whether the chain of ``sink`` has a validator for which a row depends on the rows before it."""
    return any(isinstance(link, Validator) and link.stateful for link in sink.links())


def compare_consumed(source: Source[Any], progress: Progress) -> None:
    """Raise InputChanged where what ``source`` had given up to ``progress`` is not what it was."""
    source.after = progress.at
    with closing(source.get_batch(1)) as batches:
        next(batches, None)


def new_batches(batches: Iterator[BatchResults[Any]], progress: Progress) -> Batches[Any]:
    """Those of ``batches``, which come from the beginning, that lie behind ``progress``.

    Batches may be of another size than they were: the first one passed on has only the rows that are new, and the
    counts that ``progress`` lacks.
    """
    read = 0
    upstream: Statistics = {}
    for batch in batches:
        read += batch.batch_size
        upstream = add_statistics(upstream, batch.statistics)
        origin = batch.position.origin if batch.position else read
        if origin <= progress.at.origin:
            continue
        added = {key: value - progress.state.upstream.get(key, 0) for key, value in upstream.items()}
        new = batch.keep([origin > progress.at.origin for origin in batch.origins or ()])
        yield replace(new, statistics=added, batch_size=read - progress.state.balance.read)
        break
    yield from batches
