"""A target in one SQLite file: rows, runs and checkpoints, really committed, so that processes may die over it.

Its sink is in ``sqlite_sink``.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from etl_host import (
    CheckpointKey,
    CheckpointState,
    ConnectionMissing,
    Fenced,
    Run,
    RunRecord,
)
from moments import Trap, nothing_happens

SCHEMA = """
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS loaded (run TEXT, task TEXT, n INT);
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, pipeline TEXT, owner TEXT, started TEXT, attempt INT, plan TEXT, parameters TEXT,
    plugins TEXT, rejects_dir TEXT, status TEXT, active INT, exit_code INT,
    ended TEXT, summary TEXT, process TEXT, heartbeat REAL);
CREATE UNIQUE INDEX IF NOT EXISTS one_active ON runs (pipeline) WHERE active;
CREATE TABLE IF NOT EXISTS checkpoints (
    run TEXT, task TEXT, part INT, bucket INT, owner TEXT, position INT DEFAULT 0, state TEXT DEFAULT '',
    PRIMARY KEY (run, task, part, bucket));
"""
OF_KEY = "run = ? AND task = ? AND part = ? AND bucket = ?"


class SQLiteTarget:
    """A connection, and its own store of checkpoints."""

    def __init__(self, file: Path, *, trap: Trap = nothing_happens) -> None:
        self.file = file
        self.trap = trap
        self._db: sqlite3.Connection | None = None
        self._mutex = threading.RLock()

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        if "SQLITE_FILE" not in settings:
            raise ConnectionMissing(f"connection {name}: SQLITE_FILE is not set")
        return cls(Path(settings["SQLITE_FILE"]))

    def close(self) -> None:
        if self._db is not None:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A transaction of its own, which holds the lock of the file from its beginning. Ends with a rollback, unless
        it was committed.
        """
        with self._mutex:
            if self._db is None:
                self._db = sqlite3.connect(self.file, timeout=30, isolation_level=None, check_same_thread=False)
                self._db.executescript(SCHEMA)
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        with self.transaction() as db:
            found = first(db, "SELECT id, owner FROM runs WHERE pipeline = ? AND active", run.pipeline)
            number = run.id
            if found and (found[1] != after or (found[0] != run.id and not abandon)):
                number = found[0]
            else:
                if found and found[0] != run.id:
                    db.execute(
                        "UPDATE runs SET status = 'abandoned', active = 0, owner = ? WHERE id = ?",
                        (run.owner, found[0]),
                    )
                    db.execute("UPDATE checkpoints SET owner = ? WHERE run = ?", (run.owner, found[0]))
                self._next_attempt(db, run)
            db.execute("COMMIT")
        return next(record.run for record in self.runs(run.pipeline) if record.run.id == number)

    def _next_attempt(self, db: sqlite3.Connection, run: Run) -> None:
        db.execute(
            "INSERT INTO runs (id, pipeline, started, parameters, rejects_dir, attempt) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (run.id, run.pipeline, run.started, json.dumps(run.parameters), run.rejects_dir, run.attempt - 1),
        )
        db.execute(
            "UPDATE runs SET attempt = attempt + 1, owner = ?, plan = ?, plugins = ?, process = ?, heartbeat = ?,"
            " status = 'running', active = 1 WHERE id = ?",
            (
                run.owner,
                json.dumps(run.plan),
                json.dumps(run.plugins),
                json.dumps(run.process),
                time.time(),
                run.id,
            ),
        )

    def beat(self, run: Run) -> None:
        with self.transaction() as db:
            db.execute("UPDATE runs SET heartbeat = ? WHERE id = ? AND owner = ?", (time.time(), run.id, run.owner))
            db.execute("COMMIT")

    def take_over(self, run: Run, keys: Sequence[CheckpointKey]) -> Mapping[CheckpointKey, tuple[int, str]]:
        with self.transaction() as db:
            if first(db, "SELECT owner FROM runs WHERE id = ?", run.id) != (run.owner,):
                raise Fenced(f"run {run.id} was taken over by another process")
            db.execute("UPDATE runs SET plan = ? WHERE id = ?", (json.dumps(run.plan), run.id))
            for key in keys:
                db.execute(
                    "INSERT INTO checkpoints (run, task, part, bucket) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    values_of(key),
                )
            db.execute("UPDATE checkpoints SET owner = ? WHERE run = ?", (run.owner, run.id))
            stored = {
                key: first(db, f"SELECT position, state FROM checkpoints WHERE {OF_KEY}", *values_of(key))
                for key in keys
            }
            db.execute("COMMIT")
        self.trap("taken over")
        return {key: value for key, value in stored.items() if value is not None}

    def finish(self, run: Run, status: str, exit_code: int, summary: Mapping[str, Any]) -> None:
        self.trap("before finish")
        ended = datetime.now(UTC).isoformat(timespec="seconds")
        with self.transaction() as db:
            db.execute(
                "UPDATE runs SET status = ?, exit_code = ?, active = ?, ended = ?, summary = ?"
                " WHERE id = ? AND owner = ?",
                (status, exit_code, status not in Run.FINISHED, ended, json.dumps(summary), run.id, run.owner),
            )
            db.execute("COMMIT")

    def runs(self, pipeline: str | None = None) -> Sequence[RunRecord]:
        with self.transaction() as db:
            cursor = db.execute(
                "SELECT id, pipeline, owner, started, attempt, plan, parameters, plugins, rejects_dir, status, active,"
                " exit_code, ended, summary, process, heartbeat FROM runs WHERE ? IS NULL OR pipeline = ?"
                " ORDER BY started DESC, rowid DESC",
                (pipeline, pipeline),
            )
            cursor.row_factory = sqlite3.Row
            return [self._record(db, row) for row in cursor.fetchall()]

    def delete(self, run: str) -> bool:
        record = next((record for record in self.runs() if record.run.id == run), None)
        if record is None or (record.active and record.run.status == "running" and (record.silence or 0) < 60):
            return False
        with self.transaction() as db:
            db.execute("DELETE FROM runs WHERE id = ?", (run,))
            db.execute("DELETE FROM checkpoints WHERE run = ?", (run,))
            db.execute("COMMIT")
        return True

    def _record(self, db: sqlite3.Connection, row: sqlite3.Row) -> RunRecord:
        run = Run(
            id=row["id"],
            pipeline=row["pipeline"],
            owner=row["owner"],
            started=row["started"],
            attempt=row["attempt"],
            plan=tuple(json.loads(row["plan"])),
            parameters=json.loads(row["parameters"]),
            plugins=json.loads(row["plugins"]),
            rejects_dir=row["rejects_dir"],
            process=json.loads(row["process"]),
            status=row["status"],
        )
        query = "SELECT task, part, bucket, position, state FROM checkpoints WHERE run = ?"
        checkpoints = {
            CheckpointKey(run.id, task, part, bucket): (position, CheckpointState.from_json(state))
            for task, part, bucket, position, state in db.execute(query, (run.id,))
        }
        return RunRecord(
            run,
            active=bool(row["active"]),
            ended=row["ended"],
            exit_code=row["exit_code"],
            summary=row["summary"] and json.loads(row["summary"]),
            silence=time.time() - row["heartbeat"],
            heartbeat=row["heartbeat"],
            checkpoints=checkpoints,
        )

    def loaded(self) -> list[tuple[str, int]]:
        """Task and number of every row, sorted."""
        with self.transaction() as db:
            return db.execute("SELECT task, n FROM loaded ORDER BY task, n").fetchall()


def values_of(key: CheckpointKey) -> tuple[Any, ...]:
    """What stands for the question marks of ``OF_KEY``."""
    return key.run, key.task, key.partition, key.bucket


def first(db: sqlite3.Connection, query: str, *values: Any) -> tuple[Any, ...] | None:
    """The first row that ``query`` finds."""
    row: tuple[Any, ...] | None = db.execute(query, values).fetchone()
    return row
