"""A load to be killed: run as a process by the tests beside it. Prints a line after each batch that is
committed.

Arguments: the CSV file, the batch size, a folder for the embedded graph or ``-`` for the Neo4j that the
environment names, and the way of delivery: ``exactly-once``, or a mutant of it that must be caught.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from etl_host import (
    BatchFinished,
    BatchProcessor,
    BatchResults,
    Checkpoint,
    ETLContext,
    ExactlyOnce,
    Reporter,
    RunFinished,
    Statistics,
)
from etl_host_arcadedb import ArcadeDBConnection
from etl_host_neo4j import CSVLoad2Neo4jTask, CypherBatchProcessor

CREATE = "UNWIND $batch AS row CREATE (:Thing {id: row.id, size: row.size})"


class Thing(BaseModel):
    id: int
    size: int = Field(ge=0)


class CheckpointApart(CypherBatchProcessor):
    """The mutant: commits the rows first, and the checkpoint in a transaction of its own."""

    def write(self, batch: BatchResults[Mapping[str, Any]], checkpoint: Checkpoint | None) -> Statistics:
        written = super().write(batch, None)
        say("between")
        time.sleep(0.2)
        nothing: BatchResults[Mapping[str, Any]] = replace(batch, chunk=(), origins=())
        return {**super().write(nothing, checkpoint), **written}


class LoadThings(CSVLoad2Neo4jTask):
    sink = CypherBatchProcessor

    def _query(self) -> str:
        return CREATE

    def chain(self) -> BatchProcessor[Any]:
        cypher = super().chain()
        return self.sink(self.context, self, cypher.upstream, self._query())


class LoadThingsWithMutant(LoadThings):
    sink = CheckpointApart


class Loud(Reporter):
    """Says what happens, so that the killer knows when to strike."""

    def batch_finished(self, event: BatchFinished) -> None:
        say("batch")

    def run_finished(self, event: RunFinished) -> None:
        say(json.dumps(event.summary.as_dict()))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(file: str, batch_size: str, folder: str, way: str) -> int:
    """Load the file; the exit code is that of the run."""
    connections = {} if folder == "-" else {"neo4j": ArcadeDBConnection(Path(folder))}
    kind = LoadThings if way == "exactly-once" else LoadThingsWithMutant
    with ETLContext(
        delivery=ExactlyOnce("things"), connections=connections, rejects_dir="rejects", reporters=[Loud()]
    ) as context:
        kind(context, file, Thing, int(batch_size), name="things").execute()
    return int(context.summary.exit_code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
