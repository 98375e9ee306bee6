from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from etl_host import Balance, BatchResults, ClosedLoopBatchProcessor, ETLContext, Task, TaskReturn
from moments import Moments
from number_links import Collect, CollectNumbers, Numbers, SortOut, passed_on, rejected

COUNT = 50


class Load(Task):
    """A task in the style of the first one ever written: everything in ``run_internal``."""

    batch_size = 8

    def run_internal(self, **kwargs: Any) -> TaskReturn:
        numbers = Numbers(COUNT, self.context, self)
        validator = SortOut(self.context, self, numbers)
        self.sink = Collect(self.context, self, validator)
        end = ClosedLoopBatchProcessor(self.context, self, self.sink)
        result = next(end.get_batch(self.batch_size))

        return TaskReturn(True, result.statistics)


@pytest.fixture
def context(tmp_path: Path) -> ETLContext:
    return ETLContext(rejects_dir=tmp_path)


def closed_loop(context: ETLContext, trap: Moments) -> ClosedLoopBatchProcessor:
    task = CollectNumbers(context, COUNT, trap=trap)
    return ClosedLoopBatchProcessor(context, task, task.chain())


def test_a_chain_written_by_hand_gives_one_summed_result(context: ETLContext) -> None:
    task = Load(context)
    result = task.execute(anything="goes")
    assert [row["n"] for row in task.sink.written] == passed_on(COUNT)
    assert result == TaskReturn(
        True,
        {
            "numbers_read": COUNT,
            "rejected_rows": len(rejected(COUNT)),
            "valid_rows": len(passed_on(COUNT)) - 4,  # of 11, 22, 33 and 44 there are two each
            "rows_collected": len(passed_on(COUNT)),
        },
    )


def test_the_one_result_carries_sums_position_and_balance_but_no_rows(context: ETLContext) -> None:
    [result] = closed_loop(context, Moments()).get_batch(8)
    assert (len(result.chunk), result.batch_size) == (0, COUNT)
    assert result.position is not None
    assert result.position.origin == 150
    written = len(set(passed_on(COUNT)))
    assert result.balance == Balance(COUNT, written, len(rejected(COUNT)), COUNT - written - len(rejected(COUNT)))


def test_everything_is_closed_before_the_result_is_given(context: ETLContext) -> None:
    moments = Moments()
    closed_loop(context, moments)  # nothing is opened before it is pulled
    assert moments.seen == []
    batches = closed_loop(context, moments).get_batch(8)
    next(batches)
    assert moments.seen[:3] == ["sink opened", "validator opened", "source opened"]
    assert moments.seen[-3:] == ["source closed", "validator closed", "sink closed"]


@pytest.mark.parametrize("error", [RuntimeError("broken"), KeyboardInterrupt(), SystemExit(0)])
@pytest.mark.parametrize(
    ("moment", "occurrence"),
    [
        ("source opened", 1),
        ("source reads", 1),
        ("source reads", 2),
        ("source closed", 1),
        ("validator opened", 1),
        ("validator processes", 1),
        ("validator processes", 2),
        ("validator closed", 1),
        ("sink opened", 1),
        ("sink writes", 1),
        ("sink writes", 2),
        ("sink closed", 1),
    ],
)
def test_every_link_is_closed_whatever_fails(
    context: ETLContext, moment: str, occurrence: int, error: BaseException
) -> None:
    moments = Moments(moment, error, occurrence=occurrence)
    with pytest.raises(type(error)) as raised:
        next(closed_loop(context, moments).get_batch(8))
    assert raised.value is error
    assert moments.left_open() <= {moment.removesuffix(" opened")}  # what failed to open has nothing to close


@pytest.mark.parametrize("pulled", [0, 1, 2])
def test_every_link_is_closed_when_nobody_wants_more(context: ETLContext, pulled: int) -> None:
    moments = Moments()
    task = CollectNumbers(context, COUNT, trap=moments)
    batches = task.chain().get_batch(8)
    for _ in range(pulled):
        next(batches)
    batches.close()
    task.rejects.close()  # the end of a chain does that, too
    assert moments.left_open() == set()
    assert len([moment for moment in moments.seen if moment.endswith("closed")]) == (3 if pulled else 0)


def test_the_rejects_are_closed_also_after_a_failure(context: ETLContext) -> None:
    end = closed_loop(context, Moments("source reads", RuntimeError(), occurrence=3))
    with pytest.raises(RuntimeError):
        next(end.get_batch(8))
    assert len(end.task.rejects.path.read_text().splitlines()) == 2


def test_the_task_hears_of_each_batch_once_it_is_written(context: ETLContext) -> None:
    heard: list[tuple[int, int]] = []

    class Listening(CollectNumbers):
        def committed(self, batch: BatchResults[Any]) -> None:
            super().committed(batch)
            heard.append((batch.batch_size, len(self.written)))

    task = Listening(context, 10, batch_size=4)
    task.execute()
    assert heard == [(4, 4), (4, 6), (2, 7)]


def test_a_chain_without_sink_is_pulled_through_as_well(context: ETLContext) -> None:
    task = CollectNumbers(context, COUNT)
    end = ClosedLoopBatchProcessor(context, task, Numbers(COUNT, context, task))
    assert next(end.get_batch(8)).statistics == {"numbers_read": COUNT}
