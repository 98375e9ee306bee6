"""Wrong sources that each break the contract in one way; the right ones are in ``lines.py``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import InstanceOf

from etl_host import Batches, BatchResults, ETLContext, InputChanged, Position, Problem, Row, Rows, Source, Task
from tests.testing.twins import leaking_sources as leaking
from tests.testing.twins.lines import File, Lines, token_of


class Shape:
    """No value in a file."""


class WithoutJSONSchema(Lines):
    def __init__(
        self,
        file: File,
        context: ETLContext,
        task: Task,
        *,
        shape: Annotated[InstanceOf[Shape] | None, "Of what no editor knows the type."] = None,
    ) -> None:
        super().__init__(file, context, task)


class WithoutHelp(Lines):
    def __init__(self, file: Path, context: ETLContext, task: Task) -> None:
        super().__init__(file, context, task)


class TakesAnyOption(Lines):
    def __init__(self, file: File, context: ETLContext, task: Task, **kwargs: Any) -> None:
        super().__init__(file, context, task)


class ReadsWhenMade(Lines):
    def __init__(self, file: File, context: ETLContext, task: Task) -> None:
        super().__init__(file, context, task)
        self.length = len(file.read_bytes())


class NotOffered(Lines):
    """``plugin.py`` leaves it out."""


class OfHeavyPlugin(Lines):
    plugin: ClassVar[str] = "tests.testing.twins.heavy_plugin"


class ReadsToCheck(Lines):
    def check(self) -> Iterable[Problem]:
        for batch in self.get_batch(10):
            if not batch.chunk:
                yield Problem("warn", "file", "it is empty")


class StaysOpenAfterCheck(Lines):
    def check(self) -> Iterable[Problem]:
        self.peeked = self.file.open()
        return ()


class LeavesOpen(Lines):
    """Closes its file, but not where the chain ends in one of these ways."""

    at: ClassVar[tuple[type[BaseException] | None, ...]] = ()

    def open(self) -> None:
        super().open()
        self.kept = self.file.open()
        self.resources.push(self.leave)

    def leave(self, kind: type[BaseException] | None, *_: object) -> None:
        failed = kind is not None and issubclass(kind, Exception)
        if (Exception if failed else kind) not in self.at:
            self.kept.close()


class LeavesOpenAtTheEnd(LeavesOpen):
    at = (None,)


class LeavesOpenWhenStopped(LeavesOpen):
    at = (GeneratorExit,)


class LeavesOpenWhenFailed(LeavesOpen):
    at = (Exception,)


class SwallowsFailure(Lines):
    def get_batch(self, max_batch_size: int) -> Batches[Row]:
        try:
            yield from super().get_batch(max_batch_size)
        except InputChanged:
            raise
        except Exception:
            return


class UpperCase(Lines):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        for batch in super().read(max_batch_size, after):
            yield batch.with_chunk([{"line": row["line"].upper()} for row in batch.chunk])


class OneTooMany(Lines):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        yield from super().read(max_batch_size + 1, after)


class CountsSoFar(Lines):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        total = 0
        for batch in super().read(max_batch_size, after):
            total += batch.batch_size
            yield replace(batch, statistics={self.counts: total})


class NumbersWithinTheBatch(Lines):
    resumable = False

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        for batch in super().read(max_batch_size, after):
            yield replace(batch, origins=range(1, len(batch.chunk) + 1))


class CountsNothingOfNothing(Lines):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        yield from super().read(max_batch_size, after)
        if not self.file.stat().st_size:
            yield BatchResults(Rows(), {}, 0, (), Position())


class TokenOfTuples(Lines):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        whole = after and replace(after, token=after.token[1])
        for batch in super().read(max_batch_size, whole):
            assert batch.position is not None
            yield replace(batch, position=replace(batch.position, token=("hash", batch.position.token)))


class ExpectsTheHeader(Lines):
    def expected(self) -> int:
        return len(self.file.read_text().splitlines()) + 1


class NamesOtherFields(Lines):
    def fields(self) -> Sequence[str]:
        return ["text"]


class OtherOriginsNextTime(Lines):
    """It remembers in a file what it was asked for."""

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        memory = self.file.with_suffix(".memory")
        asked = json.loads(memory.read_text()) if memory.exists() else []
        question = [max_batch_size, after and after.origin]
        memory.write_text(json.dumps([*asked, question]))
        for batch in super().read(max_batch_size, after):
            shifted = [origin + 1 for origin in batch.origins or ()]
            yield replace(batch, origins=shifted) if question in asked else batch


class RepeatsTheLastRow(Lines):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        lines = self.lines.read().splitlines()
        start = None
        if after is not None:
            self.compare(after, lines)
            start = Position(after.origin - 1)
        for batch in self.cut([{"line": line} for line in lines], max_batch_size, start):
            origin = (batch.origins or ())[-1]
            yield replace(batch, position=Position(origin, token_of(lines[:origin])))


class SkipsWholeBatches(Lines):
    """Goes on behind the position only where that is the end of a batch of the new size."""

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        for batch in super().read(max_batch_size, None):
            if after is None or (batch.origins or ())[0] > after.origin:
                yield batch
            elif after is not None and batch.position is not None and batch.position.origin == after.origin:
                self.compare(after, [*self.file.read_text().splitlines()])


class SkipsBeforeEachBatch(Lines):
    """Leaves out as many rows as are consumed before each batch, not before the first alone."""

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        skipped = 0
        for number, batch in enumerate(super().read(max_batch_size, after)):
            skipped += len(batch.chunk) if after is not None and number else 0
            if skipped == 0 or after is None or skipped > after.origin:
                yield batch


class NoticesNoChange(Lines):
    def compare(self, after: Position, lines: Sequence[str]) -> None: ...


TWINS: Mapping[str, Sequence[type[Source[Any]]]] = {
    "test_options_have_a_schema": [WithoutJSONSchema],
    "test_each_option_says_what_it_is_for": [WithoutHelp],
    "test_an_unknown_option_is_refused": [TakesAnyOption],
    "test_the_constructor_opens_nothing": [ReadsWhenMade],
    "test_the_plugin_offers_it": [NotOffered],
    "test_the_plugin_module_imports_nothing_heavy": [OfHeavyPlugin],
    "test_secrets_are_never_shown": [
        leaking.ShowsSecretInRepr,
        leaking.LogsSecret,
        leaking.RaisesSecret,
        leaking.ShowsSecretInPlace,
        leaking.RaisesSecretInFields,
        leaking.ShowsSecretHeader,
        leaking.ShowsSecretOfCredentials,
    ],
    "test_check_reads_no_rows": [ReadsToCheck, StaysOpenAfterCheck],
    "test_the_end_closes_everything": [LeavesOpenAtTheEnd],
    "test_an_early_stop_closes_everything": [LeavesOpenWhenStopped],
    "test_a_failure_closes_everything": [LeavesOpenWhenFailed, SwallowsFailure],
    "test_it_gives_the_rows": [UpperCase],
    "test_no_batch_is_larger_than_asked": [OneTooMany],
    "test_counts_are_of_each_batch": [CountsSoFar],
    "test_origins_ascend_and_belong_to_their_rows": [NumbersWithinTheBatch],
    "test_nothing_to_read_is_one_empty_batch": [CountsNothingOfNothing],
    "test_positions_are_json": [TokenOfTuples],
    "test_expected_is_the_number_of_rows": [ExpectsTheHeader],
    "test_fields_are_those_of_the_rows": [NamesOtherFields],
    "test_it_gives_the_same_rows_again": [OtherOriginsNextTime],
    "test_it_continues_from_every_position": [RepeatsTheLastRow, SkipsWholeBatches, SkipsBeforeEachBatch],
    "test_it_notices_a_changed_input": [NoticesNoChange],
}
