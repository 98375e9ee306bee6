from __future__ import annotations

from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_host import Balance, BatchResults, Position, Row, Rows, add_statistics

counts = st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), max_size=3)


@st.composite
def batches(draw: st.DrawFn) -> BatchResults[int]:
    """A batch as a source gives it: each row is its own origin, so that any mix-up shows."""
    steps = draw(st.lists(st.integers(1, 3), max_size=8))
    origins = list(accumulate(steps))
    return BatchResults(Rows(origins), draw(counts), len(origins), origins, Position(sum(steps), {"at": 1}, 0.5))


@st.composite
def masks(draw: st.DrawFn, batch: BatchResults[int]) -> list[bool]:
    return draw(st.lists(st.booleans(), min_size=len(batch.chunk), max_size=len(batch.chunk)))


@st.composite
def families(draw: st.DrawFn, batch: BatchResults[int]) -> list[int]:
    """How often each row is repeated, as ascending parents."""
    times = draw(st.lists(st.integers(0, 3), min_size=len(batch.chunk), max_size=len(batch.chunk)))
    return [i for i, n in enumerate(times) for _ in range(n)]


def assert_travels_on(before: BatchResults[int], after: BatchResults[int], added: dict[str, int]) -> None:
    """What holds after every step: rows have their origins, in order, and the rest of the batch is as it was."""
    assert after.origins is not None
    assert list(after.chunk) == list(after.origins) == sorted(after.origins)
    assert after.position is before.position
    assert after.batch_size == before.batch_size
    assert after.statistics == add_statistics(before.statistics, added)


@given(st.data(), batches(), counts)
def test_keep_drops_rows_with_their_origins(
    st_data: st.DataObject, batch: BatchResults[int], added: dict[str, int]
) -> None:
    mask = st_data.draw(masks(batch))
    kept = batch.keep(mask, **added)
    assert_travels_on(batch, kept, added)
    assert list(kept.chunk) == [row for row, wanted in zip(batch.chunk, mask, strict=True) if wanted]


@given(st.data(), batches(), counts)
def test_expand_gives_derived_rows_their_parents_origin(
    st_data: st.DataObject, batch: BatchResults[int], added: dict[str, int]
) -> None:
    parents = st_data.draw(families(batch))
    expanded = batch.expand([batch.chunk[parent] for parent in parents], parents, **added)
    assert_travels_on(batch, expanded, added)
    assert len(expanded.chunk) == len(parents)


@given(batches(), counts)
def test_with_chunk_changes_rows_and_nothing_else(batch: BatchResults[int], added: dict[str, int]) -> None:
    changed = batch.with_chunk([str(row) for row in batch.chunk], **added)
    assert changed.chunk == [str(row) for row in batch.chunk]
    assert_travels_on(batch, changed.with_chunk([int(row) for row in changed.chunk]), added)


@given(st.data(), batches(), st.integers(0, 9), st.booleans())
def test_what_was_read_is_written_rejected_or_dropped(
    st_data: st.DataObject, batch: BatchResults[int], counted: int, numbered: bool
) -> None:
    batch = batch if numbered else BatchResults(batch.chunk, batch.statistics, batch.batch_size)
    for step in st_data.draw(st.lists(st.sampled_from(["keep", "expand", "reject"]), max_size=4)):
        if step == "expand":
            parents = st_data.draw(families(batch))
            batch = batch.expand([batch.chunk[parent] for parent in parents], parents)
        else:
            mask = st_data.draw(masks(batch))
            batch = batch.keep(mask, **({"rejected_rows": mask.count(False)} if step == "reject" else {}))
    committed = batch.committed({"rows_written": counted})
    balance = committed.balance
    assert balance is not None
    assert balance.read == batch.batch_size == balance.written + balance.rejected + balance.dropped
    assert min(balance.written, balance.rejected, balance.dropped) >= 0
    assert committed.statistics == add_statistics(batch.statistics, {"rows_written": counted})
    assert committed.chunk is batch.chunk


def test_a_row_counts_once_in_the_balance_however_many_were_made_of_it() -> None:
    batch = BatchResults(["a", "b", "c"], {}, 3, [1, 2, 3], Position(3))
    batch = batch.keep([True, False, True], rejected_rows=1).expand(["a", "a", "c"], [0, 0, 1])
    assert batch.committed({}).balance == Balance(read=3, written=2, rejected=1)
    assert batch.keep([False, True, False]).committed({}).balance == Balance(3, 1, 1, dropped=1)


def test_unnumbered_rows_that_were_multiplied_still_balance() -> None:
    batch = BatchResults(["a"], {}, 1).expand(["a", "a", "a"], [0, 0, 0])
    assert batch.committed({}).balance == Balance(read=1, written=1)


def test_keeping_every_row_copies_none() -> None:
    batch = BatchResults(Rows([1, 2]), {}, 2, range(1, 3))
    assert batch.keep([True, True]) is batch
    assert batch.keep([True, True], valid_rows=2).chunk is batch.chunk


def test_statistics_of_two_validators_add_up() -> None:
    batch = BatchResults([1], {"rows_read": 1}, 1).with_chunk([1], valid_rows=1).keep([True], valid_rows=1)
    assert batch.statistics == {"rows_read": 1, "valid_rows": 2}


@given(st.lists(counts, max_size=4))
def test_statistics_are_summed_key_by_key(parts: list[dict[str, int]]) -> None:
    total = add_statistics(*parts)
    assert total == {key: sum(part.get(key, 0) for part in parts) for part in parts for key in part}
    assert list(total) == list(dict.fromkeys(key for part in parts for key in part))


@given(st.lists(st.builds(Balance, *[st.integers(0, 9)] * 4)))
def test_balances_add_part_by_part(balances: list[Balance]) -> None:
    total = sum(balances, Balance())
    assert total.read == sum(balance.read for balance in balances)
    assert total.written == sum(balance.written for balance in balances)
    assert total.rejected == sum(balance.rejected for balance in balances)
    assert total.dropped == sum(balance.dropped for balance in balances)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda batch: batch.with_chunk([1]), "1 rows for 2"),
        (lambda batch: batch.keep([True]), "a mask of 1 for 2 rows"),
        (lambda batch: batch.expand([1, 2], [0]), "1 parents for 2 rows"),
        (lambda batch: batch.expand([1, 2], [1, 0]), "must ascend"),
        (lambda batch: batch.expand([1, 2], [0, 2]), "between 0 and 1"),
        (lambda batch: batch.expand([1, 2], [-1, 0]), "between 0 and 1"),
        (lambda batch: BatchResults([1], {}, 1, [1, 2]), "2 origins for 1 rows"),
    ],
)
@pytest.mark.parametrize("origins", [None, [1, 2]])
def test_what_does_not_fit_the_rows_is_refused(wrong: object, message: str, origins: list[int] | None) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=message):
        wrong(BatchResults([1, 2], {}, 2, origins))


def test_the_repr_of_rows_is_short_and_holds_no_value() -> None:
    rows: Rows[Row] = Rows({"password": n} for n in range(1000))
    batch = BatchResults(rows, {}, 1000).keep([False] + [True] * 999)
    assert repr(rows) == "<1000 rows>"
    assert "password" not in repr(batch)
    assert Rows([1, 2]) == [1, 2]


def test_batches_are_compared_by_identity() -> None:
    assert BatchResults[int]([1], {}, 1, range(1, 2)) != BatchResults[int]([1], {}, 1, [1])
