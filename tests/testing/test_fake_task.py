from __future__ import annotations

import json
from pathlib import Path

from etl_host import BatchResults, ETLContext, Row, RowError, Validator
from etl_host.testing import FakeTask, RowsSource, drain, rows_of


class NoNegatives(Validator[Row, Row]):
    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        return self.reject(batch, {i: [RowError("negative")] for i, row in enumerate(batch.chunk) if row["n"] < 0})


def test_rejects_are_collected_as_they_were_given_and_written_as_always(tmp_path: Path) -> None:
    with ETLContext({}, rejects_dir=tmp_path) as context, FakeTask(context) as task:
        validator = NoNegatives(context, task, RowsSource([{"n": 1}, {"n": -1}], context, task))
        assert rows_of(drain(validator)) == [{"n": 1}]
        [reject] = task.rejects.collected
    assert (reject.origin, reject.place, reject.row) == (2, "rows:2", {"n": -1})
    [line] = (tmp_path / "task.jsonl").read_text().splitlines()
    assert json.loads(line)["row"] == {"n": -1}


def test_it_can_be_executed(tmp_path: Path) -> None:
    with ETLContext({}, rejects_dir=tmp_path) as context:
        assert FakeTask(context, name="a").execute().success
