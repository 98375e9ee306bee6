from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from etl_host import Balance, BatchResults, ETLContext, Interrupted, Row
from moments import Moments
from number_links import Collect, CollectNumbers, Numbers, passed_on, rejected


@pytest.fixture
def context(tmp_path: Path) -> ETLContext:
    return ETLContext(rejects_dir=tmp_path)


def test_each_batch_is_yielded_once_it_is_written(context: ETLContext) -> None:
    moments = Moments()
    task = CollectNumbers(context, 30, trap=moments)
    batches: list[BatchResults[Row]] = []
    for batch in task.chain().get_batch(10):
        batches.append(batch)
        assert moments.seen[-1] == "sink writes"
    task.rejects.close()
    assert [batch.batch_size for batch in batches] == [10, 10, 10]
    assert [batch.balance for batch in batches] == [Balance(10, 7, 1, 2), Balance(10, 7, 1, 2), Balance(10, 6, 2, 2)]
    assert sum(batch.statistics["rows_collected"] for batch in batches) == len(passed_on(30)) == len(task.written)


def test_an_empty_source_writes_one_empty_batch_and_counts_zero(context: ETLContext) -> None:
    result = CollectNumbers(context, 0).execute()
    assert result.success
    assert result.summary == {"numbers_read": 0, "rejected_rows": 0, "valid_rows": 0, "rows_collected": 0}


def test_a_load_started_again_replaces_its_rejects(context: ETLContext) -> None:
    task = CollectNumbers(context, 30)
    for _ in range(2):
        task.execute()
    assert len(task.rejects.path.read_text().splitlines()) == len(rejected(30))


def test_rejects_are_safe_before_the_rows_of_their_batch_are(context: ETLContext) -> None:
    class Looks(CollectNumbers):
        def chain(self) -> Any:
            self.trap = self.look
            return super().chain()

        def look(self, moment: str) -> None:
            if moment == "sink writes":
                seen.append(len(self.rejects.path.read_text().splitlines()))

    seen: list[int] = []
    Looks(context, 30).execute()
    assert seen == [1, 2, 4]


def test_the_task_knows_its_guarantee_and_how_many_rows_there_will_be(
    context: ETLContext, caplog: pytest.LogCaptureFixture
) -> None:
    task = CollectNumbers(context, 30, name="numbers")
    with caplog.at_level(logging.INFO, "etl_host"):
        task.execute()
    assert (task.guarantee, task.expected) == ("at least once", 30)
    assert "numbers: at least once (no checkpoints are kept" in caplog.text


def test_a_load_asked_to_stop_ends_after_the_batch_in_flight(context: ETLContext) -> None:
    class Stops(CollectNumbers):
        def committed(self, batch: BatchResults[Any]) -> None:
            super().committed(batch)
            context.stop.set()

    task = Stops(context, 30)
    result = task.execute()
    assert isinstance(result.error, Interrupted)
    assert result.summary["rows_collected"] == len(passed_on(10)) == len(task.written)
    assert result.error.remedy == "mind that it loads these rows again when it is started again"


def test_a_load_asked_to_stop_during_its_last_batch_is_complete(context: ETLContext) -> None:
    class Stops(CollectNumbers):
        def committed(self, batch: BatchResults[Any]) -> None:
            super().committed(batch)
            context.stop.set()

    assert Stops(context, 10).execute().success


def test_a_second_sink_gets_what_the_first_has_written(context: ETLContext) -> None:
    task = CollectNumbers(context, 0)
    first = Collect(context, task, Numbers(7, context, task))
    second = Collect(context, task, first)
    assert [batch.balance for batch in second.get_batch(5)] == [Balance(5, 5), Balance(2, 2)]
    assert first.written == second.written == [{"n": n} for n in range(1, 8)]
