from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from attempts import Attempts, load, numbers_in
from etl_host import BatchProcessor, BatchResults, ETLContext
from etl_host.flow import adaptive
from etl_host.flow.adaptive import Adaptive, Growth
from killed_loads import assert_each_row_once, load_with_random_kills
from moments import Moments
from number_links import CollectNumbers, Numbers, SortOut, passed_on
from picky_sink import LoadPicky
from running_total import LoadPickyRunningTotal
from sqlite_sink import LoadNumbers
from sqlite_target import SQLiteTarget


def joining(sink: BatchProcessor[Any]) -> BatchProcessor[Any]:
    """``sink``, with an Adaptive before it."""
    sink.predecessor = Adaptive(sink.context, sink.task, sink.upstream)
    return sink


class LoadJoined(LoadNumbers):
    def chain(self) -> BatchProcessor[Any]:
        return joining(super().chain())


class LoadPickyJoined(LoadPicky):
    def chain(self) -> BatchProcessor[Any]:
        return joining(super().chain())


class LoadStatefulJoined(LoadPickyRunningTotal):
    def chain(self) -> BatchProcessor[Any]:
        return joining(super().chain())


class AlwaysLarger(Growth):
    """Does not look at the clock: batches grow as far as they may."""

    def took(self, rows: int, seconds: float) -> None:
        self.size = min(self.size + 3, self._largest)


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adaptive, "SMALLEST", 2)
    monkeypatch.setattr(adaptive, "Growth", AlwaysLarger)


def rates(growth: Growth, speed: dict[int, float], batches: int = 40) -> list[int]:
    """The sizes of so many batches, where the target takes so many rows a second of each size."""
    sizes = []
    for _ in range(batches):
        sizes.append(growth.size)
        growth.took(growth.size, growth.size / speed[growth.size])
    return sizes


def test_batches_grow_as_long_as_that_is_faster_and_then_stay() -> None:
    sizes = rates(Growth(1, 64), {1: 100.0, 2: 150.0, 4: 200.0, 8: 205.0})
    assert sizes == [1] * 3 + [2] * 3 + [4] * 3 + [8] * 3 + [4] * 28


def test_they_never_grow_beyond_the_largest() -> None:
    sizes = rates(Growth(1, 5), {1: 100.0, 2: 200.0, 4: 400.0})
    assert sizes[-1] == max(sizes) == 4


def test_the_fastest_batch_of_a_size_counts() -> None:
    growth = Growth(1, 64)
    for seconds in (0.01, 0.01, 0.01, 5.0, 5.0, 0.01):
        growth.took(growth.size, seconds)
    assert growth.size == 4


def test_a_batch_that_is_not_full_tells_nothing() -> None:
    growth = Growth(10, 64)
    for _ in range(20):
        growth.took(9, 0.001)
    assert growth.size == 10


def batches_of(context: ETLContext, count: int, most: int, **options: Any) -> list[BatchResults[Any]]:
    task = CollectNumbers(context, count)
    for name, value in options.items():
        setattr(task, name, value)
    chain = SortOut(context, task, Numbers(count, context, task))
    with closing(Adaptive[Any](context, task, chain).get_batch(most)) as batches:
        given = [*batches]
    task.close_rejects()
    return given


@pytest.mark.usefixtures("small_parts")
def test_joined_batches_hold_the_same_rows_counts_and_positions(tmp_path: Path) -> None:
    with ETLContext({}, rejects_dir=tmp_path) as context:
        joined = batches_of(context, 100, 11)
    assert [batch.batch_size for batch in joined[:5]] == [2, 4, 8, 10, 10]
    assert [row["n"] for batch in joined for row in batch.chunk] == passed_on(100)
    assert sum(batch.statistics["numbers_read"] for batch in joined) == 100
    for batch in joined:
        assert batch.origins is not None
        assert batch.position is not None
        assert batch.position.origin >= batch.origins[-1]
        assert batch.position.token == {"line": batch.position.origin}


@pytest.mark.usefixtures("small_parts")
def test_rows_that_are_heavy_are_not_joined_beyond_what_a_batch_may_weigh(tmp_path: Path) -> None:
    with ETLContext({}, rejects_dir=tmp_path) as context:
        assert {batch.batch_size for batch in batches_of(context, 100, 11, max_batch_bytes=20)} == {2, 4}


@pytest.mark.usefixtures("small_parts")
def test_what_comes_before_an_error_is_written(attempts: Attempts, target: SQLiteTarget) -> None:
    trap = Moments("source reads", OSError("gone"), occurrence=10)  # nine parts of two rows came before it
    assert isinstance(load(attempts.begin(), LoadJoined, count=80, batch_size=40, trap=trap).error, OSError)
    assert numbers_in(target) == passed_on(18)
    assert load(attempts.begin(), LoadJoined, count=80, batch_size=40).success
    assert numbers_in(target) == passed_on(80)


@pytest.mark.usefixtures("small_parts")
def test_a_batch_that_is_too_big_makes_all_later_ones_smaller(
    attempts: Attempts, target: SQLiteTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LoadPickyJoined.sink, "most_rows", 5)
    assert load(attempts.begin(), LoadPickyJoined, count=80, batch_size=16).success
    assert numbers_in(target) == LoadPickyJoined.loaded(80)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("kind", [LoadJoined, LoadPickyJoined, LoadStatefulJoined])
@pytest.mark.parametrize("seed", range(8))
def test_a_load_killed_and_cut_off_at_random_loads_each_row_once(
    tmp_path: Path, seed: int, kind: type[LoadNumbers]
) -> None:
    folder = tmp_path / "load"
    assert_each_row_once(folder, load_with_random_kills(folder, seed, kind), kind)
