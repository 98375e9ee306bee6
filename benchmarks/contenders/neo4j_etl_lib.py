"""neo4j-etl-lib as it ships. Options: ``file``; ``model``; ``query``, None to read and validate only."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import models
from etl_lib.core.BatchProcessor import BatchProcessor, BatchResults
from etl_lib.core.ClosedLoopBatchProcessor import ClosedLoopBatchProcessor
from etl_lib.core.ETLContext import ETLContext
from etl_lib.core.Task import Task
from etl_lib.core.ValidationBatchProcessor import ValidationBatchProcessor
from etl_lib.data_source.CSVBatchSource import CSVBatchSource
from etl_lib.task.data_loading.CSVLoad2Neo4jTask import CSVLoad2Neo4jTask
from stopwatch import measure, options

BATCH_SIZE = 5000
ERRORS = Path("errors")


class NoReporter:
    """Hears nothing."""

    def report_progress(self, *_: Any) -> None: ...
    def instrument(self, *_: Any) -> None: ...


class NoContext:
    """What reading and validating touch of a context."""

    reporter = NoReporter()


class NoTask(Task):  # type: ignore[misc]
    """What they touch of a task."""

    def run_internal(self, **_: Any) -> None: ...


class Nowhere(BatchProcessor):  # type: ignore[misc]
    """Takes each batch, and counts."""

    def get_batch(self, max_batch_size: int) -> Any:
        for batch in self.predecessor.get_batch(max_batch_size):
            yield BatchResults(chunk=batch.chunk, statistics={"passed": len(batch.chunk)}, batch_size=batch.batch_size)


class Load(CSVLoad2Neo4jTask):  # type: ignore[misc]
    """The ready-made task for a file."""

    def _query(self) -> str:
        return str(told["query"])


def read() -> int:
    """Return how many rows came through."""
    context, task = NoContext(), NoTask(NoContext())
    source = CSVBatchSource(context, task, Path(told["file"]))
    valid = ValidationBatchProcessor(context, task, source, getattr(models, told["model"]), ERRORS / "rows.json")
    loop = ClosedLoopBatchProcessor(context, task, Nowhere(context, task, valid))
    return sum(int(batch.statistics["passed"]) for batch in loop.get_batch(BATCH_SIZE))


def load() -> int:
    """Return how many rows were written."""
    context = ETLContext({**os.environ, "ETL_ERROR_PATH": ERRORS})
    task = Load(context, Path(told["file"]), model=getattr(models, told["model"]), batch_size=BATCH_SIZE)
    result = task.execute()
    context.neo4j.driver.close()
    if not result.success:
        raise SystemExit(result.error)
    return int(result.summary["valid_rows"])


told = options()
ERRORS.mkdir(exist_ok=True)
logging.disable(logging.WARNING)
measure(read if told["query"] is None else load)
