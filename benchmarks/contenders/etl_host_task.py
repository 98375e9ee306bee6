"""etl-host as a library, one task. Options: ``file``; ``model``; ``query``, None to read and validate only;
``checkpoints``: whether they are kept.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

import models
from stopwatch import measure, options

from etl_host import BatchProcessor, BatchResults, ChainTask, Checkpoint, Delivery, ETLContext, Sink, Statistics
from etl_host.delivery import ExactlyOnce
from etl_host_csv import CSVBatchProcessor
from etl_host_neo4j import CypherBatchProcessor
from etl_host_pydantic import ValidationBatchProcessor


class Nowhere(Sink[Any]):
    """Takes each batch, and counts."""

    def write(self, batch: BatchResults[Any], checkpoint: Checkpoint | None) -> Statistics:
        return {"rows_passed_on": len(batch.chunk)}


class Load(ChainTask):
    """The chain."""

    def chain(self) -> BatchProcessor[Any]:
        source = CSVBatchProcessor(told["file"], self.context, self)
        rows = ValidationBatchProcessor(self.context, self, source, getattr(models, told["model"]))
        if told["query"] is None:
            return Nowhere(self.context, self, rows)
        return CypherBatchProcessor(self.context, self, rows, told["query"])


def load() -> int:
    """Return how many rows came through."""
    delivery = ExactlyOnce("benchmark", restart=True) if told["checkpoints"] else Delivery()
    with ETLContext(os.environ, delivery, rejects_dir=Path("rejects")) as context:
        result = Load(context).execute()
        if result.error is not None:
            raise result.error
    return context.summary.balance.written


told = options()
logging.disable(logging.WARNING)  # a line for each reject
measure(load)
