from __future__ import annotations

import csv
import errno
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from etl_host import Fault, OutputError, RowError, RowsRefused
from etl_host.testing import SinkContract, SourceContract
from etl_host_csv import CSVBatchProcessor, CSVSinkBatchProcessor

HEADER = "id,name,notice\n"
PLACES = ("out.csv.part", "out.csv")
"""Where written rows are: until all are, and then."""


class TestCSV(SourceContract):
    plugin = "etl_host_csv.plugin"
    name = "csv"
    processor = CSVBatchProcessor
    rows = tuple({"id": str(n), "name": f"Stop {n}", "notice": None if n % 3 else "two\nlines"} for n in range(1, 10))

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        lines = [f'{row["id"]},{row["name"]},"{row["notice"] or ""}"\n' for row in self.rows]
        (tmp_path / "stops.csv").write_text(HEADER + "".join(lines))
        return {"file": str(tmp_path / "stops.csv")}

    @pytest.fixture
    def options_without_rows(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "empty.csv").write_text(HEADER)
        return {"file": str(tmp_path / "empty.csv")}

    def change_input(self, options: Mapping[str, Any]) -> None:
        file = Path(options["file"])
        file.write_text(file.read_text().replace("Stop 1", "Stop I"))


class TestCSVSink(SinkContract):
    plugin = "etl_host_csv.plugin"
    name = "csv"
    processor = CSVSinkBatchProcessor
    rows = tuple({"id": str(n), "name": f"Stop {n}, {'two' if n % 2 else 'three'}\nlines"} for n in range(1, 8))
    bad_row: ClassVar = {"id": "8", "name": ["no", "text"]}

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"file": str(tmp_path / "out.csv")}

    @pytest.fixture
    def target_rows(self, tmp_path: Path) -> Callable[[], Sequence[Any]]:
        def read() -> Sequence[Any]:
            file = next((tmp_path / name for name in PLACES if (tmp_path / name).exists()), None)
            if file is None:
                return []
            with file.open(newline="", encoding="utf-8") as lines:
                return list(csv.DictReader(lines))

        return read

    @pytest.fixture
    def faults(self) -> Sequence[tuple[Exception, Fault]]:
        busy, full = OutputError("busy"), OutputError("full")
        busy.__cause__, full.__cause__ = OSError(errno.ESTALE, "stale"), OSError(errno.ENOSPC, "no space")
        refused = RowsRefused("refused", RowError("a list"))
        return [(busy, Fault.TRANSIENT), (full, Fault.FATAL), (refused, Fault.DATA)]
