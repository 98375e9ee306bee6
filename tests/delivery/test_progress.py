from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_host import Balance, BatchResults, CheckpointKey, CheckpointState, Position, add_statistics
from etl_host.delivery.progress import Progress

KEY = CheckpointKey("run-1", "stops")


def batch(origins: list[int], to: int, read: int | None = None, **statistics: float) -> BatchResults[int]:
    size = len(origins) if read is None else read
    return BatchResults(origins, {"rows_read": size, **statistics}, size, origins, Position(to, f"at {to}"))


@given(st.lists(st.integers(1, 5), max_size=6), st.data())
def test_what_a_store_gives_back_is_what_was_made_of_the_batches(sizes: list[int], data: st.DataObject) -> None:
    progress, read, inserted = Progress(KEY, "me"), 0, 0
    for size in sizes:
        origins = list(range(read + 1, read + size + 1))
        given = batch(origins, read + size).keep(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)))
        checkpoint = progress.checkpoint(given)
        assert (checkpoint.start, checkpoint.position.origin) == (read, read + size)
        counted = {"inserted": len(given.chunk)}
        stored = Progress.stored(KEY, "me", checkpoint.position.origin, checkpoint.state(counted))
        progress = progress.including(given, counted)
        assert (stored.at.origin, stored.at.token) == (progress.at.origin, progress.at.token)
        assert stored.state == progress.state
        read, inserted = read + size, inserted + len(given.chunk)
        progress = stored  # as after a kill
    assert progress.state.balance == Balance(read, inserted, 0, read - inserted)
    assert progress.state.statistics == ({"rows_read": read, "inserted": inserted} if sizes else {})


def test_a_checkpoint_just_made_is_at_the_beginning() -> None:
    progress = Progress.stored(KEY, "me", 0, "")
    assert (progress.at, progress.state) == (Position(), CheckpointState())


def test_the_last_checkpoint_stays_and_is_finished() -> None:
    progress = Progress(KEY, "me").including(batch([1, 2], 2), {"inserted": 2})
    last = progress.last_checkpoint()
    assert (last.start, last.position.origin, last.finished) == (2, 2, True)
    stored = CheckpointState.from_json(last.state({}))
    assert stored == CheckpointState(True, "at 2", {"rows_read": 2}, {"inserted": 2}, Balance(2, 2))


def test_earlier_attempts_are_one_batch_without_rows() -> None:
    earlier = Progress(KEY, "me").including(batch([1, 2], 4, read=4, rejected_rows=1), {"inserted": 2}).as_batch()
    assert list(earlier.chunk) == []
    assert earlier.statistics == add_statistics({"rows_read": 4, "rejected_rows": 1}, {"inserted": 2})
    assert (earlier.batch_size, earlier.balance) == (4, Balance(4, 2, 1, 1))
    assert earlier.position == Position(4, "at 4")


def test_a_source_that_does_not_number_its_rows_is_counted() -> None:
    unnumbered = BatchResults(["a", "b"], {}, 2)
    progress = Progress(KEY, "me").including(unnumbered, {}).including(unnumbered, {})
    assert progress.at == Position(4)


AT_TEN = Progress(KEY, "me", Position(10))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(batch([11, 12], 9), id="goes back"),
        pytest.param(batch([11, 12], 10), id="stays with rows"),
        pytest.param(batch([], 10, read=2), id="stays having read rows that were all dropped"),
        pytest.param(batch([10, 11], 11), id="gives a row again"),
        pytest.param(batch([1, 2, 11, 12], 12), id="begins anew"),
        pytest.param(batch([11, 12, 13], 12), id="gives rows beyond its position"),
        pytest.param(batch([], 9), id="goes back without rows"),
    ],
)
def test_positions_that_do_not_advance_with_the_rows_are_refused(wrong: BatchResults[Any]) -> None:
    assert wrong.position is not None
    complaint = f"the source of stops gave .* position {wrong.position.origin}, after position 10"
    with pytest.raises(ValueError, match=complaint):
        AT_TEN.checkpoint(wrong)


@pytest.mark.parametrize(
    "right",
    [
        pytest.param(batch([11, 12], 12), id="advances"),
        pytest.param(batch([11, 11, 12], 12, read=2), id="advances with rows made of one"),
        pytest.param(batch([], 12, read=2), id="advances having dropped every row"),
        pytest.param(batch([], 10), id="has no more"),
        pytest.param(batch([], 20), id="advances over nothing"),
        pytest.param(batch([15], 20, read=1), id="has gaps"),
    ],
)
def test_positions_that_advance_are_fine(right: BatchResults[Any]) -> None:
    assert right.position is not None
    assert AT_TEN.checkpoint(right).position == right.position
