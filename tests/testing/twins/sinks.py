"""Wrong sinks that each break the contract in one way; the right one is MemorySink."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from etl_host import Balance, BatchResults, Checkpoint, Fault, Statistics
from etl_host.testing import MemorySink, MemoryTarget
from etl_host.testing.memory_target import Content, StoredCheckpoint
from tests.testing.twins import stores

Batch = BatchResults[Any]


class Writes(MemorySink):
    """Right, in parts that can be replaced."""

    target: ClassVar[type[MemoryTarget]] = MemoryTarget

    def write(self, batch: Batch, checkpoint: Checkpoint | None) -> Statistics:
        with self.store.transaction(commit=checkpoint is None or checkpoint.commit) as content:
            if checkpoint is None:
                return self.insert(content, batch)
            stored = content.checkpoints[checkpoint.key]
            if checkpoint.is_stored(self.owner_of(stored, checkpoint, content), stored.origin):
                return self.written_before(stored, checkpoint, content, batch)
            counted = self.insert(content, batch)
            stored.origin, stored.state = checkpoint.position.origin, self.state(checkpoint, counted)
            return counted

    def owner_of(self, stored: StoredCheckpoint, checkpoint: Checkpoint, content: Content) -> str:
        return stored.owner

    def written_before(
        self, stored: StoredCheckpoint, checkpoint: Checkpoint, content: Content, batch: Batch
    ) -> Statistics:
        return checkpoint.written(stored.state)

    def state(self, checkpoint: Checkpoint, counted: Statistics) -> str:
        return checkpoint.state(counted)


class WritesFullBatchesOnly(Writes):
    largest = 0

    def write(self, batch: Batch, checkpoint: Checkpoint | None) -> Statistics:
        self.largest = max(self.largest, len(batch.chunk))
        if checkpoint is None and len(batch.chunk) < self.largest:
            return {"memory_rows_written": len(batch.chunk)}
        return super().write(batch, checkpoint)


class CountsSoFar(Writes):
    total = 0

    def write(self, batch: Batch, checkpoint: Checkpoint | None) -> Statistics:
        counted = super().write(batch, checkpoint)
        self.total += len(batch.chunk)
        return {"memory_rows_written": self.total} if checkpoint is None else counted


class CountsTwice(Writes):
    def insert(self, content: Content, batch: Batch) -> Statistics:
        counted = super().insert(content, batch)
        return {"nodes_created": len(batch.chunk), **{key: 2 * value for key, value in counted.items()}}


class CountsNothingOfNothing(Writes):
    def insert(self, content: Content, batch: Batch) -> Statistics:
        counted = super().insert(content, batch)
        return counted if batch.chunk else {}


class KeepsTheLastBatchBack(Writes):
    kept: Batch | None = None

    def open(self) -> None:
        self.resources.push(self.flush)

    def flush(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self.kept is not None:
            super().write(self.kept, None)

    def write(self, batch: Batch, checkpoint: Checkpoint | None) -> Statistics:
        if checkpoint is not None:
            return super().write(batch, checkpoint)
        if self.kept is not None:
            super().write(self.kept, None)
        self.kept = batch
        return {"memory_rows_written": len(batch.chunk)}


class LosesBalance(Writes):
    def state(self, checkpoint: Checkpoint, counted: Statistics) -> str:
        return replace(checkpoint, balance=Balance()).state(counted)


class CountsNoRepeat(Writes):
    def written_before(
        self, stored: StoredCheckpoint, checkpoint: Checkpoint, content: Content, batch: Batch
    ) -> Statistics:
        return {}


class RemembersByItself(Writes):
    last: Batch | None = None

    def written_before(
        self, stored: StoredCheckpoint, checkpoint: Checkpoint, content: Content, batch: Batch
    ) -> Statistics:
        if self.last is not batch:
            self.insert(content, batch)
        return super().written_before(stored, checkpoint, content, batch)

    def insert(self, content: Content, batch: Batch) -> Statistics:
        self.last = batch
        return super().insert(content, batch)


class CommitsAlways(Writes):
    def write(self, batch: Batch, checkpoint: Checkpoint | None) -> Statistics:
        return super().write(batch, checkpoint and replace(checkpoint, commit=True))


class WritesInTwoTransactions(Writes):
    def write(self, batch: Batch, checkpoint: Checkpoint | None) -> Statistics:
        if checkpoint is None or not checkpoint.commit:
            return super().write(batch, checkpoint)
        with self.store.transaction() as content:
            stored = content.checkpoints[checkpoint.key]
            if checkpoint.is_stored(stored.owner, stored.origin):
                return checkpoint.written(stored.state)
            counted = self.insert(content, batch)
        with self.store.transaction() as content:
            stored = content.checkpoints[checkpoint.key]
            stored.origin, stored.state = checkpoint.position.origin, checkpoint.state(counted)
        return counted


class CommitsRowByRow(Writes):
    def insert(self, content: Content, batch: Batch) -> Statistics:
        bad = [row for row in batch.chunk if not isinstance(row, dict)]
        if bad:
            with self.store.transaction() as now:
                now.rows += [row for row in batch.chunk if row not in bad]
        return super().insert(content, batch)


class TakesItselfForTheOwner(Writes):
    def owner_of(self, stored: StoredCheckpoint, checkpoint: Checkpoint, content: Content) -> str:
        return checkpoint.owner if content.runs[checkpoint.key.run].active else stored.owner


class CallsAllFaultsTransient(Writes):
    def fault(self, error: Exception) -> Fault:
        known = super().fault(error)
        return Fault.TRANSIENT if known is Fault.FATAL else known


class BeginsAfresh(Writes):
    fresh = False

    def insert(self, content: Content, batch: Batch) -> Statistics:
        if self.context.run.attempt > 1 and not self.fresh:
            content.rows.clear()
        self.fresh = True
        return super().insert(content, batch)


class SharesTheBatch(Writes):
    def write(self, batch: Batch, checkpoint: Checkpoint | None) -> Statistics:
        self.current = batch
        time.sleep(0.05)
        return super().write(self.current, checkpoint)


TWINS: Mapping[str, Sequence[type[MemorySink] | type[MemoryTarget]]] = {
    "test_the_rows_arrive": [WritesFullBatchesOnly],
    "test_counts_are_of_each_batch": [CountsSoFar, CountsTwice],
    "test_an_empty_batch_is_counted": [CountsNothingOfNothing],
    "test_what_was_yielded_is_written": [KeepsTheLastBatchBack],
    "test_the_checkpoint_is_stored": [LosesBalance],
    "test_a_repeated_batch_counts_once": [CountsNoRepeat],
    "test_a_lost_reply_is_recognised": [RemembersByItself],
    "test_without_commit_nothing_is_left": [CommitsAlways],
    "test_rows_and_checkpoint_are_one_transaction": [WritesInTwoTransactions],
    "test_a_refused_batch_leaves_nothing": [CommitsRowByRow],
    "test_who_was_overtaken_writes_nothing": [TakesItselfForTheOwner],
    "test_who_was_given_up_writes_nothing": [stores.LeavesCheckpointsToTheOldOwner],
    "test_faults_are_classified": [CallsAllFaultsTransient],
    "test_an_interrupted_load_goes_on": [BeginsAfresh],
    "test_batches_are_written_side_by_side": [SharesTheBatch],
    "test_a_run_is_recorded": [stores.ForgetsParameters],
    "test_an_unfinished_run_is_gone_on_with": [stores.BeginsAtANewTime],
    "test_anothers_run_is_left_as_it_is": [stores.TakesAnothersRun],
    "test_pipelines_are_apart": [stores.KnowsOnePipeline],
    "test_a_finished_run_stays_finished": [stores.ForgetsExitCode, stores.ForgetsTheSummary],
    "test_of_two_that_go_on_at_once_one_does": [stores.LetsBothGoOn],
    "test_a_beat_is_seen": [stores.NeverBeats, stores.BeatsForAnybody],
    "test_all_runs_are_listed": [stores.ListsNothingUnnamed],
    "test_an_old_run_is_deleted": [stores.DeletesWhatIsWorkedOn, stores.KeepsCheckpointsOfTheDeleted],
    "test_a_finished_run_is_reopened_by_its_id": [stores.ReopensNothing],
    "test_an_unfinished_run_is_given_up": [stores.DropsWhatWasGivenUp],
    "test_taking_over_makes_checkpoints": [stores.ForgetsThePlan],
    "test_who_was_overtaken_takes_nothing_over": [stores.LetsAnybodyTakeOver],
    "test_who_was_overtaken_finishes_nothing": [stores.LetsAnybodyFinish],
}
