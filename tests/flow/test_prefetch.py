from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from attempts import Attempts, load, numbers_in
from etl_host import BatchProcessor, ClosedLoopBatchProcessor, ETLContext, InputError, Interrupted, Row
from etl_host.flow.prefetch import Prefetch
from killed_loads import assert_each_row_once, load_with_random_kills
from moments import Moments
from number_links import Collect, CollectNumbers, Numbers, SortOut, passed_on
from picky_sink import LoadPicky
from running_total import LoadPickyRunningTotal
from sqlite_sink import LoadNumbers
from sqlite_target import SQLiteTarget


def ahead(sink: BatchProcessor[Any], batches: int = 2) -> BatchProcessor[Any]:
    """``sink``, with a Prefetch before it."""
    sink.predecessor = Prefetch(sink.context, sink.task, sink.upstream, ahead=batches)
    return sink


class CollectAhead(CollectNumbers):
    def chain(self) -> BatchProcessor[Any]:
        return ahead(super().chain())


class LoadAhead(LoadNumbers):
    def chain(self) -> BatchProcessor[Any]:
        return ahead(super().chain())


class LoadPickyAhead(LoadPicky):
    def chain(self) -> BatchProcessor[Any]:
        return ahead(super().chain(), 3)


class LoadStatefulAhead(LoadPickyRunningTotal):
    def chain(self) -> BatchProcessor[Any]:
        return ahead(super().chain(), 1)


@pytest.fixture
def context(tmp_path: Path) -> Iterator[ETLContext]:
    with ETLContext({}, rejects_dir=tmp_path) as context:
        yield context
    assert not [thread for thread in threading.enumerate() if "prefetch" in thread.name]


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 500])
def test_rows_counts_and_rejects_are_those_of_the_chain_without_it(context: ETLContext, count: int) -> None:
    plain, task = CollectNumbers(context, count, name="plain"), CollectAhead(context, count, name="ahead")
    assert task.execute() == plain.execute()
    assert task.written == plain.written
    assert task.balance == plain.balance


def test_it_is_no_more_than_so_many_batches_ahead(context: ETLContext) -> None:
    moments = Moments()
    task = CollectNumbers(context, 1000, trap=moments)
    read = threading.Semaphore(0)

    class Counted(Numbers):
        def read(self, *args: Any) -> Any:
            for batch in super().read(*args):
                read.release()
                yield batch

    source = Counted(1000, context, task)
    prefetch: Prefetch[Row] = Prefetch(context, task, source, ahead=3)
    with closing(prefetch.get_batch(10)) as batches:
        next(batches)
        for _ in range(5):  # the one taken, three that wait, and one that finds no room
            assert read.acquire(timeout=30)
        assert not read.acquire(timeout=0.2)


@pytest.mark.parametrize("moment", ["source opened", "source reads", "validator processes", "source closed"])
@pytest.mark.parametrize("error", [RuntimeError("broken"), SystemExit(0), KeyboardInterrupt()], ids=repr)
def test_an_error_comes_after_the_batches_before_it_and_as_it_is(
    context: ETLContext, moment: str, error: BaseException
) -> None:
    def outcome(kind: type[CollectNumbers]) -> tuple[object, list[Any]]:
        occurrence = 1 if "source" in moment and moment != "source reads" else 3
        trap = Moments(moment, error, occurrence=occurrence)
        task = kind(context, 40, name=f"{kind.__name__} {moment}", trap=trap)
        try:
            return task.execute().error, task.written
        except KeyboardInterrupt as raised:
            return raised, task.written
        finally:
            assert trap.left_open() <= {"source"}  # what fails to open or close is neither

    found = outcome(CollectAhead)
    assert found == outcome(CollectNumbers)
    assert found[0] is error


def test_a_failing_sink_closes_everything(context: ETLContext) -> None:
    trap = Moments("sink writes", RuntimeError("full"), occurrence=2)
    result = CollectAhead(context, 1000, trap=trap).execute()
    assert str(result.error) == "full"
    assert trap.left_open() == set()


def test_whoever_leaves_early_finds_everything_closed(context: ETLContext) -> None:
    trap = Moments()
    task = CollectNumbers(context, 1000, trap=trap)
    validator = SortOut(context, task, Numbers(1000, context, task, trap=trap), trap=trap)
    prefetch: Prefetch[Row] = Prefetch(context, task, validator)
    batches = prefetch.get_batch(10)
    next(batches)
    batches.close()
    task.close_rejects()
    assert trap.left_open() == set()


def test_an_error_in_closing_is_not_lost_when_somebody_leaves_early(context: ETLContext) -> None:
    trap = Moments("source closed", RuntimeError("not closed"))
    task = CollectNumbers(context, 1000)
    prefetch: Prefetch[Row] = Prefetch(context, task, Numbers(1000, context, task, trap=trap))
    batches = prefetch.get_batch(10)
    next(batches)
    with pytest.raises(RuntimeError, match="not closed"):
        batches.close()


def test_what_can_not_be_read_is_no_error_for_whoever_leaves_before(context: ETLContext) -> None:
    trap = Moments("source reads", InputError("a bad line"), occurrence=2)
    task = CollectNumbers(context, 1000)
    prefetch: Prefetch[Row] = Prefetch(context, task, Numbers(1000, context, task, trap=trap))
    batches = prefetch.get_batch(10)
    next(batches)
    while trap.seen.count("source reads") < 2:
        time.sleep(0.001)
    batches.close()


def test_links_are_opened_read_and_closed_in_one_thread(context: ETLContext) -> None:
    threads = set()
    task = CollectNumbers(context, 50, trap=lambda moment: threads.add((moment.split()[0], threading.get_ident())))
    sink = Collect(context, task, Prefetch(context, task, Numbers(50, context, task, trap=task.trap)), trap=task.trap)
    next(ClosedLoopBatchProcessor(context, task, sink).get_batch(10))
    assert {name for name, _ in threads} == {"source", "sink"}
    assert len(threads) == 2
    assert ("sink", threading.get_ident()) in threads


def test_a_stopped_task_ends_after_the_batch_in_flight(context: ETLContext) -> None:
    task = CollectAhead(context, 1000, trap=lambda moment: context.stop.set() if moment == "sink writes" else None)
    assert isinstance(task.execute().error, Interrupted)
    assert [row["n"] for row in task.written] == passed_on(10)


@pytest.mark.parametrize("number", [0, -1])
def test_it_must_be_at_least_one_batch_ahead(context: ETLContext, number: int) -> None:
    task = CollectNumbers(context, 5)
    with pytest.raises(ValueError, match="1 or more"):
        Prefetch(context, task, task.chain(), ahead=number)


def test_a_batch_that_is_too_big_is_read_again_though_others_were_read_ahead(
    attempts: Attempts, target: SQLiteTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LoadPickyAhead.sink, "most_rows", 5)
    assert load(attempts.begin(), LoadPickyAhead, count=80, batch_size=16).success
    assert numbers_in(target) == LoadPickyAhead.loaded(80)


@pytest.mark.parametrize("kind", [LoadAhead, LoadPickyAhead, LoadStatefulAhead])
@pytest.mark.parametrize("seed", range(4))
def test_a_load_killed_and_cut_off_at_random_loads_each_row_once(
    tmp_path: Path, seed: int, kind: type[LoadNumbers]
) -> None:
    folder = tmp_path / "load"
    assert_each_row_once(folder, load_with_random_kills(folder, seed, kind), kind)
