"""What becomes of a task in lanes: what it tells, how it ends, when it is refused."""

from __future__ import annotations

import json
import logging
import threading
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from attempts import Attempts, broken_at, load, numbers_in
from etl_host import (
    Batches,
    BatchFinished,
    BatchResults,
    BudgetExceeded,
    Checkpoint,
    CheckpointKey,
    Fenced,
    Interrupted,
    LostRejects,
    Position,
    Reporter,
    Row,
    RowError,
    RowsRefused,
    RunRefused,
    Statistics,
)
from etl_host.core.lanes import Lanes
from etl_host.core.limits import RejectsBudget
from etl_host.delivery.lanes import delivery
from etl_host.delivery.lanes.one_pass import ROOM, NotNumbered
from etl_host.delivery.progress import Progress
from etl_host.delivery.resume import batches_after
from etl_host.delivery.writing.systemic import AllRejected
from etl_host.flow.buckets import Buckets, KeyMissing
from lane_loads import (
    DiceCrew,
    LoadInLanes,
    LoadPickyInLanes,
    LoadRelationshipsInLanes,
    ManyAtOnce,
    PickyManyAtOnce,
    WithKeys,
)
from moments import Moments
from number_links import Numbers, passed_on
from picky_sink import accepted, set_aside
from sqlite_sink import LoadNumbers, SQLiteSink
from sqlite_target import SQLiteTarget

COUNT = 120


class News(Reporter):
    def __init__(self) -> None:
        self.told: list[BatchFinished] = []

    def batch_finished(self, event: BatchFinished) -> None:
        self.told.append(event)


def rejects_in(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]


@pytest.fixture(autouse=True)
def no_lane_is_left() -> Any:
    yield
    assert not [thread for thread in threading.enumerate() if ": lane" in thread.name]


@pytest.mark.parametrize("batch_size", [1, 13, 1000])
@pytest.mark.parametrize("kind", [LoadInLanes, LoadRelationshipsInLanes, LoadPickyInLanes])
def test_rows_counts_and_balance_are_those_of_one_lane(
    attempts: Attempts, target: SQLiteTarget, batch_size: int, kind: type[LoadInLanes]
) -> None:
    context = attempts.begin()
    result = load(context, kind, count=COUNT, batch_size=batch_size)
    assert numbers_in(target) == kind.loaded(COUNT)
    assert result.summary["numbers_read"] == COUNT
    assert result.summary["rows_inserted"] == len(kind.loaded(COUNT))
    assert result.summary["rejected_rows"] == len(kind.set_aside(COUNT))
    balance = context.summary.balance
    assert (balance.read, balance.written) == (COUNT, len(set(kind.loaded(COUNT))))
    assert balance.rejected == len(kind.set_aside(COUNT))
    assert balance.dropped == COUNT - balance.written - balance.rejected


def test_a_reject_of_the_sink_says_in_which_bucket_it_was(attempts: Attempts) -> None:
    load(attempts.begin(), LoadPickyInLanes, count=COUNT, batch_size=50)
    rejects = rejects_in(attempts.rejects)
    assert sorted(entry["origin"] // 3 for entry in rejects) == set_aside(COUNT)
    buckets = {entry["bucket"] for entry in rejects}
    assert None in buckets
    assert len(buckets) > 3


def test_reporters_hear_of_it_as_it_goes_on_and_never_of_less(attempts: Attempts) -> None:
    context, news = attempts.begin(), News()
    context.reporting.add(news)
    load(context, LoadInLanes, count=2_000, batch_size=20)
    assert len(news.told) > 20
    for before, after in zip(news.told, news.told[1:], strict=False):
        assert all(after.statistics[key] >= value for key, value in before.statistics.items())
        balance = after.balance
        assert balance.read == balance.written + balance.rejected + balance.dropped >= before.balance.read
    assert news.told[-1].balance.read == 2_000


def test_no_more_batches_are_written_at_once_than_there_are_lanes(attempts: Attempts) -> None:
    busy, most = Counter[str](), []

    class Watched(ManyAtOnce):
        def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
            busy[threading.current_thread().name] += 1
            most.append(sum(busy.values()))
            try:
                return super().write(batch, checkpoint)
            finally:
                busy[threading.current_thread().name] -= 1

    class Load(LoadInLanes):
        sink = Watched
        lanes = replace(LoadInLanes.lanes, count=3)

    assert load(attempts.begin(), Load, count=2_000, batch_size=50).success
    assert max(most) <= 3
    assert len(busy) == 3


def test_a_lane_that_fails_stops_the_others_and_what_was_committed_counts(
    attempts: Attempts, target: SQLiteTarget
) -> None:
    context = attempts.begin()
    result = load(context, LoadInLanes, count=COUNT, batch_size=10, trap=broken_at("before commit", 20))
    assert str(result.error) == "before commit"
    assert result.summary["rows_inserted"] == len(target.loaded()) > 0
    assert load(attempts.begin(), LoadInLanes, count=COUNT, batch_size=17).success
    assert numbers_in(target) == passed_on(COUNT)


def test_a_task_that_is_asked_to_stop_commits_what_is_in_flight(attempts: Attempts, target: SQLiteTarget) -> None:
    context = attempts.begin()

    def stop(moment: str) -> None:
        if moment == "after commit" and len(target.loaded()) > 50:
            context.stop.set()

    result = load(context, LoadInLanes, count=2_000, batch_size=10, trap=stop)
    assert isinstance(result.error, Interrupted)
    assert context.summary.exit_code == 5
    assert result.summary["rows_inserted"] == len(target.loaded()) < 300
    assert load(attempts.begin(), LoadInLanes, count=2_000, batch_size=100).success
    assert numbers_in(target) == passed_on(2_000)


def test_a_limit_holds_for_the_rows_that_are_read(attempts: Attempts, target: SQLiteTarget) -> None:
    for done in (100, 200, 300):
        context = attempts.begin()
        context.limit = 100
        result = load(context, LoadInLanes, count=2_000, batch_size=30)
        assert context.summary.status == "limited"
        assert result.summary["numbers_read"] in range(done, done + 90)


class Hub(WithKeys):
    """All rows are about one node; each third is wrong."""

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        wrong = {i: [RowError("wrong")] for i, row in enumerate(batch.chunk) if row["n"] % 3 == 0}
        batch = self.reject(batch, wrong)
        return batch.with_chunk([{**row, "hub": "hub"} for row in batch.chunk])


@pytest.mark.parametrize(("budget", "fits"), [("50%", True), ("30%", False)])
def test_a_budget_is_judged_by_all_rows_that_were_read(attempts: Attempts, budget: str, fits: bool) -> None:
    class Load(LoadInLanes):
        validator = Hub
        max_rejects = RejectsBudget.of(budget)
        lanes = Lanes(2, {"number": ["hub"]})

    result = load(attempts.begin(), Load, count=5_000, batch_size=100)
    assert result.success is fits
    assert fits or isinstance(result.error, BudgetExceeded)


class NothingIsGood(PickyManyAtOnce):
    def insert(self, db: Any, batch: BatchResults[Row]) -> Statistics:
        return super().insert(db, BatchResults([{"n": 13}], {}, 1)) if batch.chunk else {}


@pytest.mark.parametrize("batch_size", [20, 3_000])
def test_a_load_of_which_nothing_is_accepted_stops(attempts: Attempts, batch_size: int) -> None:
    class Load(LoadInLanes):
        sink = NothingIsGood

    result = load(attempts.begin(), Load, count=4_000, batch_size=batch_size)
    assert isinstance(result.error, AllRejected) or "refused" in str(result.error)
    assert result.summary.get("numbers_read", 0) <= 3_000


class Small(PickyManyAtOnce):
    most_rows = 5


def test_a_batch_that_is_too_big_is_read_again_in_smaller_ones(attempts: Attempts, target: SQLiteTarget) -> None:
    class Load(LoadPickyInLanes):
        sink = Small

    assert load(attempts.begin(), Load, count=COUNT, batch_size=64).success
    assert numbers_in(target) == accepted(COUNT)
    assert sorted(entry["origin"] // 3 for entry in rejects_in(attempts.rejects)) == set_aside(COUNT)


class FewReach(WithKeys):
    """Passes on one row of twenty, all of one bucket."""

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        batch = super().process(batch)
        batch = batch.keep([row["n"] % 20 == 1 for row in batch.chunk])
        return batch.with_chunk([{**row, "family": "one"} for row in batch.chunk])


def test_batches_that_are_too_big_become_smaller_where_few_rows_reach_the_sink(
    attempts: Attempts, target: SQLiteTarget
) -> None:
    asked: list[int] = []

    class AskedForSize(Numbers):
        def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
            asked.append(max_batch_size)
            yield from super().read(max_batch_size, after)

    class Sink(ManyAtOnce):
        most_rows = 2

    class Load(LoadInLanes):
        source = AskedForSize
        validator = FewReach
        sink = Sink

    assert load(attempts.begin(), Load, count=2_000, batch_size=400).success
    assert numbers_in(target) == [n for n in passed_on(2_000) if n % 20 == 1] != []
    assert asked == sorted(asked, reverse=True)
    assert len(set(asked)) == len(asked)


class TakenOver(ManyAtOnce):
    """One lane is told that another process has taken over, after another one has failed for a lesser reason."""

    both = threading.Barrier(2, timeout=60)

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        if self.both.wait() == 0:
            raise PermissionError("no right to write")
        raise Fenced("taken over")


def test_that_another_process_has_taken_over_outranks_every_other_error(attempts: Attempts) -> None:
    class Load(LoadInLanes):
        sink = TakenOver

    assert isinstance(load(attempts.begin(), Load, count=40, batch_size=20).error, Fenced)


class Exits(ManyAtOnce):
    def insert(self, db: Any, batch: BatchResults[Row]) -> Statistics:
        if batch.origins and max(batch.origins) > 60:
            raise SystemExit(0)
        return super().insert(db, batch)


def test_what_is_committed_is_told_though_a_lane_wants_to_exit(attempts: Attempts, target: SQLiteTarget) -> None:
    class Load(LoadInLanes):
        sink = Exits

    result = load(attempts.begin(), Load, count=COUNT, batch_size=5)
    assert isinstance(result.error, SystemExit)
    assert not result.success
    assert result.summary["rows_inserted"] == len(numbers_in(target)) > 0


def test_another_split_is_refused_and_nothing_is_written(attempts: Attempts, target: SQLiteTarget) -> None:
    attempts.fail_half_way(LoadInLanes)
    loaded = target.loaded()
    for kind in (LoadRelationshipsInLanes, LoadNumbers):
        error = load(attempts.begin(), kind, count=COUNT).error
        assert isinstance(error, RunRefused)
        assert "committed in other lanes than it has now" in str(error)
        assert target.loaded() == loaded


def test_a_load_without_lanes_does_not_go_on_in_lanes(attempts: Attempts) -> None:
    attempts.fail_half_way(LoadNumbers)
    assert isinstance(load(attempts.begin(), LoadInLanes, count=COUNT).error, RunRefused)


class Asked(Numbers):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        self.trap(f"read after {after.origin if after else 0}")
        yield from super().read(max_batch_size, after)


def test_what_any_bucket_has_consumed_must_not_have_changed(attempts: Attempts) -> None:
    class Load(LoadInLanes):
        source = Asked

    moments = Moments()
    with attempts.begin() as context:
        sink = Load(context, trap=moments).chain()
        assert isinstance(sink, ManyAtOnce)
        buckets = [
            Progress(CheckpointKey("run", "numbers", bucket=bucket), "me", Position(origin, {"line": origin}))
            for bucket, origin in enumerate([60, 6, 30])
        ]
        with batches_after(buckets[1], sink, 10, buckets=buckets) as batches:
            [first, *_] = batches
        sink.task.close_rejects()
    assert [moment for moment in moments.seen if "read after" in moment] == ["read after 60", "read after 6"]
    assert first.origins is not None
    assert first.origins[0] == 9


def test_rejects_that_are_lost_are_told(attempts: Attempts) -> None:
    load(attempts.begin(), LoadPickyInLanes, count=COUNT, batch_size=10, trap=broken_at("before commit", 20))
    for file in attempts.rejects.glob("*.jsonl"):
        file.unlink()
    assert isinstance(load(attempts.begin(), LoadPickyInLanes, count=COUNT).error, LostRejects)


def test_a_finished_task_is_not_read_again(attempts: Attempts, target: SQLiteTarget) -> None:
    class Broken(LoadNumbers):
        def chain(self) -> Any:
            raise RuntimeError("broken")

    def both(context: Any, second: type[LoadNumbers], trap: Any) -> Any:
        with context:
            first = LoadPickyInLanes(context, COUNT, name="first", trap=trap).execute()
            second(context, 10, name="second").execute()
        return first

    first = both(attempts.begin(), Broken, Moments())
    moments = Moments()
    again = both(attempts.begin(), LoadNumbers, moments)
    assert "source reads" not in moments.seen
    assert again.summary == first.summary


def test_a_field_that_rows_lack_is_told(attempts: Attempts) -> None:
    class Load(LoadInLanes):
        lanes = Lanes(2, {"number": ["nmber"]})

    error = load(attempts.begin(), Load).error
    assert isinstance(error, KeyMissing)
    assert "nmber" in str(error)


class WithoutNumbers(Numbers):
    resumable = False

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        for batch in super().read(max_batch_size, after):
            yield replace(batch, origins=None)


def test_rows_without_numbers_can_not_be_in_lanes(attempts: Attempts) -> None:
    class Load(LoadInLanes):
        source = WithoutNumbers
        validator = LoadNumbers.validator
        lanes = Lanes(2, {"number": ["n"]})

    assert isinstance(load(attempts.begin(), Load).error, NotNumbered)


class OneAtATime(SQLiteSink):
    """Takes one lane."""


def test_a_sink_that_takes_one_lane_gets_one_and_that_is_said_once(
    attempts: Attempts, target: SQLiteTarget, caplog: pytest.LogCaptureFixture
) -> None:
    class Load(LoadInLanes):
        sink = OneAtATime

    with caplog.at_level(logging.WARNING), attempts.begin() as context:
        for name in ("one", "two"):
            assert Load(context, 40, name=name).execute().success
    assert [record.message for record in caplog.records if record.message.startswith("lanes")] == [
        "lanes: OneAtATime takes one lane here: it writes one batch after the other"
    ]
    assert numbers_in(target) == passed_on(40) * 2


def test_where_nobody_tells_the_keys_there_is_one_lane(
    attempts: Attempts, target: SQLiteTarget, caplog: pytest.LogCaptureFixture
) -> None:
    class Load(LoadInLanes):
        lanes = Lanes(None, {})

    assert load(attempts.begin(), Load).success
    assert "numbers has one lane" in caplog.text
    assert numbers_in(target) == passed_on(40)


class Tells(ManyAtOnce):
    def lane_keys(self) -> dict[str, list[str]]:
        return {"number": ["n"]}


@pytest.mark.parametrize("lanes", [Lanes(None, {}), Lanes(2, {})])
def test_a_sink_may_tell_the_keys(attempts: Attempts, target: SQLiteTarget, lanes: Lanes) -> None:
    class Load(LoadInLanes):
        sink = Tells

    Load.lanes = lanes
    assert load(attempts.begin(), Load, count=COUNT).success
    assert numbers_in(target) == passed_on(COUNT)


def test_of_a_load_of_which_nothing_is_accepted_the_last_reason_is_told(
    attempts: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    class NothingFits(ManyAtOnce):
        def insert(self, db: Any, batch: BatchResults[Row]) -> Statistics:
            why = {index: RowError(f"{row['n']} does not fit") for index, row in enumerate(batch.chunk)}
            if why:
                told.append([*why.values()][-1].message)
                raise RowsRefused("nothing fits", why[0], rows=why)
            return super().insert(db, batch)

    class Load(LoadInLanes):
        validator = Keyed
        sink = NothingFits

    monkeypatch.setattr(delivery, "Crew", partial(DiceCrew, dice=Random(1)))
    error = load(attempts.begin(), Load, count=4_000, batch_size=50).error
    assert isinstance(error, AllRejected)
    assert "all of the first 1," in str(error)
    assert f"rows are rejected, the last one since {told[-1]}" in str(error)


class Keyed(WithKeys):
    """Passes on all rows; every other one is about one node."""

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        keys = [HUB if row["n"] % 2 else row["n"] for row in batch.chunk]
        return batch.with_chunk([{**row, "family": key} for row, key in zip(batch.chunk, keys, strict=True)])


HUB = "hub"
[HUB_BUCKET] = Buckets(LoadInLanes.lanes).of([{"family": HUB}])


class Counted(Numbers):
    """Counts the rows that it gave."""

    given = 0

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        for batch in super().read(max_batch_size, after):
            type(self).given += batch.batch_size
            yield batch


class SlowestLast(DiceCrew):
    """The hub is done only once it is waited for, and there is nothing else to wait for."""

    def done(self, *, wait: bool) -> bool:
        others = [number for number in self._works if number != HUB_BUCKET]
        if not others and not (wait and self._works):
            return False
        number = others[0] if others else HUB_BUCKET
        self.busy.remove(number)
        self._works.pop(number)()
        return True


@pytest.mark.parametrize("lanes", [1, 4])
def test_rows_wait_for_a_hub_in_a_bounded_room(
    attempts: Attempts, target: SQLiteTarget, monkeypatch: pytest.MonkeyPatch, lanes: int
) -> None:
    """However slow the hub is, which has half of all rows: at each write, those that are read and not committed."""
    uncommitted: list[int] = []

    class FromStart(Counted): ...

    class Watched(ManyAtOnce):
        def insert(self, db: Any, batch: BatchResults[Row]) -> Statistics:
            [(committed,)] = db.execute("SELECT count(*) FROM loaded")
            uncommitted.append(FromStart.given - committed)
            return super().insert(db, batch)

    class Load(LoadInLanes):
        source = FromStart
        validator = Keyed
        sink = Watched

    Load.lanes = replace(LoadInLanes.lanes, count=lanes)
    monkeypatch.setattr(delivery, "Crew", partial(SlowestLast, dice=Random(0)))
    assert load(attempts.begin(), Load, count=2_000, batch_size=20).success
    assert numbers_in(target) == list(range(1, 2_001))
    # Less than ROOM waits before a batch is read, and each lane has one batch at most.
    assert ROOM * 20 <= max(uncommitted) < (ROOM + 1 + lanes) * 20


def test_others_are_written_while_a_hub_is(attempts: Attempts, target: SQLiteTarget) -> None:
    """The hub's first batch is not committed before others have committed more than is in the batches around it."""
    others, enough = [0], threading.Event()

    class HeldUp(ManyAtOnce):
        def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
            assert checkpoint is not None
            if checkpoint.key.bucket == HUB_BUCKET:
                assert enough.wait(60)
                return super().write(batch, checkpoint)
            counted = super().write(batch, checkpoint)
            others[0] += len(batch.chunk)
            if others[0] >= 100:
                enough.set()
            return counted

    class Load(LoadInLanes):
        validator = Keyed
        sink = HeldUp

    result = load(attempts.begin(), Load, count=1_000, batch_size=50)
    assert result.error is None
    assert numbers_in(target) == list(range(1, 1_001))


def test_few_rows_wait_while_a_hub_is_written(attempts: Attempts, target: SQLiteTarget) -> None:
    """All rows are of one bucket: no more are read than there is room for."""
    read = [0]

    class Counted(Numbers):
        def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
            for batch in super().read(max_batch_size, after):
                read[0] += batch.batch_size
                yield batch

    behind = []

    class Watched(ManyAtOnce):
        def insert(self, db: Any, batch: BatchResults[Row]) -> Statistics:
            [(loaded,)] = db.execute("SELECT count(*) FROM loaded")
            behind.append(read[0] - loaded)
            return super().insert(db, batch)

    class Load(LoadInLanes):
        source = Counted
        validator = Hub
        sink = Watched
        lanes = Lanes(4, {"number": ["hub"]})

    assert load(attempts.begin(), Load, count=1_000, batch_size=12).success
    assert numbers_in(target) == [n for n in range(1, 1_001) if n % 3]
    # Rejects are not loaded; eight batches wait, one is written, one was read.
    assert max(behind) <= 1_000 // 3 + 12 * 12
