from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from etl_host.testing import SourceContract
from etl_host_csv import CSVBatchProcessor

HEADER = "id,name,notice\n"


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
