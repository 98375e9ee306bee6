from __future__ import annotations

from dataclasses import replace

from etl_host import Balance, BatchResults, CheckpointKey, Row, Rows
from etl_host.delivery.lanes.parts import BucketBatch, parts_of
from etl_host.delivery.lanes.reading import Reading
from etl_host.delivery.progress import Progress

BEFORE = Reading(Progress(CheckpointKey("run", "task"), "me"))
BATCH = BatchResults(Rows[Row]({"n": n} for n in range(6)), {}, 5, [3, 3, 6, 9, 12, 12])


def test_each_row_is_in_its_bucket_in_the_order_of_the_source() -> None:
    parts = parts_of(BATCH, BATCH.origins or (), [0, 1, 1, 0, 2, 2], [0, 0, 0], BEFORE, 0.1)
    assert {bucket: [row["n"] for row in part.rows] for bucket, part in parts.items()} == {
        0: [0, 3],
        1: [1, 2],
        2: [4, 5],
    }
    assert {bucket: part.origins for bucket, part in parts.items()} == {0: [3, 9], 1: [3, 6], 2: [12, 12]}
    assert parts[0].weight == 0.2


def test_a_row_of_the_source_counts_once_where_the_first_row_made_of_it_is() -> None:
    parts = parts_of(BATCH, BATCH.origins or (), [0, 1, 1, 0, 2, 2], [0, 0, 0], BEFORE, 0.1)
    assert {bucket: part.counted for bucket, part in parts.items()} == {0: 2, 1: 1, 2: 1}
    assert parts[1].elsewhere == {3}


def test_what_a_bucket_has_committed_is_left_out_and_counts_nowhere_else() -> None:
    parts = parts_of(BATCH, BATCH.origins or (), [0, 1, 1, 0, 2, 2], [9, 0, 30], BEFORE, 0.1)
    assert {bucket: (part.origins, part.counted) for bucket, part in parts.items()} == {1: ([3, 6], 1)}


def test_a_batch_balances_only_what_counts_there() -> None:
    batch = BucketBatch([{"n": 1}, {"n": 2}, {"n": 3}], {}, 2, [3, 6, 9], elsewhere={3})
    assert batch.balance_with({}) == Balance(2, 2)
    one_refused = replace(batch, chunk=[{"n": 1}, {"n": 3}], origins=[3, 9])
    assert one_refused.balance_with({"rejected_rows": 1}) == Balance(2, 1, 1)
