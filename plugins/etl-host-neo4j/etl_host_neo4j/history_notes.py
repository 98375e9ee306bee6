"""What was heard of a run, and is to be written."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from etl_host import BatchFinished, RunFinished, RunStarted, TaskFinished, TaskStarted, add_statistics

OWN: Final = (
    "number",
    "attempt",
    "at",
    "batches",
    "read",
    "written",
    "rejected",
    "seconds",
    "rows_per_second",
    "expected",
    "share",
)
"""The properties of an ETLStats beside the counts of its batch."""

MOST: Final = 1_000
"""As many batches wait to be written; while the database is away, further ones are added to the last of their task."""


@dataclass
class Batch:
    """A batch, or several. ``number``: from 1, of its task in this attempt."""

    path: str
    number: int
    properties: dict[str, Any]


@dataclass
class Notes:
    """The properties of a run and its tasks, by path, and batches."""

    id: str
    run: dict[str, Any]
    tasks: dict[str, dict[str, Any]] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)


class Notebook:
    """Notes that one thread makes while another writes them down."""

    def __init__(self, event: RunStarted) -> None:
        run = event.run
        process = {name: run.process.get(name) for name in ("host", "pid")}
        began = {"pipeline": run.pipeline, "started": run.started, "attempt": run.attempt, "status": "running"}
        self._attempt = run.attempt
        self._notes = Notes(run.id, {**began, **process, "ended": None, "exit_code": None})
        self._being_written = 0
        self._changed = True
        self._mutex = threading.Lock()

    def task_started(self, event: TaskStarted) -> None:
        with self._mutex:
            self._task(event.path).update(status="running", started=_now(), ended=None, error=None)

    def batch_finished(self, event: BatchFinished) -> None:
        with self._mutex:
            task, balance = self._task(event.path), event.balance
            stands = {
                "at": _now(),
                "read": balance.read,
                "written": balance.written,
                "rejected": balance.rejected,
                "seconds": round(event.seconds, 3),
                "rows_per_second": round(event.rows_per_second, 1),
                "expected": event.expected,
                "share": event.share,
            }
            if (last := self._to_add_to(task["path"])) is not None:
                counts = {name: count for name, count in last.items() if name not in OWN}
                last |= add_statistics(counts, event.batch) | stands | {"batches": last["batches"] + 1}
            else:
                task["last"] += 1
                number = {"number": task["last"], "attempt": self._attempt, "batches": 1}
                self._notes.batches.append(Batch(task["path"], task["last"], {**event.batch, **number, **stands}))

    def _to_add_to(self, path: str) -> dict[str, Any] | None:
        """The properties of the last batch of a task, where too many wait; not of one that is being written."""
        if len(self._notes.batches) < MOST:
            return None
        waiting = reversed(self._notes.batches[self._being_written :])
        return next((batch.properties for batch in waiting if batch.path == path), None)

    def task_finished(self, event: TaskFinished) -> None:
        summary = event.summary
        with self._mutex:
            self._task(event.path).update(
                status=summary.status,
                ended=_now(),
                seconds=round(summary.seconds, 3),
                rows_per_second=round(summary.rows_per_second, 1),
                guarantee=summary.guarantee,
                read=summary.balance.read,
                written=summary.balance.written,
                rejected=summary.balance.rejected,
                error=None if summary.error is None else getattr(summary.error, "code", type(summary.error).__name__),
            )

    def run_finished(self, event: RunFinished) -> None:
        summary = event.summary
        with self._mutex:
            ended = {"status": summary.status, "exit_code": int(summary.exit_code), "ended": _now()}
            self._notes.run |= {**ended, "seconds": round(summary.seconds, 3)}
            self._changed = True

    def _task(self, path: tuple[str, ...]) -> dict[str, Any]:
        """Its properties, to be changed."""
        self._changed = True
        key = "/".join(quote(name, safe=" ") for name in path)
        new = {"path": key, "name": path[-1], "order": len(self._notes.tasks), "attempt": self._attempt, "last": 0}
        return self._notes.tasks.setdefault(key, new)

    def taken(self) -> Notes | None:
        """All that is to be written, as it is now; None where all is written."""
        with self._mutex:
            if not self._changed:
                return None
            self._changed = False
            self._being_written = len(self._notes.batches)
            tasks = {path: dict(properties) for path, properties in self._notes.tasks.items()}
            return Notes(self._notes.id, dict(self._notes.run), tasks, [*self._notes.batches])

    def written(self, notes: Notes, *, done: bool) -> None:
        """Whether ``notes``, which were taken, are in the database now; else they are taken again."""
        with self._mutex:
            if done:
                del self._notes.batches[: len(notes.batches)]
            self._changed = self._changed or not done
            self._being_written = 0


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
