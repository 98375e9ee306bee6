"""What a sink must keep to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import pytest

from etl_host.core.batch import BatchResults, Position, Rows, add_statistics
from etl_host.core.processor import BatchProcessor
from etl_host.core.sink import Sink
from etl_host.registry.spec import Kind
from etl_host.testing.attempt import batch_of
from etl_host.testing.bench import Bench
from etl_host.testing.checks import check, each_size
from etl_host.testing.draining import drain
from etl_host.testing.fake_task import FakeTask
from etl_host.testing.rows_source import RowsSource
from etl_host.testing.transaction_contract import TransactionContract, sorted_rows


class SinkContract(TransactionContract):
    """The checks of a sink. With ``rows`` and the fixture ``target_rows``; one with a store also with ``faults``, and
    ``bad_row`` where its target can refuse rows.
    """

    kind: ClassVar[Kind] = "sink"
    processor: ClassVar[type[Sink[Any]]]

    rows: ClassVar[Sequence[Any]]
    """Rows that the target takes: 4 or more, all different, that can be written again and again."""

    def predecessor(self, task: FakeTask, fail_after: int | None = None) -> BatchProcessor[Any]:
        return RowsSource(self.rows, task.context, task, fail_after=fail_after)

    @each_size
    @check("write every row of batch.chunk")
    def test_the_rows_arrive(self, bench: Bench, target_rows: Callable[[], Sequence[Any]], size: int) -> None:
        """Every row that the sink is given is in the target, once, for any batch size."""
        assert len(self.rows) >= 4, "give the contract's class 4 rows or more"
        with self.in_a_run(bench) as sink:
            drain(sink, size)
        assert sorted_rows(target_rows()) == sorted_rows(self.rows)

    @each_size
    @check("return the counts of the batch that was given, among them <format>_rows_written")
    def test_counts_are_of_each_batch(self, bench: Bench, size: int) -> None:
        """What write() returns are counts of that batch: summed over all of them, one is the number of rows; each
        <format>_rows_written is.
        """
        with self.in_a_run(bench) as sink:
            counted = add_statistics(*(batch.statistics for batch in drain(sink, size)))
        counted.pop("rows_read")
        assert len(self.rows) in counted.values(), f"none of {counted} is the number of rows, {len(self.rows)}"
        written = {key: value for key, value in counted.items() if key.endswith("_rows_written")}
        assert set(written.values()) <= {len(self.rows)}, f"{written}, and there are {len(self.rows)} rows"

    @check("return the same keys for a batch without rows, with 0")
    def test_an_empty_batch_is_counted(self, bench: Bench, target_rows: Callable[[], Sequence[Any]]) -> None:
        """A batch without rows is written like any other, and counts 0 of each: 0 is news, too."""
        with self.in_a_run(bench) as sink, sink.opened(2):
            nothing = sink.write(BatchResults(Rows(), {}, 2, (), Position(2)), None)
            something = sink.write(batch_of(self.rows[:2], 2), None)
        assert nothing == dict.fromkeys(something, 0)
        assert sorted_rows(target_rows()) == sorted_rows(self.rows[:2])

    @check("write in write(), and keep nothing back: what it returned from is taken to be in the target")
    def test_what_was_yielded_is_written(self, bench: Bench, target_rows: Callable[[], Sequence[Any]]) -> None:
        """When the chain is stopped, the batches that the sink has passed on are in the target, and no others."""
        with self.in_a_run(bench) as sink:
            batches = sink.get_batch(2)
            next(batches)
            batches.close()
        assert sorted_rows(target_rows()) == sorted_rows(self.rows[:2])

    @pytest.fixture
    def target_rows(self) -> Callable[[], Sequence[Any]]:
        """A function that returns the rows in the target, in any order, as ``rows`` gives them."""
        pytest.fail("give your contract's class the fixture target_rows: a function that reads the target's rows")
