"""Writing batches one after the other, each with a checkpoint, without the rows that the target refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from etl_host.core.batch import Balance, BatchResults, Rows
from etl_host.core.rejects import RowError
from etl_host.core.sink import RowsRefused, Sink
from etl_host.delivery.progress import Progress
from etl_host.delivery.writing.isolation import refused_after_others, refused_alone
from etl_host.delivery.writing.retry import write_until_committed
from etl_host.delivery.writing.systemic import is_most, refuse_if_none_accepted


class BatchWriter:
    """Writes through ``sink`` what belongs to one checkpoint. ``progress``: how far that is committed.

    ``retry_time``: seconds to wait out a target in trouble.
    """

    def __init__(self, sink: Sink[Any], progress: Progress, retry_time: float) -> None:
        self.sink = sink
        self.progress = progress
        self.retry_time = retry_time

    def write(self, batch: BatchResults[Any]) -> BatchResults[Any]:
        """``batch`` as it is committed: without the rows that the target refuses, which go to the rejects.

        Raises AllRejected or RowsRefused where it is not the rows that are wrong, and what ``write_until_committed``
        raises.
        """
        self.judge(self.progress.including(batch, {}).state.balance)
        try:
            return self._commit(batch, 0)
        except RowsRefused as error:
            return _Isolation(self, batch, error).committed()

    def finish(self) -> None:
        """Store that there is no more to come. Raises AllRejected where no row was accepted."""
        self.judge(self.progress.state.balance, ended=True)
        self.sink.task.rejects.sync()  # a chain that was read again has rejects, though perhaps no new rows
        last = self.progress.last_checkpoint()
        write_until_committed(self.sink, self.progress.nothing(), last, self.retry_time)

    def judge(self, balance: Balance, *, ended: bool = False, why: RowError | None = None) -> None:
        """Raise AllRejected where it can't be the rows that are wrong."""
        if not self.sink.task.suspect:
            refuse_if_none_accepted(self.sink.task.name, balance, ended=ended, why=why)

    def _commit(self, batch: BatchResults[Any], rejected: int) -> BatchResults[Any]:
        """Write ``batch``, of which the target refused ``rejected`` more rows."""
        self.sink.task.rejects.sync()
        checkpoint = self.progress.checkpoint(batch, rejected)
        counted = {**write_until_committed(self.sink, batch, checkpoint, self.retry_time)}
        if rejected:
            counted["rejected_rows"] = rejected
        self.progress = self.progress.including(batch, counted)
        return batch.committed(counted)


class _Isolation:
    """Finds the rows of one batch that the target refuses."""

    def __init__(self, writer: BatchWriter, batch: BatchResults[Any], error: RowsRefused) -> None:
        self._writer = writer
        self._batch = batch
        self._error = error
        self._accepted = 0
        self._refused: dict[int, RowError] = {}

    def committed(self) -> BatchResults[Any]:
        """What is left of the batch, committed."""
        rows = range(len(self._batch.chunk))
        if self._error.rows:
            self._refuse(self._error.rows)
        else:
            for index, reason in refused_alone(rows, self._trial):
                self._refuse({index: reason})
        self._record(self._refused)
        while True:
            rest = [index for index in rows if index not in self._refused]
            try:
                return self._writer._commit(self._part(rest), len(self._refused))
            except RowsRefused as error:
                if not rest:
                    raise
                refused = {rest[row]: reason for row, reason in error.rows.items()}
                if not refused:
                    refused = dict([refused_after_others(rest, self._trial, error.reason)])
                self._refuse(refused)
                self._record(refused)

    def _trial(self, rows: Sequence[int]) -> RowError | None:
        writer, part = self._writer, self._part(rows)
        checkpoint = replace(writer.progress.checkpoint(part), commit=False)
        try:
            write_until_committed(writer.sink, part, checkpoint, writer.retry_time)
        except RowsRefused as error:
            return error.reason
        self._accepted += len(rows)
        return None

    def _part(self, rows: Sequence[int]) -> BatchResults[Any]:
        origins = self._batch.origins
        return replace(
            self._batch,
            chunk=Rows(self._batch.chunk[row] for row in rows),
            origins=None if origins is None else [origins[row] for row in rows],
        )

    def _refuse(self, refused: Mapping[int, RowError]) -> None:
        """So many more rows are refused. Raises the error that stops the load where it can't be the rows."""
        self._refused.update(refused)
        rows = len(self._batch.chunk)
        if not self._writer.sink.task.suspect and is_most(self._refused.values(), rows):
            raise self._error.because(f"{len(self._refused):,} of {rows:,} are refused")
        before = self._writer.progress.state.balance
        if not self._accepted:
            rejected = before.rejected + len(self._refused)
            seen = replace(before, read=rejected + before.dropped, rejected=rejected)
            self._writer.judge(seen, why=[*refused.values()][-1])

    def _record(self, refused: Mapping[int, RowError]) -> None:
        bucket = self._writer.progress.key.bucket
        self._writer.sink.reject(self._batch, {index: [reason] for index, reason in refused.items()}, bucket=bucket)
