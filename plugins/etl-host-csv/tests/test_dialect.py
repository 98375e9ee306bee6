from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from etl_host_csv import CSVBatchProcessor
from etl_host_csv.dialect import LONGEST_CELL

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]


@pytest.fixture
def limit() -> Iterator[None]:
    before = csv.field_size_limit()
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("limit")
def test_cells_may_be_longer_than_the_csv_module_allows_by_default(source: MakeSource, stops: MakeFile) -> None:
    csv.field_size_limit(131_072)
    cell = "x" * 1_000_000
    [batch] = source(stops(f'id\n{cell}\n"{cell}"\n')).get_batch(10)
    assert [row["id"] for row in batch.chunk] == [cell, cell]


@pytest.mark.usefixtures("limit")
def test_files_with_long_cells_are_read_side_by_side(source: MakeSource, stops: MakeFile) -> None:
    csv.field_size_limit(131_072)
    files = [stops(f"id\n{'x' * 300_000}\n" * 5, f"{number}.csv") for number in range(8)]
    sources = [source(file) for file in files]
    with ThreadPoolExecutor(8) as threads:
        counts = threads.map(lambda one: sum(len(batch.chunk) for batch in one.get_batch(1)), sources)
        assert list(counts) == [9] * 8


@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize(("before", "after"), [(131_072, LONGEST_CELL), (LONGEST_CELL * 2, LONGEST_CELL * 2)])
def test_the_limit_of_the_process_is_never_lowered(
    source: MakeSource, stops: MakeFile, before: int, after: int
) -> None:
    csv.field_size_limit(before)
    list(source(stops("id\n1\n")).get_batch(10))
    assert csv.field_size_limit() == after
