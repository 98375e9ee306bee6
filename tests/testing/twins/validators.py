"""A validator that keeps its contract, and wrong ones that each break it in one way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from etl_host import Batches, BatchResults, Problem, Row, RowError, Rows, Validator


class Increments(Validator[Row, Row]):
    """Rejects what is no number, and adds 1 to what is."""

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        kept = self.sorted_out(batch)
        return kept.with_chunk(Rows({"n": row["n"] + 1} for row in kept.chunk), valid_rows=len(kept.chunk))

    def sorted_out(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        return self.reject(batch, self.errors(batch))

    def errors(self, batch: BatchResults[Row]) -> dict[int, Sequence[RowError]]:
        return {i: [RowError("no number")] for i, row in enumerate(batch.chunk) if not isinstance(row["n"], int)}


class Unique(Increments):
    """Rejects what came before, and says that it depends on it."""

    stateful = True
    seen: set[int]

    def open(self) -> None:
        self.seen = set()

    def errors(self, batch: BatchResults[Row]) -> dict[int, Sequence[RowError]]:
        return {i: [RowError("came before")] for i, row in enumerate(batch.chunk) if not self.is_new(row["n"])}

    def is_new(self, value: int) -> bool:
        known = value in self.seen
        self.seen.add(value)
        return not known


class RejectsWithoutOrigin(Increments):
    def sorted_out(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        errors = self.errors(batch)
        self.reject(replace(batch, origins=None), errors)
        return batch.keep([i not in errors for i in range(len(batch.chunk))], rejected_rows=len(errors))


class RejectsWhatItHasChanged(Increments):
    def sorted_out(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        errors = self.errors(batch)
        for i in errors:
            batch.chunk[i]["n"] = "wrong"
        return self.reject(batch, errors)


class ForgetsCounts(Increments):
    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        made = super().process(batch)
        own = {key: value for key, value in made.statistics.items() if key != "rows_read" or not batch.chunk}
        return replace(made, statistics=own)


class CountsBatches(Increments):
    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        made = super().process(batch)
        return made.keep([True] * len(made.chunk), valid_rows=1)


class LosesPosition(Increments):
    def get_batch(self, max_batch_size: int) -> Batches[Row]:
        for batch in super().get_batch(max_batch_size):
            yield replace(batch, position=None) if batch.chunk else batch


class NeedsRows(Increments):
    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        assert batch.chunk[0]
        return super().process(batch)


class TurnsRowsRound(Increments):
    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        made = super().process(batch)
        return replace(made, chunk=Rows(reversed(made.chunk)), origins=list(reversed(made.origins or ())))


class DropsRepeats(Increments):
    seen: set[int]

    def open(self) -> None:
        self.seen = set()

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        made = super().process(batch)
        new = [row["n"] not in self.seen for row in made.chunk]
        self.seen.update(row["n"] for row in made.chunk)
        return made.keep(new)


class DropsRepeatsInABatch(Increments):
    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        made = super().process(batch)
        values = [row["n"] for row in made.chunk]
        return made.keep([value not in values[:i] for i, value in enumerate(values)])


class NumbersWhatIsLeft(Increments):
    """Leaves out a row, and gives those behind it the origins of the rows before them."""

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        made = super().process(batch)
        left = made.keep([row["n"] != 3 for row in made.chunk])
        return replace(left, origins=(made.origins or ())[: len(left.chunk)])


class PullsToCheck(Increments):
    def check(self) -> Iterable[Problem]:
        if not next(self.upstream.get_batch(1)).chunk:
            yield Problem("warn", "rows", "there are none")


class LeavesLinkBeforeOpen(Increments):
    """Closes the link before it only where the chain ends, or in this way."""

    at: type[BaseException] = BaseException

    def get_batch(self, max_batch_size: int) -> Batches[Row]:
        self.batches = self.upstream.get_batch(max_batch_size)
        with self.opened(max_batch_size):
            try:
                for batch in self.batches:
                    yield self.process(batch)
            except self.at:
                self.batches.close()
                raise


class LeavesLinkBeforeOpenWhenStopped(LeavesLinkBeforeOpen):
    at = Exception


class LeavesLinkBeforeOpenWhenFailed(LeavesLinkBeforeOpen):
    at = GeneratorExit


class TakesFailureForTheEnd(Increments):
    def get_batch(self, max_batch_size: int) -> Batches[Row]:
        with self.opened(max_batch_size):
            batches = self.upstream.get_batch(max_batch_size)
            while True:
                try:
                    batch = next(batches)
                except Exception:
                    return
                try:
                    yield self.process(batch)
                finally:
                    self.resources.callback(batches.close)


TWINS: Mapping[str, Sequence[type[Validator[Any, Any]]]] = {
    "test_rejects_keep_their_origin": [RejectsWithoutOrigin, RejectsWhatItHasChanged],
    "test_statistics_add_up": [ForgetsCounts, CountsBatches],
    "test_the_position_passes": [LosesPosition],
    "test_an_empty_batch_passes": [NeedsRows],
    "test_origins_ascend": [TurnsRowsRound],
    "test_rows_keep_their_origin": [NumbersWhatIsLeft],
    "test_state_is_declared": [DropsRepeats, DropsRepeatsInABatch],
    "test_check_reads_no_rows": [PullsToCheck],
    "test_an_early_stop_closes_everything": [LeavesLinkBeforeOpenWhenStopped],
    "test_a_failure_closes_everything": [LeavesLinkBeforeOpenWhenFailed, TakesFailureForTheEnd],
}
