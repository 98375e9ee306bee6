from __future__ import annotations

from collections.abc import Iterator

import pytest

from etl_host import ETLContext, Position
from etl_host.testing import FakeTask, RowsSource, SourceFailed, drain, rows_of


@pytest.fixture
def task() -> Iterator[FakeTask]:
    with ETLContext({}) as context, FakeTask(context) as task:
        yield task


def test_origins_are_the_lines_of_records_that_take_several(task: FakeTask) -> None:
    batches = drain(RowsSource("abc", task.context, task, step=3), 2)
    assert [batch.origins for batch in batches] == [[3, 6], [9]]
    assert [batch.position for batch in batches] == [Position(6), Position(9)]


def test_it_goes_on_behind_a_position(task: FakeTask) -> None:
    source = RowsSource("abcd", task.context, task, step=3)
    source.after = Position(6)
    [batch] = drain(source)
    assert (list(batch.chunk), batch.origins) == (["c", "d"], [9, 12])


def test_it_fails_after_so_many_rows_and_is_closed(task: FakeTask) -> None:
    source = RowsSource("abcd", task.context, task, fail_after=3)
    batches = source.get_batch(2)
    assert rows_of([next(batches), next(batches)]) == ["a", "b", "c"]
    assert source.is_open
    with pytest.raises(SourceFailed, match="after 3 rows"):
        next(batches)
    assert not source.is_open


def test_it_expects_its_rows(task: FakeTask) -> None:
    assert RowsSource("abcd", task.context, task).expected() == 4
