"""A pipeline whose validators and target refuse some of its rows, and replays of these that may die."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from etl_host import BatchProcessor, BatchResults, ETLContext, Fault, ProcessorSpec, Row, RunSummary, Task
from etl_host.pipeline import Pipeline
from etl_host.registry.lookup import Registry
from etl_host.registry.plugin import Plugin
from moments import Trap, nothing_happens
from sqlite_sink import SQLiteSink
from sqlite_target import SQLiteTarget
from toy_plugin import Checked, Lines

PIPELINE = """
pipeline: numbers
reporters: []
batch_size: 2
tasks:
  - task: load
    source: {lines: a.txt}
    validators: [{checked: {bad: "7"}}, {checked: {bad: "8"}}]
    sink: numbers
"""


class NumbersSink(SQLiteSink):
    """Its target refuses 13."""

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any]) -> None:
        super().__init__(context, task, predecessor)

    def open(self) -> None:
        self.trap = self.store.trap

    def insert(self, db: sqlite3.Connection, batch: BatchResults[Row]) -> dict[str, float]:
        if any(row["text"] == "13" for row in batch.chunk):
            raise sqlite3.IntegrityError("13 is unlucky")
        rows = [{"n": int(row["text"])} for row in batch.chunk]
        return dict(super().insert(db, batch.with_chunk(rows)))

    def fault(self, error: Exception) -> Fault:
        return Fault.DATA if isinstance(error, sqlite3.IntegrityError) else super().fault(error)


def loading(folder: Path, trap: Trap = nothing_happens) -> Pipeline:
    """The pipeline in ``folder``, its target beside it."""
    registry = Registry({})
    specs = {
        "source": [ProcessorSpec("lines", Lines, "Lines.")],
        "validator": [ProcessorSpec("checked", Checked, "Checks.")],
        "sink": [ProcessorSpec("numbers", NumbersSink, "Numbers.")],
    }
    registry.plugins = [Plugin("toy", "etl-host-toy", "1", state="ok", specs=specs)]  # type: ignore[arg-type]
    (folder / "pipeline.yaml").write_text(PIPELINE)
    connections = {"sqlite": SQLiteTarget(folder / "target.db", trap=trap)}
    return Pipeline.from_file(folder / "pipeline.yaml", settings={}, registry=registry, connections=connections)


def load(folder: Path, lines: str = "1 7 8 13 2 7 8 13 3") -> Path:
    """Load the numbers in ``lines``; the file of those that are refused."""
    (folder / "a.txt").write_text(lines.replace(" ", "\n"))
    summary = loading(folder).attempt(rejects_dir=folder / "rejects")
    assert (summary.error, int(summary.exit_code)) == (None, 3)
    return folder / "rejects" / f"load.{summary.run_id}.jsonl"


def replay(folder: Path, trap: Trap = nothing_happens, **options: Any) -> RunSummary:
    """Replay the rejects in ``folder``."""
    return loading(folder, trap).replay("load", rejects_dir=folder / "rejects", **options)


def correct(file: Path, *texts: object) -> None:
    """Let the rows of ``file`` be of these texts, line by line; None leaves one as it is."""
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for line, text in zip(lines, texts, strict=True):
        if text is not None:
            line["row"] = {"text": text}
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))


def refused(folder: Path) -> list[tuple[str, Any]]:
    """Processor and text of each row in the files that are not replayed."""
    files = sorted((folder / "rejects").glob("*.jsonl"))
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    return [(line["processor"], line["row"]["text"]) for line in lines]


def loaded(folder: Path) -> list[int]:
    """The numbers in the target."""
    target = SQLiteTarget(folder / "target.db")
    numbers = [n for _, n in target.loaded()]
    target.close()
    return numbers
