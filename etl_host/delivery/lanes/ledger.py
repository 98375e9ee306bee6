"""What all buckets of a task together have committed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from etl_host.core.batch import Balance, BatchResults, Rows, Statistics, add_statistics
from etl_host.delivery.lanes.writer import BucketWriter
from etl_host.delivery.progress import Progress


class Ledger:
    """Adds up what ``writers`` have committed, and remembers what of that is told."""

    def __init__(self, writers: Sequence[BucketWriter]) -> None:
        self._writers = writers
        self._told_statistics: Statistics = {}
        self._told_balance = Balance()

    @property
    def lowest(self) -> Progress:
        """The progress of the bucket that is behind all others."""
        return min((writer.progress for writer in self._writers), key=lambda progress: progress.at.origin)

    @property
    def statistics(self) -> Statistics:
        """The counts of source and validators up to where all buckets are, and those of the sink."""
        counted = [writer.progress.state.counted for writer in self._writers]
        return add_statistics(self.lowest.state.upstream, *counted)

    @property
    def balance(self) -> Balance:
        """What has become of the rows that are accounted for."""
        return sum((writer.progress.state.balance for writer in self._writers), Balance())

    @property
    def finished(self) -> bool:
        """Whether there is no more to come, for any bucket."""
        return all(writer.progress.state.finished for writer in self._writers)

    def news(self) -> BatchResults[Any]:
        """What was committed since the last news, as one batch without its rows."""
        statistics, balance, at = self.statistics, self.balance, self.lowest.at
        told = self._told_balance
        more = Balance(
            balance.read - told.read,
            balance.written - told.written,
            balance.rejected - told.rejected,
            balance.dropped - told.dropped,
        )
        added = {key: value - self._told_statistics.get(key, 0) for key, value in statistics.items()}
        self._told_statistics, self._told_balance = statistics, balance
        return BatchResults(Rows[Any](), added, more.read, (), at, more)
