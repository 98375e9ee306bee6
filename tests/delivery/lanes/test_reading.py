from __future__ import annotations

import json

import pytest

from etl_host import Balance, BatchResults, CheckpointKey, CheckpointState, Position, Rows, RunRefused
from etl_host.core.lanes import Lanes
from etl_host.delivery.lanes.reading import Reading, reading_of, stored_readings
from etl_host.delivery.progress import Progress
from etl_host.flow.buckets import Buckets

KEYS = [CheckpointKey("run", "stops", bucket=bucket) for bucket in range(3)]
RECORDED = Buckets(Lanes(2, {"stop": ["id"]})).recorded()
BEGIN = Reading(Progress(KEYS[0], "me"))
FIRST = BatchResults(Rows("abd"), {"read": 4, "rejected_rows": 1}, 4, [1, 2, 4], Position(4, "line 4", 0.4))
SECOND = BatchResults(Rows("ef"), {"read": 6}, 6, [5, 6], Position(10, "line 10", 1.0))


def stored(reading: Reading, bucket: int, **state: object) -> Progress:
    """What a store gives back of a bucket that is as far as ``reading``."""
    position = json.loads(json.dumps(reading.position(RECORDED).token))
    text = CheckpointState(token=position, upstream=reading.progress.state.upstream, **state).as_json()  # type: ignore[arg-type]
    return Progress.stored(KEYS[bucket], "me", reading.progress.at.origin, text)


def test_what_is_read_adds_up_as_if_all_of_it_were_written() -> None:
    reading = BEGIN.including(FIRST).including(SECOND)
    assert reading.batches == 2
    assert reading.progress.at == SECOND.position
    assert reading.progress.state.upstream == {"read": 10, "rejected_rows": 1}
    assert (reading.progress.state.balance.read, reading.progress.state.balance.written) == (10, 5)
    assert reading.lost == 5


def test_a_source_that_has_lost_its_place_is_told() -> None:
    with pytest.raises(ValueError, match="gave the rows 1 to 4 and position 4, after position 10"):
        BEGIN.including(SECOND).including(FIRST)


def test_what_a_bucket_stores_tells_how_far_the_source_was_read() -> None:
    reading = BEGIN.including(FIRST)
    assert reading.position(RECORDED).origin == 4
    assert reading.position(RECORDED).share == 0.4
    [again] = stored_readings([stored(reading, 0)], RECORDED)
    assert reading_of(again).progress.at == Position(4, "line 4")
    assert reading_of(again).progress.state.upstream == reading.progress.state.upstream
    assert reading_of(again).lost == reading.lost == 1
    assert reading_of(again).including(SECOND).lost == 5


def test_buckets_that_have_committed_nothing_begin_at_the_beginning() -> None:
    [reading] = stored_readings([Progress(KEYS[1], "me")], RECORDED)
    assert reading_of(reading).progress == Progress(KEYS[1], "me")
    assert reading_of(reading).lost == 0


def test_what_is_each_buckets_own_stays_its_own_and_is_none_of_the_source() -> None:
    mine = {"counted": {"rows_inserted": 2}, "balance": Balance(2, 2), "finished": True}
    readings = stored_readings([stored(BEGIN.including(FIRST), 0, **mine), stored(BEGIN, 2)], RECORDED)
    assert [reading.key.bucket for reading in readings] == [0, 2]
    assert [reading.state.counted for reading in readings] == [{"rows_inserted": 2}, {}]
    assert [reading.state.finished for reading in readings] == [True, False]
    state = reading_of(readings[0]).progress.state
    assert (state.counted, state.finished) == ({}, False)
    assert state.balance == Balance(4, 3, 0, 1)


@pytest.mark.parametrize("token", [None, "line 4", {"line": 4}])
def test_what_was_committed_without_lanes_is_refused(token: object) -> None:
    with pytest.raises(RunRefused, match="committed in other lanes"):
        stored_readings([Progress(KEYS[0], "me"), Progress(KEYS[1], "me", Position(4, token))], RECORDED)


def test_what_was_split_by_other_fields_is_refused() -> None:
    progress = stored(BEGIN.including(FIRST), 0)
    with pytest.raises(RunRefused, match="committed in other lanes"):
        stored_readings([progress], Buckets(Lanes(2, {"stop": ["name"]})).recorded())
    assert stored_readings([progress], Buckets(Lanes(9, {"stop": ["id"]})).recorded())
