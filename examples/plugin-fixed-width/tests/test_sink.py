from __future__ import annotations

from pathlib import Path

import pytest
from etl_host import ETLContext, InputError
from etl_host.testing import FakeTask, RowsSource

from etl_host_fixed_width.sink import FixedWidthSinkBatchProcessor


def test_a_value_that_is_too_wide_is_refused_and_its_batch_not_written(tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    with ETLContext() as context, FakeTask(context) as task:
        source = RowsSource([{"port": "Cairns"}, {"port": "Mourilyan"}], context, task)
        sink = FixedWidthSinkBatchProcessor(file, context, task, source, columns={"port": 8})
        with pytest.raises(InputError, match="port has 9 characters"):
            list(sink.get_batch(10))
    assert file.read_text() == ""
