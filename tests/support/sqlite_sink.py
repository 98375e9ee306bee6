"""A sink into a SQLiteTarget, and a task that loads numbers through it."""

from __future__ import annotations

import sqlite3
from typing import Any

from etl_host import (
    BatchProcessor,
    BatchResults,
    ChainTask,
    Checkpoint,
    ETLContext,
    Fault,
    Row,
    Sink,
    Statistics,
    Task,
)
from moments import Trap, nothing_happens
from number_links import Numbers, SortOut, passed_on, rejected
from sqlite_target import OF_KEY, SQLiteTarget, first, values_of


class SQLiteSink(Sink[Row]):
    """Inserts rows into the table ``loaded``: whoever writes them twice has them twice."""

    def __init__(
        self,
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        *,
        connection: str = "sqlite",
        trap: Trap = nothing_happens,
    ) -> None:
        super().__init__(context, task, predecessor)
        self.connection = connection
        self.trap = trap

    @property
    def store(self) -> SQLiteTarget:
        return self.context.connection(self.connection, SQLiteTarget)

    def fault(self, error: Exception) -> Fault:
        return Fault.TRANSIENT if isinstance(error, ConnectionError) else Fault.FATAL

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        self.trap("sink writes")
        with self.store.transaction() as db:
            if checkpoint is not None and (committed := self.committed_before(db, checkpoint)) is not None:
                return committed
            counted = self.insert(db, batch)
            if checkpoint is not None:
                store_checkpoint(db, checkpoint, counted)
            if checkpoint is None or checkpoint.commit:
                self.trap("before commit")
                db.execute("COMMIT")
                self.trap("after commit")
        return counted

    def committed_before(self, db: sqlite3.Connection, checkpoint: Checkpoint) -> Statistics | None:
        """What an attempt had counted that was committed already; None where there was none."""
        owner, position, state = stored_checkpoint(db, checkpoint)
        return checkpoint.written(state) if checkpoint.is_stored(owner, position) else None

    def insert(self, db: sqlite3.Connection, batch: BatchResults[Row]) -> Statistics:
        """Write the rows, as part of the transaction under way."""
        rows = [(self.context.run.id, self.task.name, row["n"]) for row in batch.chunk]
        db.executemany("INSERT INTO loaded VALUES (?, ?, ?)", rows)
        return {"rows_inserted": len(rows)}


def stored_checkpoint(db: sqlite3.Connection, checkpoint: Checkpoint) -> tuple[str, int, str]:
    """Owner, position and state that the target holds."""
    query = f"SELECT owner, position, state FROM checkpoints WHERE {OF_KEY}"
    stored = first(db, query, *values_of(checkpoint.key))
    assert stored is not None, f"there is no checkpoint {checkpoint.key}"
    owner, position, state = stored
    return owner, position, state


def store_checkpoint(db: sqlite3.Connection, checkpoint: Checkpoint, counted: Statistics) -> None:
    """Set position and state, as part of the transaction under way."""
    new = (checkpoint.position.origin, checkpoint.state(counted))
    db.execute(f"UPDATE checkpoints SET position = ?, state = ? WHERE {OF_KEY}", (*new, *values_of(checkpoint.key)))


class LoadNumbers(ChainTask):
    """Numbers through SortOut into the target called ``connection``."""

    source: type[Numbers] = Numbers
    validator: type[SortOut] = SortOut
    sink: type[SQLiteSink] = SQLiteSink

    # of the numbers up to a count: those that leave the validator, are loaded, are set aside
    valid = staticmethod(passed_on)
    loaded = staticmethod(passed_on)
    set_aside = staticmethod(rejected)

    def __init__(
        self,
        context: ETLContext,
        count: int = 40,
        *,
        name: str = "numbers",
        batch_size: int = 7,
        connection: str = "sqlite",
        trap: Trap = nothing_happens,
    ) -> None:
        super().__init__(context, name=name)
        self.count = count
        self.batch_size = batch_size
        self.connection = connection
        self.trap = trap

    def chain(self) -> BatchProcessor[Any]:
        source = self.source(self.count, self.context, self, trap=self.trap)
        validator = self.validator(self.context, self, source, trap=self.trap)
        return self.sink(self.context, self, validator, connection=self.connection, trap=self.trap)


class LoadEveryNumber(LoadNumbers):
    """Without SortOut."""

    def chain(self) -> BatchProcessor[Any]:
        source = self.source(self.count, self.context, self, trap=self.trap)
        return self.sink(self.context, self, source, connection=self.connection, trap=self.trap)
