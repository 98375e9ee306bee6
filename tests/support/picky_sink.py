"""A sink whose target refuses some of the numbers, and a load through it."""

from __future__ import annotations

import sqlite3

from etl_host import BatchResults, Fault, Row, RowError, Statistics
from number_links import passed_on, rejected
from sqlite_sink import LoadNumbers, SQLiteSink

UNLUCKY = 13
"""Its multiples are refused by themselves."""

TWIN = 19
"""Its multiples are refused where the number before them is there already, or is to be written with them."""

_KEYS = "CREATE TABLE IF NOT EXISTS keys (run TEXT, task TEXT, key INT, UNIQUE (run, task, key))"


class PickySink(SQLiteSink):
    """Writes what its target takes."""

    most_rows: int | None = None
    """More at once are too many."""

    def insert(self, db: sqlite3.Connection, batch: BatchResults[Row]) -> Statistics:
        if self.most_rows is not None and len(batch.chunk) > self.most_rows:
            raise MemoryError(f"{len(batch.chunk)} rows")
        db.execute(_KEYS)
        for row in batch.chunk:
            if row["n"] % UNLUCKY == 0:
                raise sqlite3.IntegrityError(f"{UNLUCKY} divides it")
            if row["n"] % TWIN in (0, TWIN - 1):
                key = (self.context.run.id, self.task.name, (row["n"] + 1) // TWIN)
                db.execute("INSERT INTO keys VALUES (?, ?, ?)", key)
        return super().insert(db, batch)

    def fault(self, error: Exception) -> Fault:
        match error:
            case sqlite3.IntegrityError():
                return Fault.DATA
            case MemoryError():
                return Fault.TOO_BIG
        return super().fault(error)

    def reason(self, error: Exception) -> RowError:
        return RowError(str(error), "unlucky" if "divides" in str(error) else "twin")


def refused(count: int) -> list[int]:
    """Which of the numbers up to ``count`` the target refuses, of those that SortOut passes on."""
    return [n for n in passed_on(count) if n % UNLUCKY == 0 or (n % TWIN == 0 and n - 1 in passed_on(count))]


def accepted(count: int) -> list[int]:
    """What of the numbers up to ``count`` is loaded."""
    return [n for n in passed_on(count) if n not in refused(count)]


def set_aside(count: int) -> list[int]:
    """Which of the numbers up to ``count`` are among the rejects, once for each time that they are."""
    return sorted(rejected(count) + refused(count))


class LoadPicky(LoadNumbers):
    """Numbers through SortOut into a target that refuses some."""

    sink = PickySink
    loaded = staticmethod(accepted)
    set_aside = staticmethod(set_aside)
