from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from etl_host import (
    Balance,
    Batches,
    BatchResults,
    Checkpoint,
    CheckpointKey,
    ETLContext,
    Fenced,
    Interrupted,
    Position,
    Row,
    RowError,
    Rows,
    RowsRefused,
    Sink,
    Statistics,
    add_statistics,
)
from etl_host.core.lanes import Lanes
from etl_host.delivery.lanes.ledger import Ledger
from etl_host.delivery.lanes.one_pass import OVERDUE, ROOM, SMALL, Pass
from etl_host.delivery.lanes.reading import reading_of, stored_readings
from etl_host.delivery.lanes.writer import BucketWriter
from etl_host.delivery.progress import Progress
from etl_host.delivery.writing.systemic import AllRejected
from etl_host.flow.buckets import Buckets
from lane_loads import DiceCrew
from number_links import Numbers
from small_tasks import Does

SIZE = 20
SPLIT = Buckets(Lanes(2, {"number": ["key"]}))
KEY_OF = {bucket: key for key in range(100) for bucket in SPLIT.of([{"key": key}])}
HUB = [3] * SIZE
"""A batch of one bucket."""


class Written(Sink[Row]):
    """Remembers the origins of what is written, by write; fails where a bucket has an error."""

    def open(self) -> None:
        self.writes: list[tuple[int, Sequence[int]]] = []
        self.finished: list[int] = []
        self.errors: dict[int, Exception] = {}
        self.refuses = False

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        assert checkpoint is not None
        bucket = checkpoint.key.bucket
        if bucket in self.errors:
            raise self.errors[bucket]
        if self.refuses and batch.chunk:
            why = RowError("no")
            raise RowsRefused("all are wrong", why, rows=dict.fromkeys(range(len(batch.chunk)), why))
        if checkpoint.finished:
            self.finished.append(bucket)
        else:
            self.writes.append((bucket, batch.origins or ()))
        return {"rows_written": len(batch.chunk)}

    @property
    def rows(self) -> Counter[int]:
        return Counter(origin for _, origins in self.writes for origin in origins)


class InOrder(DiceCrew):
    """Does what was started first, and only while it is waited for, unless it is ``eager``."""

    def __init__(self, size: int, *, eager: bool = False) -> None:
        super().__init__(size, "in order", dice=Random(0))
        self.eager = eager
        self.waited_at_the_end: list[bool] = []

    def done(self, *, wait: bool) -> bool:
        if not self._works or not (wait or self.eager):
            return False
        number = next(iter(self._works))
        self.busy.remove(number)
        self._works.pop(number)()
        return True

    def close(self, *, wait: bool = True) -> None:
        self.waited_at_the_end.append(wait)


class Loading:
    """One pass after the other into one sink."""

    def __init__(self, sink: Written) -> None:
        self.sink = sink
        keys = [CheckpointKey("run", "numbers", bucket=bucket) for bucket in range(len(SPLIT))]
        self.writers = [BucketWriter(sink, Progress(key, "me"), 0) for key in keys]
        for writer in self.writers:
            writer.others = self.writers
        self.ledger = Ledger(self.writers)
        self.told: list[BatchResults[Any]] = []

    def lowest(self) -> Progress:
        readings = stored_readings([writer.progress for writer in self.writers], SPLIT.recorded())
        return min(readings, key=lambda reading: reading.at.origin)

    def load(self, batches: Batches[Row], crew: Any) -> Pass:
        read = reading_of(self.lowest())
        loading = Pass(self.sink.task, SPLIT, self.writers, self.ledger, crew, read=read, size=SIZE)
        self.told.extend(loading.of(batches))
        return loading


@pytest.fixture
def loading(tmp_path: Path) -> Iterator[Loading]:
    context = ETLContext({}, rejects_dir=tmp_path)
    task = Does(context, "numbers")
    sink = Written(context, task, Numbers(1, context, task))
    sink.open()
    yield Loading(sink)
    task.close_rejects()


def numbered(batches: Iterable[Sequence[int]], *, after: int = 0) -> Batches[Row]:
    """Batches of rows that fall into these buckets, with the origins 1, 2, 3 …"""
    read = 0
    for buckets in batches:
        origins = range(read + 1, read + len(buckets) + 1)
        read += len(buckets)
        rows = Rows[Row]({"key": KEY_OF[bucket]} for bucket in buckets)
        if read > after:
            yield BatchResults(rows, {"rows_read": len(rows)}, len(rows), origins, Position(read))


def watched(batches: Batches[Row], look: Callable[[int], object]) -> Batches[Row]:
    """The same; whenever one is asked for, ``look`` is called with how many rows were given before."""
    read = 0
    for batch in batches:
        look(read)
        yield batch
        read += batch.batch_size
    look(read)


def mixed(count: int, seed: str = "") -> list[list[int]]:
    dice = Random(seed)
    return [[dice.randrange(len(SPLIT)) for _ in range(SIZE)] for _ in range(count)]


@pytest.mark.parametrize("lanes", [1, 3, 20])
def test_every_row_is_written_once_and_every_bucket_finished(loading: Loading, lanes: int) -> None:
    one = loading.load(numbered(mixed(50)), DiceCrew(lanes, "dice", dice=Random(lanes)))
    assert loading.sink.rows == Counter(range(1, 50 * SIZE + 1))
    assert all(SPLIT.of([{"key": KEY_OF[bucket]}]) == [bucket] for bucket, _ in loading.sink.writes)
    assert sorted(loading.sink.finished) == list(range(len(SPLIT)))
    assert one.largest == SIZE
    assert sum((news.balance or Balance() for news in loading.told), Balance()) == Balance(1_000, 1_000)
    told = add_statistics(*(news.statistics for news in loading.told))
    assert told == {"rows_read": 1_000, "rows_written": 1_000}


def test_a_pass_that_goes_on_leaves_out_what_each_bucket_has_committed(loading: Loading) -> None:
    batches = mixed(40)

    def broken(read: int) -> None:
        if read == 30 * SIZE:
            raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        loading.load(watched(numbered(batches), broken), InOrder(2, eager=True))
    lowest = loading.lowest().at.origin
    assert 0 < lowest < max(loading.sink.rows) < 40 * SIZE
    loading.load(numbered(batches, after=lowest), InOrder(2))
    assert loading.sink.rows == Counter(range(1, 40 * SIZE + 1))


@pytest.mark.parametrize("lanes", [1, 4])
def test_nothing_is_read_while_the_room_for_rows_that_wait_is_full(loading: Loading, lanes: int) -> None:
    lags: list[int] = []
    batches = [HUB if number % 2 else buckets for number, buckets in enumerate(mixed(100))]
    look = lambda read: lags.append(read - loading.sink.rows.total())  # noqa: E731
    loading.load(watched(numbered(batches), look), InOrder(lanes))
    assert ROOM * SIZE <= max(lags) < (ROOM + lanes) * SIZE


def test_few_rows_wait_for_more_while_there_is_room(loading: Loading) -> None:
    before_the_end: list[int] = []
    one_of_each = [list(range(len(SPLIT)))] * (OVERDUE - 2)
    look = lambda _: before_the_end.append(len(loading.sink.writes))  # noqa: E731
    loading.load(watched(numbered(one_of_each), look), InOrder(2, eager=True))
    at_first, at_last = before_the_end[1], before_the_end[-1]
    sizes = [len(origins) for _, origins in loading.sink.writes[at_first:at_last]]
    assert len(sizes) > len(SPLIT)
    assert min(sizes) >= SMALL * SIZE


def test_no_bucket_stays_far_behind_though_it_has_few_rows_or_none(loading: Loading) -> None:
    behind: list[int] = []
    batches = [[5], *[HUB] * (4 * OVERDUE)]
    look = lambda read: behind.append(read - loading.ledger.lowest.at.origin)  # noqa: E731
    loading.load(watched(numbered(batches), look), InOrder(2, eager=True))
    assert max(behind) <= (OVERDUE + 2) * SIZE
    assert Counter(bucket for bucket, _ in loading.sink.writes)[7] <= 6


def test_with_a_limit_whatever_is_read_is_written_before_more_is_read(loading: Loading) -> None:
    lags: list[int] = []
    loading.sink.context.limit = 10**6
    look = lambda read: lags.append(read - loading.sink.rows.total())  # noqa: E731
    loading.load(watched(numbered(mixed(10)), look), InOrder(2))
    assert lags == [0] * 11


def test_so_it_is_while_no_row_is_accepted_and_a_task_of_which_none_is_fails(loading: Loading) -> None:
    lags: list[int] = []
    loading.sink.refuses = True
    look = lambda read: lags.append(read - loading.ledger.balance.rejected)  # noqa: E731
    with pytest.raises(AllRejected, match="all of its 200 rows are rejected"):
        loading.load(watched(numbered(mixed(10)), look), InOrder(2))
    assert lags == [0] * 11
    assert loading.sink.finished == []


def test_unless_its_rows_were_rejected_before(loading: Loading) -> None:
    loading.sink.refuses = loading.sink.task.suspect = True
    loading.load(numbered(mixed(10)), InOrder(2))
    assert loading.ledger.balance == Balance(200, 0, 200)
    assert len(loading.sink.finished) == len(SPLIT)


@pytest.mark.parametrize(("max_batch_bytes", "largest"), [(None, SIZE), (1_000, 4)])
def test_a_batch_that_is_full_of_heavy_rows_is_a_whole_one(
    loading: Loading, max_batch_bytes: int | None, largest: int
) -> None:
    loading.sink.task.max_batch_bytes = max_batch_bytes
    loading.load(numbered([[3] * 4] * 50), InOrder(1))
    assert max(len(origins) for _, origins in loading.sink.writes) == largest


def test_what_is_committed_by_all_lanes_is_told_before_an_error_is_raised(loading: Loading) -> None:
    def broken(read: int) -> None:
        if read == 10 * SIZE:
            loading.sink.errors[3] = RuntimeError("broken")

    crew = InOrder(3)
    with pytest.raises(RuntimeError, match="broken"):
        loading.load(watched(numbered(mixed(60)), broken), crew)
    told = sum((news.balance or Balance() for news in loading.told), Balance())
    assert told == loading.ledger.balance
    assert told.written == loading.sink.rows.total() > 0
    assert crew.busy == set()
    assert loading.sink.finished == []


@pytest.mark.parametrize("fenced", [1, 2])
def test_that_another_process_has_taken_over_outranks_an_error(loading: Loading, fenced: int) -> None:
    lesser = PermissionError("no right to write")
    loading.sink.errors = {1: lesser, 2: lesser, fenced: Fenced("taken over")}
    with pytest.raises(Fenced) as raised:
        loading.load(numbered([[1] * 15 + [2] * 5]), InOrder(2))
    assert raised.value.__cause__ in (None, lesser)


@pytest.mark.parametrize(("error", "waited"), [(OSError, True), (SystemExit, True), (KeyboardInterrupt, False)])
def test_lanes_are_waited_for_unless_somebody_wants_it_to_end_at_once(
    loading: Loading, error: type[BaseException], waited: bool
) -> None:
    def fail(read: int) -> None:
        if read == 3 * SIZE:
            raise error

    crew = InOrder(2)
    with pytest.raises(error):
        loading.load(watched(numbered(mixed(10)), fail), crew)
    assert crew.waited_at_the_end == [waited]
    assert bool(crew.busy) is not waited


def test_a_task_that_is_to_stop_starts_no_more_writes(loading: Loading) -> None:
    def stop(read: int) -> None:
        if read == 40 * SIZE:
            loading.sink.context.stop.set()
            written.append(len(loading.sink.writes))

    written: list[int] = []
    with pytest.raises(Interrupted):
        loading.load(watched(numbered(mixed(60)), stop), InOrder(2))
    assert len(loading.sink.writes) <= written[0] + 2
    assert loading.sink.finished == []
