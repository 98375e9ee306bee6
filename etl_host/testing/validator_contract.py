"""What a validator must keep to."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise, zip_longest
from typing import Any, ClassVar

from etl_host.core.batch import Batches, BatchResults, Position, Rows, add_statistics
from etl_host.core.processor import BatchProcessor
from etl_host.core.validator import Validator
from etl_host.registry.spec import Kind
from etl_host.testing.bench import Bench
from etl_host.testing.checks import check, each_size
from etl_host.testing.draining import drain, origins_of, rows_of
from etl_host.testing.fake_task import FakeTask
from etl_host.testing.link_contract import LinkContract
from etl_host.testing.rows_source import RowsSource

STEP = 3
"""Origins are lines, say, and a record takes three of them: origins and indices must not be confused."""


class ValidatorContract(LinkContract):
    """The checks of a validator. With ``rows``, and ``bad_rows`` where it rejects some."""

    kind: ClassVar[Kind] = "validator"
    processor: ClassVar[type[Validator[Any, Any]]]

    rows: ClassVar[Sequence[Any]]
    """Rows that it does not reject: 3 or more."""

    bad_rows: ClassVar[Sequence[Any]] = ()
    """Rows that it rejects."""

    @classmethod
    def declares(cls, what: str) -> bool:
        match what:
            case "stateless":
                return not cls.processor.stateful
            case "bad_rows":
                return bool(cls.bad_rows)
            case _:
                return super().declares(what)

    def predecessor(self, task: FakeTask, fail_after: int | None = None) -> BatchProcessor[Any]:
        return RowsSource(deepcopy(self.rows), task.context, task, step=STEP, fail_after=fail_after)

    def mixed(self) -> list[Any]:
        """Good and bad rows by turns."""
        return [deepcopy(row) for row, _ in self._by_turns()]

    def _by_turns(self) -> list[tuple[Any, bool]]:
        """Good and bad rows by turns, each with whether it is bad: one that repeats a good one is equal to it."""
        pairs = zip_longest(self.rows, self.bad_rows, fillvalue=_NONE)
        return [(row, bad) for pair in pairs for row, bad in zip(pair, (False, True), strict=True) if row is not _NONE]

    def behind(self, bench: Bench, rows: Sequence[Any]) -> Any:
        """The validator behind a source of ``rows``."""
        return bench.behind(bench.rows(rows, step=STEP))

    @check(
        "reject with self.reject(batch, {index: [RowError(...)]}), by the indices of that very batch", where="bad_rows"
    )
    @each_size
    def test_rejects_keep_their_origin(self, bench: Bench, size: int) -> None:
        """Each bad row, and no other, is in the rejects: with its origin and place, as it was given, with a reason;
        and does not pass.
        """
        validator = self.behind(bench, self.mixed())
        passed = origins_of(drain(validator, size)) or []
        bad = {STEP * number: row for number, (row, is_bad) in enumerate(self._by_turns(), 1) if is_bad}
        rejects = validator.task.rejects.collected
        assert {reject.origin: reject.row for reject in rejects} == bad
        assert [reject.place for reject in rejects] == [f"rows:{origin}" for origin in bad]
        assert all(reject.errors for reject in rejects), "a reject has no reason"
        assert not (both := sorted(set(passed) & set(bad))), f"rows {both} are rejected and passed on"

    @check("make the batch of the one given, with with_chunk, keep or expand, which keep what others counted")
    @each_size
    def test_statistics_add_up(self, bench: Bench, size: int) -> None:
        """What was counted before stays, each reject is counted once, and sums are the same for every batch size."""
        validator = self.behind(bench, self.mixed())
        batches = drain(validator, size)
        counted = add_statistics(*(batch.statistics for batch in batches))
        assert counted.get("rows_read") == len(self.mixed()), "the source's count was lost, or counted twice"
        assert counted.get("rejected_rows", 0) == len(validator.task.rejects.collected)
        [whole] = drain(self.behind(bench, self.mixed()))
        assert {key: value for key, value in counted.items() if value} == {
            key: value for key, value in whole.statistics.items() if value
        }, f"batches of {size} rows count otherwise than one of all rows"

    @check("make the batch of the one given, with with_chunk, keep or expand")
    def test_the_position_passes(self, bench: Bench) -> None:
        """For each batch that comes one goes, with its position and with how many rows were read for it."""
        given = drain(bench.rows(self.mixed(), step=STEP), 2)
        made = drain(self.behind(bench, self.mixed()), 2)
        expected = [(batch.position, batch.batch_size) for batch in given]
        assert [(batch.position, batch.batch_size) for batch in made] == expected

    @check("let a batch without rows through, with its position")
    def test_an_empty_batch_passes(self, bench: Bench) -> None:
        """A batch without rows goes on like any other: its position may be news."""
        task = bench.task()
        empty = BatchResults[Any](Rows(), {"rows_read": 2}, 2, (), Position(2 * STEP))
        [made] = drain(bench.behind(_Gives([empty], task.context, task)))
        assert list(made.chunk) == []
        assert (made.position, made.batch_size, made.statistics["rows_read"]) == (empty.position, 2, 2)

    @check("keep the rows in their order; expand() wants ascending parents")
    def test_origins_ascend(self, bench: Bench) -> None:
        """The rows that go on are in the order of those that came, each with the origin of the row it was made of."""
        for batch in drain(self.behind(bench, self.mixed()), 7):
            origins = list(batch.origins or ())
            assert all(before <= after for before, after in pairwise(origins)), f"origins {origins}"
            assert set(origins) <= {STEP * number for number in range(1, len(self.mixed()) + 1)}

    @check("keep the rows and their origins side by side: with_chunk, keep and expand do", where="stateless")
    @each_size
    def test_rows_keep_their_origin(self, bench: Bench, size: int) -> None:
        """What is made of a row has that row's origin, in whatever batch it comes: rejects of later processors name
        it, and a load that goes on leaves out the rows up to one.
        """
        assert self._by_origin(bench, self.mixed(), size) == self._by_origin(bench, self.mixed(), 1)

    def _by_origin(self, bench: Bench, rows: Sequence[Any], size: int) -> list[tuple[int, Any]]:
        """What is made of ``rows``, each with its origin."""
        batches = drain(self.behind(bench, deepcopy(rows)), size)
        made = zip(origins_of(batches) or (), rows_of(batches), strict=True)
        return sorted(made, key=lambda pair: pair[0])

    @check("say stateful = True where what becomes of a row depends on other rows", where="stateless")
    @each_size
    def test_state_is_declared(self, bench: Bench, size: int) -> None:
        """As it isn't declared stateful, a row becomes the same whatever came before, in its batch or in another: a
        load that goes on in the middle shows it only the rest of the rows, in other batches.
        """
        rows = [*self.rows, *self.rows]
        together = [made for _, made in self._by_origin(bench, rows, size)]
        alone = [made for row in rows for _, made in self._by_origin(bench, [row], 1)]
        assert together == alone, "rows become something else than each of them alone"


class _Gives(RowsSource[Any]):
    """Gives these very batches."""

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Any]:
        yield from self.rows


_NONE = object()
