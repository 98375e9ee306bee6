"""Delivering a task in lanes: each bucket goes on from its own checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from etl_host.core.batch import Batches
from etl_host.core.sink import Sink
from etl_host.delivery.lanes.ledger import Ledger
from etl_host.delivery.lanes.one_pass import Pass
from etl_host.delivery.lanes.reading import reading_of, stored_readings
from etl_host.delivery.lanes.writer import BucketWriter
from etl_host.delivery.progress import Progress
from etl_host.delivery.resume import batches_after, rejects_go_on_from, smaller
from etl_host.delivery.writing.retry import BatchTooBig
from etl_host.flow.buckets import Buckets
from etl_host.flow.crew import Crew


class LaneDelivery:
    """Delivers through ``sink`` with ``count`` lanes, its rows split into the buckets of ``split``."""

    def __init__(self, sink: Sink[Any], split: Buckets, count: int) -> None:
        self.sink = sink
        self.split = split
        self.count = count

    def deliver(
        self, stored: Sequence[Progress], max_batch_size: int, retry_time: float, accept_lost_rejects: bool
    ) -> Batches[Any]:
        """What is committed, as news of it comes; first what is in ``stored``, the progress of each bucket.

        Raises RunRefused where the rows that are committed were split otherwise.
        """
        task, accept = self.sink.task, accept_lost_rejects
        writers = [BucketWriter(self.sink, progress, retry_time) for progress in stored]
        for writer in writers:
            writer.others = writers
        ledger = Ledger(writers)
        readings = self._readings(writers)
        if ledger.balance.read or ledger.finished:
            task.goes_on_after(ledger.balance)
            yield ledger.news()
        if ledger.finished:
            rejects_go_on_from(readings[0], self.sink, buckets=readings, accept_lost=accept)
            return
        size = max_batch_size
        while True:
            readings = self._readings(writers)
            lowest = min(readings, key=lambda reading: reading.at.origin)
            crew = Crew(self.count, task.name)
            try:
                with batches_after(lowest, self.sink, size, buckets=readings, accept_lost_rejects=accept) as batches:
                    reading = Pass(task, self.split, writers, ledger, crew, read=reading_of(lowest), size=size)
                    yield from reading.of(batches)
                return
            except BatchTooBig as error:
                size = smaller(self.sink, error, min(size, reading.largest))

    def _readings(self, writers: Sequence[BucketWriter]) -> list[Progress]:
        return stored_readings([writer.progress for writer in writers], self.split.recorded())
