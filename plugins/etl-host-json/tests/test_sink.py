from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from etl_host import BatchProcessor, ChainTask, ETLContext, ExactlyOnce
from etl_host.testing import FakeTask, RowsSource
from etl_host_json import JSONLinesSinkBatchProcessor, JSONLinesSourceBatchProcessor


class Write(ChainTask):
    def __init__(self, context: ETLContext, file: Path, rows: Sequence[Any]) -> None:
        super().__init__(context, name="write")
        self.file, self.rows = file, rows

    def chain(self) -> BatchProcessor[Any]:
        return JSONLinesSinkBatchProcessor(self.file, self.context, self, RowsSource(self.rows, self.context, self))


def written(folder: Path, rows: Sequence[Any]) -> bytes:
    with ETLContext({}, ExactlyOnce("json"), rejects_dir=folder / "rejects") as context:
        result = Write(context, folder / "out.jsonl", rows).execute()
        assert result.error is None, result.error
    return (folder / "out.jsonl").read_bytes()


def test_the_source_reads_what_the_sink_has_written(tmp_path: Path) -> None:
    rows = [{"id": 1, "name": "ä\u2028\n"}, {"other": [1.5, None, {"x": True}]}, {}, {"day": date(2026, 11, 23)}]
    written(tmp_path, rows)
    with ETLContext({}) as context, FakeTask(context) as task:
        source = JSONLinesSourceBatchProcessor(tmp_path / "out.jsonl", context, task, tagged=True)
        assert [row for batch in source.get_batch(2) for row in batch.chunk] == rows


def test_without_rows_there_is_an_empty_file(tmp_path: Path) -> None:
    assert written(tmp_path, []) == b""


def test_a_row_that_json_cannot_hold_is_rejected_alone(tmp_path: Path) -> None:
    assert written(tmp_path, [{"id": 1}, {"id": {2}}, {"id": 3}]) == b'{"id":1}\n{"id":3}\n'
    [file] = (tmp_path / "rejects").iterdir()
    [reject] = [json.loads(line) for line in file.read_text().splitlines()]
    assert (reject["origin"], reject["errors"][0]["code"]) == (2, "refused")
