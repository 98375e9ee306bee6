from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from etl_host import BatchProcessor, ChainTask, ETLContext, ExactlyOnce, OptionError
from etl_host.testing import FakeTask, RowsSource
from etl_host_csv import CSVBatchProcessor, CSVSinkBatchProcessor


class Write(ChainTask):
    def __init__(self, context: ETLContext, file: Path, rows: Sequence[Any], **options: Any) -> None:
        super().__init__(context, name="write")
        self.file, self.rows, self.options = file, rows, options

    def chain(self) -> BatchProcessor[Any]:
        source = RowsSource(self.rows, self.context, self)
        return CSVSinkBatchProcessor(self.file, self.context, self, source, **self.options)


def written(folder: Path, rows: Sequence[Any], **options: Any) -> bytes:
    with ETLContext({}, ExactlyOnce("csv"), rejects_dir=folder / "rejects") as context:
        result = Write(context, folder / "out.csv", rows, **options).execute()
        assert result.error is None, result.error
    return (folder / "out.csv").read_bytes()


def read(file: Path) -> list[Mapping[str, Any]]:
    with ETLContext({}) as context, FakeTask(context) as task:
        return [row for batch in CSVBatchProcessor(file, context, task).get_batch(10) for row in batch.chunk]


def test_the_source_reads_what_the_sink_has_written(tmp_path: Path) -> None:
    rows = [{"a": 'a "quoted", one', "b": "two\r\nlines"}, {"a": "one\rreturn", "b": None}, {"a": "ä", "b": " "}]
    written(tmp_path, rows)
    assert read(tmp_path / "out.csv") == rows


def test_an_empty_cell_alone_in_its_row_is_a_row(tmp_path: Path) -> None:
    written(tmp_path, [{"a": None}, {"a": ""}])
    assert read(tmp_path / "out.csv") == [{"a": None}, {"a": None}]


def test_values_are_written_as_stated(tmp_path: Path) -> None:
    row = {"day": date(2026, 11, 23), "price": Decimal("1.50"), "yes": True}
    assert written(tmp_path, [row]) == b"day,price,yes\r\n2026-11-23,1.50,true\r\n"


def test_rows_with_other_columns_are_rejected(tmp_path: Path) -> None:
    assert written(tmp_path, [{}, {"a": "1"}, {"a": "2", "b": "3"}, {"a": "4"}]) == b"a\r\n1\r\n4\r\n"
    [file] = (tmp_path / "rejects").iterdir()
    rejects = [json.loads(line) for line in file.read_text().splitlines()]
    assert [reject["row"] for reject in rejects] == [{}, {"a": "2", "b": "3"}]
    assert rejects[1]["errors"][0]["message"] == "the columns of the file and of the row differ in b"


def test_without_rows_the_header_is_written(tmp_path: Path) -> None:
    assert written(tmp_path, [], fields=["a", "b"]) == b"a,b\r\n"


@pytest.mark.parametrize("options", [{"encoding": "utf-16"}, {"quotechar": ""}, {"fields": ["a", "a"]}])
def test_wrong_options_are_refused(tmp_path: Path, options: Mapping[str, Any]) -> None:
    with ETLContext({}) as context, FakeTask(context) as task, pytest.raises(OptionError):
        CSVSinkBatchProcessor(tmp_path / "out.csv", context, task, RowsSource([], context, task), **options)
