from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from etl_host.core.room import BatchRoom, weight_of


def filled(rows: list[Any], most: int, size: int | None) -> list[list[Any]]:
    """The batches that a source would make of ``rows``."""
    room, left, batches = BatchRoom(most, size), iter(rows), list[list[Any]]()
    while True:
        chunk: list[Any] = []
        while more := room.more(chunk):
            taken = [*islice(left, more)]
            chunk += taken
            if len(taken) < more:
                break
        if not chunk:
            return batches
        batches.append(chunk)


def sizes(rows: list[Any], most: int, size: int | None) -> list[int]:
    batches = filled(rows, most, size)
    assert [row for batch in batches for row in batch] == rows
    return [len(batch) for batch in batches]


@pytest.mark.parametrize("size", [None, 1_000_000])
@pytest.mark.parametrize("most", [1, 2, 7, 100, 101])
def test_light_rows_fill_batches_by_their_number(most: int, size: int | None) -> None:
    full, rest = divmod(100, most)
    assert sizes([{"n": "x"}] * 100, most, size) == [most] * full + ([rest] if rest else [])


def test_heavy_rows_fill_batches_by_their_bytes() -> None:
    assert set(sizes([{"text": "x" * 996}] * 100, 5000, 10_000)) == {10}


def test_a_row_that_is_too_heavy_goes_alone() -> None:
    assert sizes(["x" * 1000] * 5, 5000, 100) == [1] * 5


@pytest.mark.parametrize("first", [1, 10])
def test_rows_that_become_heavy_do_not_fill_a_batch_of_the_size_of_light_ones(first: int) -> None:
    rows = ["x" * 10] * first + ["x" * 100_000] * 1000
    for batch in filled(rows, 5000, 1_000_000):
        assert sum(map(len, batch)) <= 1_000_000 * 4  # a portion is three times what is there, at most
    assert len(filled(rows, 5000, 1_000_000)) >= 1000 / 40


def test_each_batch_is_weighed_by_itself() -> None:
    rows = ["x" * 100_000] * 30 + ["x" * 10] * 3000
    assert sizes(rows, 1000, 1_000_000)[-2:] == [1000, 1000]


@pytest.mark.parametrize(
    ("value", "weight"),
    [
        ("äbc", 3),
        (b"abc", 3),
        (None, 8),
        (1.5, 8),
        ([], 0),
        ([0.5] * 1536, 12288),
        ({"ab": "cd", "e": [1, 2]}, 21),
        ({1: "x"}, 2),
    ],
)
def test_values_weigh_about_what_they_take(value: Any, weight: int) -> None:
    assert weight_of(value) == weight


def test_a_batch_with_more_rows_than_were_read_has_no_room() -> None:
    assert BatchRoom(10, 1_000).more([{"n": 1}] * 20) == 0
    assert BatchRoom(10).more([{"n": 1}] * 20) == 0
