"""Wrong stores that each break the contract in one way; the right one is MemoryTarget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from etl_host import CheckpointKey, Run, RunRecord
from etl_host.testing import MemoryTarget
from etl_host.testing.memory_target import StoredCheckpoint


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
