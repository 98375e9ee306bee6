"""A pipeline whose runs are recorded in a SQLite file, and how they come to be there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from click.testing import Result

from etl_host import Run
from etl_host.delivery.runs.process import Process
from sqlite_target import SQLiteTarget

PLUGIN = """
from etl_host import ProcessorSpec, hookimpl

@hookimpl
def etl_host_sources():
    return [ProcessorSpec("lines", "toy_plugin:Lines", "Lines.")]

@hookimpl
def etl_host_validators():
    return [ProcessorSpec("checked", "toy_plugin:Checked", "Checks.")]

@hookimpl
def etl_host_sinks():
    return [ProcessorSpec("numbers", "replays:NumbersSink", "Numbers.")]

@hookimpl
def etl_host_connections():
    return [ProcessorSpec("sqlite", "recorded_runs:StoreOfItsOwn", "A file.")]
"""

PIPELINE = """
pipeline: numbers
reporters: []
batch_size: 2
parameters: {region: cairns}
tasks:
  - group: all
    tasks:
      - task: first
        source: {lines: a.txt}
        validators: [{checked: {bad: "7"}}]
        sink: numbers
      - task: last
        source: {lines: a.txt}
        sink: numbers
"""


class EtlHost(Protocol):
    """The command line."""

    def __call__(self, *arguments: str, answers: str = "") -> Result: ...


class StoreOfItsOwn(SQLiteTarget):
    """As connections declare a store."""

    @property
    def store(self) -> SQLiteTarget:
        return self


@contextmanager
def target_in(home: Path) -> Iterator[SQLiteTarget]:
    """The target, as the load sees it."""
    target = SQLiteTarget(home / "target.db")
    try:
        yield target
    finally:
        target.close()


def begun(home: Path, process: Process, *, run_id: str = "begun", silence: float = 0.0) -> Run:
    """A run on which ``process`` works, or worked: nothing of it is committed. It was last heard of ``silence``
    seconds ago.
    """
    run = replace(Run.new("numbers", process=process.as_dict(), plan=({"task": "all/first"},)), id=run_id)
    with target_in(home) as target:
        begun = target.begin(run)
        with target.transaction() as db:
            db.execute("UPDATE runs SET heartbeat = heartbeat - ?", (silence,))
            db.execute("COMMIT")
    return begun


def began_at(home: Path, run_id: str, started: str) -> None:
    """Let the run have begun at another time."""
    with target_in(home) as target, target.transaction() as db:
        db.execute("UPDATE runs SET started = ? WHERE id = ?", (started, run_id))
        db.execute("COMMIT")


def ids_in(home: Path) -> list[str]:
    """The runs of which there is a record, the newest first."""
    with target_in(home) as target:
        return [record.run.id for record in target.runs()]


def json_of(result: Result) -> dict[str, object]:
    """What a command has printed on stdout."""
    assert result.exit_code == 0, result.stderr
    told: dict[str, object] = json.loads(result.stdout)
    return told
