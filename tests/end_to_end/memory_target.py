"""Loads a CSV file through a model into nothing, and prints the peak memory of its process in KiB."""

from __future__ import annotations

import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from etl_host import BatchProcessor, BatchResults, ChainTask, Checkpoint, ETLContext, Sink, Statistics
from etl_host_csv import CSVBatchProcessor
from etl_host_pydantic import ValidationBatchProcessor


class Thing(BaseModel):
    id: int
    name: str
    size: float


class Nowhere(Sink[Mapping[str, Any]]):
    def write(self, batch: BatchResults[Mapping[str, Any]], checkpoint: Checkpoint | None) -> Statistics:
        return {"rows_written": len(batch.chunk)}


class Load(ChainTask):
    file = Path()

    def chain(self) -> BatchProcessor[Any]:
        csv = CSVBatchProcessor(self.file, self.context, self)
        return Nowhere(self.context, self, ValidationBatchProcessor(self.context, self, csv, Thing))


if __name__ == "__main__":
    with ETLContext({}) as context:
        task = Load(context)
        task.file = Path(sys.argv[1])
        result = task.execute()
    assert result.error is None
    assert result.summary["rows_written"] == int(sys.argv[2])
    sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}\n")
