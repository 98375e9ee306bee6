"""A run as it is recorded, and how its tasks stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from etl_host.core.batch import Balance, Statistics, add_statistics
from etl_host.core.checkpoint import CheckpointState, Run
from etl_host.core.store import RunRecord
from etl_host.core.summary import RunSummary
from etl_host.delivery.runs.status import RUNNING, status_of


@dataclass(frozen=True)
class RecordedTask:
    """How a task stands. ``seconds``, ``rows_per_second``: of the last attempt, once that has ended."""

    name: str
    status: str
    balance: Balance
    rejected_rows: int
    seconds: float | None = None
    rows_per_second: float | None = None
    rejects_file: str | None = None


class RecordedRun:
    """A run by its ``records`` in one store or several, of which the first one counts.

    What an attempt has counted is known from its summary, and while it goes on, or was killed, from the checkpoints.
    """

    def __init__(self, records: Sequence[RunRecord]) -> None:
        self.records = records
        self.record = records[0]
        self.status = status_of(self.record)

    @property
    def run(self) -> Run:
        return self.record.run

    @property
    def id(self) -> str:
        return self.run.id

    @property
    def started(self) -> str:
        """ISO 8601, UTC."""
        return self.run.started

    @property
    def unfinished(self) -> bool:
        """Whether the next run of the pipeline goes on with it."""
        return any(record.active for record in self.records)

    @cached_property
    def summary(self) -> RunSummary | None:
        """How the last attempt ended; None while it goes on, where it was killed, and where that can't be read."""
        with suppress(ValueError):
            return RunSummary.from_dict(self.record.summary or {})
        return None

    @cached_property
    def tasks(self) -> Sequence[RecordedTask]:
        """In the order in which they run; without a summary, only those that have begun, or of which a plan tells."""
        if self.summary is None:
            return [*self._tasks_by_checkpoints()]
        return [
            RecordedTask(
                name="/".join(task.path),
                status=task.outcome,
                balance=task.balance,
                rejected_rows=task.rejected_rows,
                seconds=task.seconds,
                rows_per_second=task.rows_per_second,
                rejects_file=task.rejects_file,
            )
            for task in self.summary.tasks
        ]

    def _tasks_by_checkpoints(self) -> Iterator[RecordedTask]:
        planned = [entry["task"] for record in self.records for entry in record.run.plan]
        for key in dict.fromkeys([*planned, *self._parts]):
            parts = self._parts.get(key, [])
            balance = sum((state.balance for _, state in parts), Balance())
            yield RecordedTask(
                name=unquote(key),
                status=self._standing(balance, bool(parts) and all(state.finished for _, state in parts)),
                balance=balance,
                rejected_rows=int(_statistics(parts).get("rejected_rows", 0)),
            )

    def _standing(self, balance: Balance, finished: bool) -> str:
        """How a task stands, by what it has committed."""
        if finished:
            return "done"
        if balance.read:
            return "running" if self.status == RUNNING else "begun"
        return "waiting"

    @cached_property
    def _parts(self) -> Mapping[str, list[tuple[int, CheckpointState]]]:
        """By task, how far each of its parts is."""
        found: dict[str, list[tuple[int, CheckpointState]]] = {}
        for record in self.records:
            for key, stored in record.checkpoints.items():
                found.setdefault(key.task, []).append(stored)
        return found

    @property
    def statistics(self) -> Statistics:
        """What its tasks have counted."""
        if self.summary is not None:
            return self.summary.statistics
        return add_statistics(*map(_statistics, self._parts.values()))

    @property
    def balance(self) -> Balance:
        return sum((task.balance for task in self.tasks), Balance())

    @property
    def rejected_rows(self) -> int:
        return sum(task.rejected_rows for task in self.tasks)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        run, record = self.run, self.record
        return {
            "id": run.id,
            "pipeline": run.pipeline,
            "status": self.status,
            "unfinished": self.unfinished,
            "attempt": run.attempt,
            "started": run.started,
            "ended": record.ended,
            "exit_code": record.exit_code,
            "host": run.process.get("host"),
            "pid": run.process.get("pid"),
            "silence": record.silence,
            "parameters": dict(run.parameters),
            "plugins": dict(run.plugins),
            "rejects_dir": run.rejects_dir,
            "balance": asdict(self.balance),
            "rejected_rows": self.rejected_rows,
            "statistics": dict(self.statistics),
            "tasks": [asdict(task) for task in self.tasks],
            "summary": record.summary,
        }


def _statistics(parts: Sequence[tuple[int, CheckpointState]]) -> Statistics:
    """What a task has counted: before its sink up to where all its parts are, and in the sink whatever they wrote."""
    upstream = min(parts, key=lambda part: part[0])[1].upstream if parts else {}
    return add_statistics(upstream, *(state.counted for _, state in parts))
