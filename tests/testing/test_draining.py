from __future__ import annotations

import pytest

from etl_host import BatchResults, ETLContext
from etl_host.testing import FakeTask, RowsSource, SourceFailed, drain, rows_of
from etl_host.testing.draining import origins_of


def test_batches_rows_and_origins_come_in_order() -> None:
    with ETLContext({}) as context, FakeTask(context) as task:
        batches = drain(RowsSource("abcde", context, task), 2)
    assert [len(batch.chunk) for batch in batches] == [2, 2, 1]
    assert rows_of(batches) == list("abcde")
    assert origins_of(batches) == [1, 2, 3, 4, 5]


def test_origins_that_one_batch_lacks_are_no_origins() -> None:
    assert origins_of([BatchResults("a", {}, 1, [1]), BatchResults("b", {}, 1)]) is None


def test_what_fails_is_closed() -> None:
    with ETLContext({}) as context, FakeTask(context) as task:
        source = RowsSource("ab", context, task, fail_after=1)
        with pytest.raises(SourceFailed):
            drain(source)
        assert not source.is_open
