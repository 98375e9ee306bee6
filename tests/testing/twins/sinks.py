"""Wrong sinks and stores that each break the contract in one way; the right ones are MemorySink and MemoryTarget."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from etl_host import Balance, BatchResults, Checkpoint, CheckpointKey, Fault, Run, RunRecord, Statistics
from etl_host.testing import MemorySink, MemoryTarget
from etl_host.testing.memory_target import Content, StoredCheckpoint

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


class ForgetsParameters(MemoryTarget):
    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        return super().begin(replace(run, parameters={}), after=after, abandon=abandon)


class BeginsAtANewTime(MemoryTarget):
    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        return replace(super().begin(run, after=after, abandon=abandon), started=run.started)


class TakesAnothersRun(MemoryTarget):
    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        active = [record.run for record in self.runs(run.pipeline) if record.active]
        if active and not abandon and after is None and active[0].id != run.id:
            return super().begin(replace(run, id=active[0].id), after=active[0].owner)
        return super().begin(run, after=after, abandon=abandon)


class KnowsOnePipeline(MemoryTarget):
    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        with self.transaction() as content:
            for number, record in content.runs.items():
                if record.run.pipeline != run.pipeline:
                    content.runs[number] = replace(record, run=replace(record.run, owner=run.owner))
        return super().begin(run, after=after, abandon=abandon)


class ForgetsExitCode(MemoryTarget):
    def finish(self, run: Run, status: str, exit_code: int, summary: Mapping[str, Any]) -> None:
        super().finish(run, status, 0, summary)


class ForgetsTheSummary(MemoryTarget):
    def finish(self, run: Run, status: str, exit_code: int, summary: Mapping[str, Any]) -> None:
        super().finish(run, status, exit_code, {})


class LetsBothGoOn(MemoryTarget):
    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        active = [record.run for record in self.runs(run.pipeline) if record.active]
        seen = active[0].owner if active and after else after
        return super().begin(run, after=seen, abandon=abandon)


class NeverBeats(MemoryTarget):
    def beat(self, run: Run) -> None: ...


class BeatsForAnybody(MemoryTarget):
    def beat(self, run: Run) -> None:
        for record in self.runs(run.pipeline):
            super().beat(record.run)


class ListsNothingUnnamed(MemoryTarget):
    def runs(self, pipeline: str | None = None) -> Sequence[RunRecord]:
        return super().runs(pipeline or "")


class DeletesWhatIsWorkedOn(MemoryTarget):
    def delete(self, run: str) -> bool:
        with self.transaction() as content:
            content.checkpoints = {key: stored for key, stored in content.checkpoints.items() if key.run != run}
            return content.runs.pop(run, None) is not None


class KeepsCheckpointsOfTheDeleted(MemoryTarget):
    def delete(self, run: str) -> bool:
        with self.transaction(commit=False) as before:
            kept = {key: StoredCheckpoint("", 7, "") for key in before.checkpoints if key.run == run}
        deleted = super().delete(run)
        with self.transaction() as content:
            content.checkpoints.update(kept)
        return deleted


class ReopensNothing(MemoryTarget):
    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        known = next((record for record in self.runs(run.pipeline) if record.run.id == run.id), None)
        return known.run if known is not None and not known.active else super().begin(run, after=after, abandon=abandon)


class DropsWhatWasGivenUp(MemoryTarget):
    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        begun = super().begin(run, after=after, abandon=abandon)
        with self.transaction() as content:
            for number, record in list(content.runs.items()):
                if abandon and record.run.status == "abandoned":
                    del content.runs[number]
        return begun


class LeavesCheckpointsToTheOldOwner(MemoryTarget):
    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        with self.transaction(commit=False) as before:
            owners = {key: checkpoint.owner for key, checkpoint in before.checkpoints.items()}
        begun = super().begin(run, after=after, abandon=abandon)
        with self.transaction() as content:
            for key, owner in owners.items():
                content.checkpoints[key].owner = owner
        return begun


class ForgetsThePlan(MemoryTarget):
    def take_over(self, run: Run, keys: Sequence[CheckpointKey]) -> Mapping[CheckpointKey, tuple[int, str]]:
        return super().take_over(replace(run, plan=()), keys)


class LetsAnybodyTakeOver(MemoryTarget):
    def take_over(self, run: Run, keys: Sequence[CheckpointKey]) -> Mapping[CheckpointKey, tuple[int, str]]:
        with self.transaction() as content:
            record = content.runs[run.id]
            if record.active:
                content.runs[run.id] = replace(record, run=replace(record.run, owner=run.owner))
        return super().take_over(run, keys)


class LetsAnybodyFinish(MemoryTarget):
    def finish(self, run: Run, status: str, exit_code: int, summary: Mapping[str, Any]) -> None:
        owners = [record.run.owner for record in self.runs(run.pipeline) if record.run.id == run.id]
        super().finish(replace(run, owner=owners[0]), status, exit_code, summary)


TWINS: Mapping[str, Sequence[type[MemorySink] | type[MemoryTarget]]] = {
    "test_the_rows_arrive": [WritesFullBatchesOnly],
    "test_counts_are_of_each_batch": [CountsSoFar],
    "test_an_empty_batch_is_counted": [CountsNothingOfNothing],
    "test_what_was_yielded_is_written": [KeepsTheLastBatchBack],
    "test_the_checkpoint_is_stored": [LosesBalance],
    "test_a_repeated_batch_counts_once": [CountsNoRepeat],
    "test_a_lost_reply_is_recognised": [RemembersByItself],
    "test_without_commit_nothing_is_left": [CommitsAlways],
    "test_a_refused_batch_leaves_nothing": [CommitsRowByRow],
    "test_who_was_overtaken_writes_nothing": [TakesItselfForTheOwner],
    "test_who_was_given_up_writes_nothing": [LeavesCheckpointsToTheOldOwner],
    "test_faults_are_classified": [CallsAllFaultsTransient],
    "test_an_interrupted_load_goes_on": [BeginsAfresh],
    "test_batches_are_written_side_by_side": [SharesTheBatch],
    "test_a_run_is_recorded": [ForgetsParameters],
    "test_an_unfinished_run_is_gone_on_with": [BeginsAtANewTime],
    "test_anothers_run_is_left_as_it_is": [TakesAnothersRun],
    "test_pipelines_are_apart": [KnowsOnePipeline],
    "test_a_finished_run_stays_finished": [ForgetsExitCode, ForgetsTheSummary],
    "test_of_two_that_go_on_at_once_one_does": [LetsBothGoOn],
    "test_a_beat_is_seen": [NeverBeats, BeatsForAnybody],
    "test_all_runs_are_listed": [ListsNothingUnnamed],
    "test_an_old_run_is_deleted": [DeletesWhatIsWorkedOn, KeepsCheckpointsOfTheDeleted],
    "test_a_finished_run_is_reopened_by_its_id": [ReopensNothing],
    "test_an_unfinished_run_is_given_up": [DropsWhatWasGivenUp],
    "test_taking_over_makes_checkpoints": [ForgetsThePlan],
    "test_who_was_overtaken_takes_nothing_over": [LetsAnybodyTakeOver],
    "test_who_was_overtaken_finishes_nothing": [LetsAnybodyFinish],
}
