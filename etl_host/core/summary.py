"""How a run ended, for people and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from etl_host.core.batch import Balance, Statistics, add_statistics
from etl_host.core.errors import EtlHostError, ExitCode, worst


@dataclass(frozen=True)
class TaskSummary:
    """How one task stands. ``status``: waiting, running, success, rejects, failed, interrupted or skipped."""

    name: str
    path: tuple[str, ...]
    status: str
    seconds: float
    rows_per_second: float
    guarantee: str | None
    statistics: Statistics
    balance: Balance
    rows_before: int
    rejects_file: str | None
    error: BaseException | None
    exit_code: ExitCode

    @property
    def rejected_rows(self) -> int:
        """How many were set aside; more than in the balance where several had been made of one row."""
        return int(self.statistics.get("rejected_rows", 0))

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON: an entry of ``tasks`` in the run's summary."""
        return {
            "name": self.name,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows_per_second, 1),
            "guarantee": self.guarantee,
            "statistics": dict(self.statistics),
            "balance": asdict(self.balance),
            "rejects": {"rows": self.rejected_rows, "file": self.rejects_file},
            "error": self.error and _error(self.error),
        }


@dataclass(frozen=True)
class RunSummary:
    """How a run stands: its tasks are the leaves of the tree, in order.

    ``error`` is set where the run failed before or beside its tasks. ``look``: a command that shows what was
    loaded, where a connection knows one.
    """

    pipeline: str
    run_id: str
    attempt: int
    seconds: float
    tasks: Sequence[TaskSummary]
    error: BaseException | None = None
    run_exit_code: ExitCode = ExitCode.OK
    look: str | None = None

    @property
    def exit_code(self) -> ExitCode:
        """0 only when every row of every task was loaded."""
        return worst({self.run_exit_code, *(task.exit_code for task in self.tasks)})

    @property
    def status(self) -> str:
        """success, rejects, failed or interrupted."""
        names = {ExitCode.OK: "success", ExitCode.REJECTS: "rejects", ExitCode.INTERRUPTED: "interrupted"}
        return names.get(self.exit_code, "failed")

    @property
    def guarantee(self) -> str | None:
        """The weakest guarantee of its tasks."""
        promised = [task.guarantee for task in self.tasks if task.guarantee]
        return next((name for name in promised if name != "exactly once"), promised[0] if promised else None)

    @property
    def statistics(self) -> dict[str, float]:
        """The sum of its tasks' counts."""
        return add_statistics(*(task.statistics for task in self.tasks))

    @property
    def balance(self) -> Balance:
        """The sum of its tasks' balances."""
        return sum((task.balance for task in self.tasks), Balance())

    @property
    def rows_before(self) -> int:
        """Rows that earlier attempts of the run had committed."""
        return sum(task.rows_before for task in self.tasks)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON, in the format that ``schema`` numbers."""
        files = [task.rejects_file for task in self.tasks if task.rejects_file]
        return {
            "schema": 1,
            "pipeline": self.pipeline,
            "run_id": self.run_id,
            "attempt": self.attempt,
            "status": self.status,
            "exit_code": int(self.exit_code),
            "guarantee": self.guarantee,
            "seconds": round(self.seconds, 3),
            "statistics": self.statistics,
            "rows_before": self.rows_before,
            "balance": asdict(self.balance),
            "rejects": {"rows": sum(task.rejected_rows for task in self.tasks), "files": files},
            "tasks": [task.as_dict() for task in self.tasks],
            "error": self.error and _error(self.error),
        }


def _error(error: BaseException) -> dict[str, Any]:
    name = error.code if isinstance(error, EtlHostError) else type(error).__name__
    return {"name": name, "message": str(error), "place": getattr(error, "place", None)}
