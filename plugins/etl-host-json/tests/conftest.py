from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from etl_host import ETLContext
from etl_host.testing import FakeTask
from etl_host_json import JSONLinesSourceBatchProcessor


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Callable[..., JSONLinesSourceBatchProcessor]]:
    """Makes a source of that file; its rejects go to the folder ``rejects``."""
    with ETLContext({}, rejects_dir=tmp_path / "rejects") as context, FakeTask(context) as task:

        def make(file: Path | str, **options: Any) -> JSONLinesSourceBatchProcessor:
            return JSONLinesSourceBatchProcessor(file, context, task, **options)

        yield make


@pytest.fixture
def stops(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file."""

    def write(content: str | bytes, name: str = "stops.jsonl") -> Path:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write
