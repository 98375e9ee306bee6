from __future__ import annotations

from etl_host.flow.turns import whose_turn

APART = [frozenset({number}) for number in range(4)]
PAIRS = [frozenset(pair) for pair in ("ab", "cd", "ac", "bd")]


def test_the_fullest_bucket_is_next() -> None:
    assert whose_turn(APART, set(), [3, 9, 0, 5]) == 1
    assert whose_turn(APART, {1}, [3, 9, 0, 5]) == 3


def test_a_bucket_without_rows_is_not_written() -> None:
    assert whose_turn(APART, set(), [0, 0, 0, 0]) is None
    assert whose_turn(APART, {1, 3}, [0, 9, 0, 5]) is None


def test_few_rows_wait_for_more() -> None:
    assert whose_turn(APART, set(), [3, 0, 0, 0], least=4) is None
    assert whose_turn(APART, set(), [4, 0, 0, 0], least=4) == 0


def test_buckets_with_something_in_common_are_never_written_at_once() -> None:
    assert whose_turn(PAIRS, {0}, [0, 1, 99, 99]) == 1
    assert whose_turn(PAIRS, {0}, [0, 0, 99, 99]) is None


def test_one_that_is_overdue_comes_before_the_fullest() -> None:
    assert whose_turn(APART, set(), [1, 9, 0, 0], overdue=[0], least=5) == 0
    assert whose_turn(APART, {0}, [1, 9, 0, 0], overdue=[0], least=5) == 1


def test_what_one_that_is_overdue_waits_for_nobody_else_takes() -> None:
    assert whose_turn(PAIRS, {0}, [0, 9, 0, 1], overdue=[3]) is None  # b is busy, d is kept free


def test_one_that_is_overdue_without_rows_needs_to_wait_for_nobody() -> None:
    assert whose_turn(PAIRS, {0}, [9, 0, 0, 0], overdue=[2]) == 2
