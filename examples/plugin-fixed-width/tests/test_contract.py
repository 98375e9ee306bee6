from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from etl_host.testing import SinkContract, SourceContract

from etl_host_fixed_width.sink import FixedWidthSinkBatchProcessor
from etl_host_fixed_width.source import FixedWidthBatchProcessor

COLUMNS = {"port": 8, "height": 4}
ROWS = [
    {"port": "Cairns", "height": "2.9"},
    {"port": "Mourilyn", "height": "3.1"},
    {"port": "", "height": "0"},
    {"port": "Lucinda", "height": "3.6"},
]


class TestSource(SourceContract):
    plugin = "etl_host_fixed_width.plugin"
    name = "fixed-width"
    processor = FixedWidthBatchProcessor
    rows = ROWS

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "tides.txt").write_text("Cairns  2.9 \nMourilyn3.1\n        0\nLucinda 3.6\n")
        return {"file": str(tmp_path / "tides.txt"), "columns": COLUMNS}

    @pytest.fixture
    def options_without_rows(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "nothing.txt").touch()
        return {"file": "nothing.txt", "columns": COLUMNS}

    def change_input(self, options: Mapping[str, Any]) -> None:
        file = Path(options["file"])
        file.write_text(file.read_text().replace("2.9", "2.8"))


class TestSink(SinkContract):
    plugin = "etl_host_fixed_width.plugin"
    name = "fixed-width"
    processor = FixedWidthSinkBatchProcessor
    rows = ROWS

    @pytest.fixture
    def options(self) -> Mapping[str, Any]:
        return {"file": "out.txt", "columns": COLUMNS}

    @pytest.fixture
    def target_rows(self, tmp_path: Path) -> Callable[[], Sequence[Any]]:
        def read() -> list[dict[str, str]]:
            lines = (tmp_path / "out.txt").read_text().splitlines()
            return [{"port": line[:8].strip(), "height": line[8:].strip()} for line in lines]

        return read
