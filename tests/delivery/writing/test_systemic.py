from __future__ import annotations

import pytest

from etl_host import Balance, RowError
from etl_host.delivery.writing.systemic import AllRejected, is_most, refuse_if_none_accepted


@pytest.mark.parametrize(("ended", "enough"), [(False, 1_000), (True, 20)])
def test_a_task_is_stopped_once_enough_of_its_rows_are_rejected_and_none_accepted(ended: bool, enough: int) -> None:
    refuse_if_none_accepted("stops", Balance(enough - 1, 0, enough - 1), ended=ended)
    with pytest.raises(AllRejected):
        refuse_if_none_accepted("stops", Balance(enough, 0, enough), ended=ended)


@pytest.mark.parametrize("ended", [False, True])
def test_one_row_that_is_accepted_shows_that_others_are_wrong(ended: bool) -> None:
    refuse_if_none_accepted("stops", Balance(5_001, 1, 5_000), ended=ended)


def test_rows_that_are_dropped_are_neither_accepted_nor_rejected() -> None:
    refuse_if_none_accepted("stops", Balance(2_000, 0, 999, 1_001))
    with pytest.raises(AllRejected):
        refuse_if_none_accepted("stops", Balance(2_000, 0, 1_000, 1_000))


def test_while_it_is_open_what_becomes_of_some_rows_nothing_is_said() -> None:
    refuse_if_none_accepted("stops", Balance(1_001, 0, 1_000))


def test_the_task_how_many_rows_and_the_last_reason_are_told() -> None:
    with pytest.raises(AllRejected) as first:
        refuse_if_none_accepted("stops", Balance(1_200, 0, 1_200), why=RowError("there is no such zone"))
    told = "task stops: all of the first 1,200 rows are rejected, the last one since there is no such zone"
    assert str(first.value) == told
    with pytest.raises(AllRejected) as whole:
        refuse_if_none_accepted("stops", Balance(30, 0, 30), ended=True)
    assert str(whole.value) == "task stops: all of its 30 rows are rejected"
    assert "start again with --restart" in str(whole.value.remedy)


@pytest.mark.parametrize(("alike", "rows", "most"), [(100, 100, False), (101, 202, False), (101, 201, True)])
def test_one_reason_for_many_rows_and_more_than_half_of_them_is_most(alike: int, rows: int, most: bool) -> None:
    assert is_most([RowError(f"row {number}", "alike") for number in range(alike)], rows) is most


def test_many_rows_that_are_refused_each_for_another_reason_are_not() -> None:
    assert not is_most([RowError("the same words", f"reason {number % 2}") for number in range(200)], 200)
