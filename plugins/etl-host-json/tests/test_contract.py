from __future__ import annotations

import errno
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from etl_host import Fault, OutputError, RowError, RowsRefused
from etl_host.testing import SinkContract, SourceContract
from etl_host_json import JSONLinesSinkBatchProcessor, JSONLinesSourceBatchProcessor

PLACES = ("out.jsonl.part", "out.jsonl")
"""Where written rows are: until all are, and then."""


class TestJSONLines(SourceContract):
    plugin = "etl_host_json.plugin"
    name = "jsonl"
    processor = JSONLinesSourceBatchProcessor
    rows = tuple({"id": n, "name": f"Stop {n}", "lines": [1, None]} for n in range(1, 10))

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "stops.jsonl").write_text("\n\n".join(map(json.dumps, self.rows)))
        return {"file": str(tmp_path / "stops.jsonl")}

    @pytest.fixture
    def options_without_rows(self, tmp_path: Path) -> Mapping[str, Any]:
        (tmp_path / "empty.jsonl").write_text("\n")
        return {"file": str(tmp_path / "empty.jsonl")}

    def change_input(self, options: Mapping[str, Any]) -> None:
        file = Path(options["file"])
        file.write_text(file.read_text().replace("Stop 1", "Stop I"))


class TestJSONLinesSink(SinkContract):
    plugin = "etl_host_json.plugin"
    name = "jsonl"
    processor = JSONLinesSinkBatchProcessor
    rows = tuple({"id": n, "name": f"Stop\n{n}", "lines": [{}]} for n in range(1, 8))
    bad_row: ClassVar = {"id": 8, "name": {"no", "json"}}

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, Any]:
        return {"file": str(tmp_path / "out.jsonl")}

    @pytest.fixture
    def target_rows(self, tmp_path: Path) -> Callable[[], Sequence[Any]]:
        def read() -> Sequence[Any]:
            file = next((tmp_path / name for name in PLACES if (tmp_path / name).exists()), None)
            return [json.loads(line) for line in file.read_bytes().splitlines()] if file else []

        return read

    @pytest.fixture
    def faults(self) -> Sequence[tuple[Exception, Fault]]:
        busy, full = OutputError("busy"), OutputError("full")
        busy.__cause__, full.__cause__ = OSError(errno.ESTALE, "stale"), OSError(errno.ENOSPC, "no space")
        refused = RowsRefused("refused", RowError("a set"))
        return [(busy, Fault.TRANSIENT), (full, Fault.FATAL), (refused, Fault.DATA)]
