from __future__ import annotations

from typing import Any

import pytest

from etl_host import Balance, BatchResults, CheckpointKey, CheckpointState, Position
from etl_host.core.lanes import Lanes
from etl_host.delivery.lanes.bucket import Bucket
from etl_host.delivery.lanes.parts import Part
from etl_host.delivery.lanes.reading import Reading
from etl_host.delivery.lanes.writer import BucketWriter
from etl_host.delivery.progress import Progress
from etl_host.flow.buckets import Buckets

NOWHERE: Any = None  # nothing is written here
RECORDED = Buckets(Lanes(2, {"stop": ["id"]})).recorded()


def bucket_of(number: int, at: Reading | None = None) -> Bucket:
    """A bucket that has committed what is up to ``at``."""
    key = CheckpointKey("run", "stops", bucket=number)
    progress = Progress(key, "me")
    if at is not None:
        progress = Progress(key, "me", at.position(RECORDED), CheckpointState(upstream=at.progress.state.upstream))
    return Bucket(BucketWriter(NOWHERE, progress, 0), RECORDED)


def after(batches: int) -> Reading:
    """So many batches of ten rows are read; of each, one row never reaches the sink."""
    read, origin = {"read": 10 * batches} if batches else {}, 10 * batches
    state = CheckpointState(upstream=read, balance=Balance(origin, 9 * batches, 0, batches))
    return Reading(Progress(CheckpointKey("run", "stops"), "me", Position(origin, f"at {origin}"), state), batches)


def part(batch: int, *rows: int, weight: float = 0.1, elsewhere: set[int] | None = None) -> Part:
    """The rows with these numbers of the batch ``batch``, counted from 0, each ``weight`` of a batch."""
    return Part(after(batch), weight, [f"row {row}" for row in rows], list(rows), elsewhere or set())


def token_of(batch: BatchResults[Any]) -> Any:
    assert batch.position is not None
    return batch.position.token


def test_whole_parts_are_taken_in_order_up_to_one_batch() -> None:
    bucket = bucket_of(1)
    for each in (part(0, 1, 2, weight=0.25), part(1, 11, 12, weight=0.25), part(2, 21, weight=0.25)):
        bucket.add(each)
    first = bucket.take(after(3))
    assert (list(first.chunk), first.origins) == (["row 1", "row 2", "row 11", "row 12"], [1, 2, 11, 12])
    assert bucket.take(after(3)).origins == [21]
    assert bucket.take(after(3)).origins == []


def test_a_part_that_is_heavier_than_a_batch_is_taken_by_itself() -> None:
    bucket = bucket_of(1)
    for each in (part(0, 1), part(1, 11, 12, 13, weight=0.5), part(2, 21)):
        bucket.add(each)
    assert [bucket.take(after(3)).origins for _ in range(3)] == [[1], [11, 12, 13], [21]]


def test_what_waits_is_what_was_added_and_not_taken() -> None:
    bucket = bucket_of(1)
    for batch in range(3):
        bucket.add(part(batch, 10 * batch + 1, weight=0.7))
    assert bucket.waiting == pytest.approx(2.1)
    bucket.take(after(3))
    assert bucket.waiting == pytest.approx(1.4)
    bucket.take(after(3))
    bucket.take(after(3))
    assert bucket.waiting == 0  # exactly, however floats are rounded, as nothing waits then


def test_a_bucket_goes_no_further_than_its_next_row() -> None:
    bucket = bucket_of(1)
    bucket.add(part(0, 1, weight=0.6))
    bucket.add(part(4, 41, weight=0.6))
    first = bucket.take(after(7))
    assert (bucket.covered, first.position and first.position.origin, token_of(first)["token"]) == (4, 40, "at 40")
    assert first.statistics == {"read": 40}
    last = bucket.take(after(7))
    assert (bucket.covered, last.position and last.position.origin) == (7, 70)


def test_a_bucket_without_rows_goes_as_far_as_the_source_is_read() -> None:
    bucket = bucket_of(1)
    batch = bucket.take(after(5))
    assert (list(batch.chunk), batch.batch_size) == ([], 0)
    assert (bucket.covered, batch.position and batch.position.origin) == (5, 50)


def test_counts_are_those_since_it_was_committed() -> None:
    assert bucket_of(1, at=after(2)).take(after(5)).statistics == {"read": 30}
    assert bucket_of(1, at=after(2)).origin == 20


def test_rows_that_never_reach_the_sink_count_in_the_first_bucket_only() -> None:
    sizes = []
    for number in range(3):
        bucket = bucket_of(number, at=after(2))
        bucket.add(part(2, 21, 22))
        sizes.append(bucket.take(after(5)).batch_size)
    assert sizes == [2 + 3, 2, 2]


def test_rows_that_count_elsewhere_do_not_count() -> None:
    bucket = bucket_of(1)
    bucket.add(part(0, 1, 2, elsewhere={2}))
    bucket.add(part(1, 11, 11, elsewhere={11}))
    batch = bucket.take(after(2))
    assert batch.batch_size == 1
    assert batch.balance_with({}) == Balance(1, 1)
    assert batch.keep([False, True, True, True]).balance_with({"rejected_rows": 1}) == Balance(1, 0, 1)


def test_how_rows_come_into_buckets_is_stored_with_them() -> None:
    assert token_of(bucket_of(1).take(after(1)))["lanes"] == RECORDED
