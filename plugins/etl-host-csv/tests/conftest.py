from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from etl_host import ETLContext, Task, TaskReturn
from etl_host_csv import CSVBatchProcessor

sys.path.append(str(Path(__file__).parent / "corpus"))


class Idle(Task):
    def run_internal(self) -> TaskReturn:
        return TaskReturn()


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Callable[..., CSVBatchProcessor]]:
    """Makes a source, with a context and a task of its own."""
    tasks: list[Task] = []

    def make(file: object, **options: object) -> CSVBatchProcessor:
        context = ETLContext(settings={}, rejects_dir=tmp_path / "rejects")
        tasks.append(Idle(context))
        return CSVBatchProcessor(file, context, tasks[-1], **options)  # type: ignore[arg-type]

    yield make
    for task in tasks:
        task.rejects.close()


@pytest.fixture
def stops(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file."""

    def write(content: str | bytes, name: str = "stops.csv") -> Path:
        file = tmp_path / name
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write
