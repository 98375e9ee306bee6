from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log2

from hypothesis import given
from hypothesis import strategies as st

from etl_host import RowError
from etl_host.delivery.writing.isolation import refused_after_others, refused_alone


class Target:
    """Refuses the rows in ``bad``, and any that comes after its twin. Counts the trials."""

    def __init__(self, bad: set[int], twins: dict[int, int] | None = None) -> None:
        self.bad = bad
        self.twins = twins or {}
        self.trials = 0

    def __call__(self, rows: Sequence[int]) -> RowError | None:
        self.trials += 1
        for place, row in enumerate(rows):
            if row in self.bad:
                return RowError(f"row {row}")
            if self.twins.get(row) in rows[:place]:
                return RowError(f"the twin of row {row}")
        return None


batches = st.integers(1, 200).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1))))


@given(batches)
def test_every_row_that_is_refused_by_itself_is_found_with_its_own_reason(batch: tuple[int, set[int]]) -> None:
    size, bad = batch
    target = Target(bad)
    found = dict(refused_alone(range(size), target))
    assert found == {row: RowError(f"row {row}") for row in bad}
    assert list(found) == sorted(bad)


@given(st.integers(1, 900).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_one_row_costs_two_trials_for_each_halving(batch: tuple[int, int]) -> None:
    size, bad = batch
    target = Target({bad})
    assert [row for row, _ in refused_alone(range(size), target)] == [bad]
    assert target.trials <= 2 * ceil(log2(size)) + 1


@given(
    st.integers(1, 900).flatmap(lambda size: st.tuples(st.just(size), st.sets(st.integers(0, size - 1), max_size=9)))
)
def test_several_rows_cost_no_more_each(batch: tuple[int, set[int]]) -> None:
    size, bad = batch
    target = Target(bad)
    assert {row for row, _ in refused_alone(range(size), target)} == bad
    assert target.trials <= max(1, len(bad)) * (2 * ceil(log2(size)) + 1) + 1


@given(
    st.integers(2, 3000).flatmap(
        lambda size: st.tuples(st.just(size), st.integers(0, size - 2), st.integers(1, size - 1))
    )
)
def test_of_rows_that_are_refused_only_together_the_later_one_is_found(batch: tuple[int, int, int]) -> None:
    size, first, second = batch
    first, second = sorted((first, second if second != first else size - 1))
    target = Target(set(), {second: first})
    row, reason = refused_after_others(range(size), target, RowError(f"the twin of row {second}"))
    assert (row, reason) == (second, RowError(f"the twin of row {second}"))
    assert target.trials <= ceil(log2(size)) + 1


def test_the_first_of_several_twins_is_found_though_the_target_blames_another() -> None:
    target = Target(set(), {5: 1, 9: 2})
    assert refused_after_others(range(10), target, RowError("the twin of row 9")) == (
        5,
        RowError("the twin of row 5"),
    )
