from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from etl_host import BatchResults, ETLContext
from etl_host.flow.timed import Timed
from number_links import CollectNumbers, Numbers


class Clock:
    """Moves only when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now


class Slow(Numbers):
    """Takes 3 s for each batch, and 1 s to see that there are no more."""

    clock: Clock

    def read(self, max_batch_size: int, after: Any) -> Any:
        for batch in super().read(max_batch_size, after):
            self.clock.now += 3.0
            yield batch
        self.clock.now += 1.0


class Slower(Timed[Any]):
    """Takes 2 s more for each."""

    clock: Clock

    def get_batch(self, max_batch_size: int) -> Any:
        for batch in super().get_batch(max_batch_size):
            self.clock.now += 2.0
            yield batch


def test_a_link_s_time_is_without_that_of_the_links_before_and_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr("etl_host.flow.timed.time", clock)
    monkeypatch.setattr(Slow, "clock", clock, raising=False)
    monkeypatch.setattr(Slower, "clock", clock, raising=False)
    with ETLContext({}, rejects_dir=tmp_path) as context:
        task = CollectNumbers(context, 20)
        source = Slower(context, task, Slow(20, context, task), "source")
        last = Timed[Any](context, task, source, "validators", within="source")
        given: list[BatchResults[Any]] = []
        with closing(last.get_batch(10)) as batches:
            for batch in batches:
                given.append(batch)
                clock.now += 100.0  # the sink's
    assert [len(batch.chunk) for batch in given] == [10, 10]
    assert task.times.as_dict() == {"source": 7.0, "validators": 4.0}
