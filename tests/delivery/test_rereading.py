from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from etl_host import (
    BatchResults,
    CheckpointKey,
    ETLContext,
    InputChanged,
    Position,
    Row,
    RowError,
    Rows,
    Validator,
    add_statistics,
)
from etl_host.delivery.progress import Progress
from etl_host.delivery.rereading import compare_consumed, new_batches, rereads
from moments import Moments
from number_links import GAP, Collect, Numbers, SortOut
from running_total import RunningTotal
from small_tasks import Does

KEY = CheckpointKey("run", "numbers")
COUNT = 40


class Even(Validator[Row, Row]):
    """Rejects what is odd."""

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        return self.reject(batch, {i: [RowError("odd")] for i, row in enumerate(batch.chunk) if row["n"] % 2})


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Numbers]:
    context = ETLContext({}, rejects_dir=tmp_path)
    task = Does(context, "numbers")
    yield Numbers(COUNT, context, task)
    task.close_rejects()


def even(source: Numbers, size: int) -> Iterator[BatchResults[Row]]:
    source.after = None
    return Even(source.context, source.task, source).get_batch(size)


def after(batches: int, source: Numbers) -> Progress:
    """Of a load that has committed so many batches of seven rows."""
    progress = Progress(KEY, "me")
    for _, batch in zip(range(batches), even(source, 7), strict=False):
        progress = progress.including(batch, {})
    return progress


@pytest.mark.parametrize("size", [1, 6, 7, 14, 20, 21, 22, 100])
@pytest.mark.parametrize("batches", [1, 2, 5, 6])
def test_rows_and_counts_behind_the_progress_are_passed_on_once_whatever_the_size_of_batches(
    source: Numbers, batches: int, size: int
) -> None:
    progress = after(batches, source)
    passed = list(new_batches(even(source, size), progress))
    done = min(7 * batches, COUNT)
    assert [row["n"] for batch in passed for row in batch.chunk] == [
        n for n in range(done + 1, COUNT + 1) if n % 2 == 0
    ]
    assert [origin for batch in passed for origin in batch.origins or ()] == [
        row["n"] * GAP for batch in passed for row in batch.chunk
    ]
    assert sum(batch.batch_size for batch in passed) == COUNT - done
    assert add_statistics(progress.state.upstream, *(batch.statistics for batch in passed)) == {
        "numbers_read": COUNT,
        "rejected_rows": COUNT // 2,
    }
    for batch in passed:
        progress = progress.including(batch, {})  # which refuses what does not go on from it
    assert progress.at == Position(COUNT * GAP, {"line": COUNT * GAP}, 1.0)


def test_only_the_first_batch_is_made_anew(source: Numbers) -> None:
    progress = after(1, source)
    batches = list(even(source, 10))
    _, *others = new_batches(iter(batches), progress)
    assert others == batches[1:]
    assert list(new_batches(iter(batches[1:]), progress))[1:] == batches[2:]


def test_a_batch_without_a_position_lies_where_as_many_rows_are_read() -> None:
    batches = [BatchResults(Rows[int]((n, n + 1)), {"read": 2}, 2, (n, n + 1)) for n in (1, 3, 5)]
    progress = Progress(KEY, "me").including(batches[0], {})
    assert [batch.chunk for batch in new_batches(iter(batches), progress)] == [[3, 4], [5, 6]]


@pytest.mark.parametrize(("links", "again"), [([SortOut], False), ([RunningTotal, SortOut], True), ([], False)])
def test_a_chain_is_read_again_where_any_validator_must_see_every_row(
    source: Numbers, links: list[type[SortOut]], again: bool
) -> None:
    last: Numbers | SortOut = source
    for link in links:
        last = link(source.context, source.task, last)
    assert rereads(Collect(source.context, source.task, last)) is again


def test_what_was_consumed_is_compared_by_reading_on_from_there(source: Numbers) -> None:
    progress = after(2, source)
    source.trap = moments = Moments()
    compare_consumed(source, progress)
    assert source.after == progress.at
    assert moments.seen == ["source opened", "source reads", "source closed"]


def test_a_change_is_told(source: Numbers) -> None:
    with pytest.raises(InputChanged):
        compare_consumed(source, Progress(KEY, "me", Position(21, {"line": 20})))


def test_where_all_was_consumed_there_is_nothing_to_tell(source: Numbers) -> None:
    compare_consumed(source, after(6, source))
