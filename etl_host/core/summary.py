"""How a run ended, for people and for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Self

from etl_host.core.batch import Balance, Statistics, add_statistics
from etl_host.core.errors import EtlHostError, ExitCode, name_of, text_of, worst
from etl_host.core.summary_html import html_of
from etl_host.core.summary_json import SCHEMA, Fields

ROLLED_BACK: Final = "rolled back: nothing was written"
"""The guarantee of a run that only tries."""


@dataclass(frozen=True)
class TaskSummary:
    """How one task stands. ``status``: waiting, running, success, rejects, limited, failed, interrupted or
    skipped. ``times``: seconds by what they were spent on in this attempt: source, validators, sink, target.
    ``retries``: how often it tried transactions again in this attempt. ``replayable``: whether its rejects can be
    loaded later; not in the JSON.
    """

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
    times: Mapping[str, float] = field(default_factory=dict)
    retries: int = 0
    replayable: bool = True

    @property
    def rejected_rows(self) -> int:
        """How many were set aside; more than in the balance where several had been made of one row."""
        return int(self.statistics.get("rejected_rows", 0))

    @property
    def unmatched_rows(self) -> int:
        """How many were written, but matched nothing in the target; 0 where its sink does not count them."""
        return int(self.statistics.get("unmatched_rows", 0))

    @property
    def forgiven(self) -> bool:
        """Whether it failed without failing the run, since it, or a group that it is in, is optional."""
        return self.status == "failed" and self.exit_code is ExitCode.REJECTS

    @property
    def outcome(self) -> str:
        """How it ended, in a few words: "ok", "2 rejected", "ok, 12 matched nothing", "failed (optional)"."""
        names = {"success": "ok", "rejects": f"{self.rejected_rows:,} rejected"}
        unmatched = f", {self.unmatched_rows:,} matched nothing" if self.unmatched_rows else ""
        return names.get(self.status, self.status) + unmatched + (" (optional)" if self.forgiven else "")

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON: an entry of ``tasks`` in the run's summary."""
        return {
            "name": self.name,
            "path": list(self.path),
            "status": self.status,
            "exit_code": int(self.exit_code),
            "seconds": round(self.seconds, 3),
            "times": {what: round(seconds, 3) for what, seconds in self.times.items()},
            "retries": self.retries,
            "rows_per_second": round(self.rows_per_second, 1),
            "guarantee": self.guarantee,
            "statistics": dict(self.statistics),
            "rows_before": self.rows_before,
            "balance": asdict(self.balance),
            "rejects": {"rows": self.rejected_rows, "file": self.rejects_file},
            "error": self.error and _error(self.error),
        }

    @classmethod
    def _from_fields(cls, entry: Fields) -> Self:
        """What ``as_dict`` gave. Raises ValueError, naming the field that is missing or wrong."""
        return cls(
            name=entry.get("name", str),
            path=entry.texts("path"),
            status=entry.get("status", str),
            seconds=entry.get("seconds", float),
            rows_per_second=entry.get("rows_per_second", float),
            guarantee=entry.get_or_none("guarantee", str),
            statistics=entry.statistics(),
            balance=entry.balance(),
            rows_before=entry.get("rows_before", int),
            rejects_file=entry.fields("rejects").get_or_none("file", str),
            error=entry.error(),
            exit_code=entry.exit_code(),
            times=entry.numbers("times") if "times" in entry else {},
            retries=entry.get("retries", int) if "retries" in entry else 0,
        )


@dataclass(frozen=True)
class RunSummary:
    """How a run stands: its tasks are the leaves of the tree, in order. A notebook shows it as a table.

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
        """success, rejects, limited, failed or interrupted."""
        done = self.exit_code in (ExitCode.OK, ExitCode.REJECTS)
        if done and any(task.status == "limited" for task in self.tasks):
            return "limited"
        names = {ExitCode.OK: "success", ExitCode.REJECTS: "rejects", ExitCode.INTERRUPTED: "interrupted"}
        return names.get(self.exit_code, "failed")

    @property
    def guarantee(self) -> str | None:
        """The weakest guarantee of its tasks."""
        promised = [task.guarantee for task in self.tasks if task.guarantee]
        return next((name for name in promised if name != "exactly once"), promised[0] if promised else None)

    @property
    def rolled_back(self) -> bool:
        """Whether rows were only tried."""
        return self.guarantee == ROLLED_BACK

    @property
    def statistics(self) -> dict[str, float]:
        """The sum of its tasks' counts."""
        return add_statistics(*(task.statistics for task in self.tasks))

    @property
    def balance(self) -> Balance:
        """The sum of its tasks' balances."""
        return sum((task.balance for task in self.tasks), Balance())

    @property
    def times(self) -> dict[str, float]:
        """The sum of its tasks' times, in seconds; where tasks or threads worked side by side, more than passed."""
        return add_statistics(*(task.times for task in self.tasks))

    @property
    def retries(self) -> int:
        """How often transactions were tried again in this attempt."""
        return sum(task.retries for task in self.tasks)

    @property
    def rows_before(self) -> int:
        """Rows that earlier attempts of the run had committed."""
        return sum(task.rows_before for task in self.tasks)

    @property
    def rows_per_second(self) -> float:
        """Rows read in this attempt by the seconds that it took, connecting included."""
        return (self.balance.read - self.rows_before) / self.seconds if self.seconds > 0 else 0.0

    @property
    def outcome(self) -> str:
        """How it ended: "done, 2 rows rejected", "limited", "failed [wrong-input]"."""
        if self.exit_code in (ExitCode.OK, ExitCode.REJECTS):
            rejected = sum(task.rejected_rows for task in self.tasks)
            failed = sum(task.forgiven for task in self.tasks)
            rows = "row" if rejected == 1 else "rows"
            unmatched = sum(task.unmatched_rows for task in self.tasks)
            parts = [
                f"{rejected:,} {rows} rejected" if rejected else "",
                f"{unmatched:,} matched nothing" if unmatched else "",
                f"{failed} optional failed" if failed else "",
            ]
            return ", ".join(filter(None, ["limited" if self.status == "limited" else "done", *parts]))
        decided = [self.error, *(task.error for task in self.tasks if task.exit_code == self.exit_code)]
        cause = next((error for error in decided if error is not None), None)
        return self.status if cause is None else f"{self.status} [{name_of(cause)}]"

    @property
    def delivered(self) -> str | None:
        """What was promised, and whether the rows add up; None where no task came to deliver any.

        "exactly once; 38,206 read = 38,204 written + 2 rejected", for example.
        """
        if self.guarantee is None:
            return None
        balance = self.balance
        dropped = f" + {balance.dropped:,} dropped" if balance.dropped else ""
        parts = f"{balance.written:,} written + {balance.rejected:,} rejected{dropped}"
        if all(part.read == part.written + part.rejected + part.dropped for part in (t.balance for t in self.tasks)):
            return f"{self.guarantee}; {balance.read:,} read = {parts}"
        return f"{self.guarantee}; {balance.read:,} read, but {parts}: please report this"

    @property
    def failures(self) -> list[str]:
        """What went wrong, the tasks' failures first: "stops: no such file [wrong-input]"."""
        failed = [f"{task.name}: {_told(task.error)}" for task in self.tasks if task.error and task.status != "limited"]
        return [*failed, *([_told(self.error)] if self.error is not None else [])]

    def __repr__(self) -> str:
        """One line: the console has shown the rest."""
        parts = [f"{self.pipeline or self.run_id}: {self.outcome}", self.delivered, *self.failures]
        return f"<RunSummary {'; '.join(filter(None, parts))}>".replace("\n", " ")

    def _repr_html_(self) -> str:
        return html_of(self)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON, in the format that ``schema`` numbers."""
        files = [task.rejects_file for task in self.tasks if task.rejects_file]
        return {
            "schema": SCHEMA,
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

    @classmethod
    def from_dict(cls, summary: Mapping[str, Any]) -> Self:
        """The summary that ``as_dict`` gave, ``look`` aside; of errors what was told. Further fields may be there.

        Raises ValueError, naming the field, for what is missing or wrong, and for a later format.
        """
        whole = Fields(summary, "the summary")
        if (schema := whole.get("schema", int)) != SCHEMA:
            raise ValueError(f"the summary has format {schema}; this etl-host reads format {SCHEMA}")
        return cls(
            pipeline=whole.get("pipeline", str),
            run_id=whole.get("run_id", str),
            attempt=whole.get("attempt", int),
            seconds=whole.get("seconds", float),
            tasks=[TaskSummary._from_fields(entry) for entry in whole.objects("tasks", "task")],
            error=whole.error(),
            run_exit_code=whole.exit_code(),
        )


def _error(error: BaseException) -> dict[str, Any]:
    return {"name": name_of(error), "message": text_of(error), "place": getattr(error, "place", None)}


def _told(error: BaseException) -> str:
    told = error.told() if isinstance(error, EtlHostError) else f"{text_of(error)} [{name_of(error)}]"
    remedy = getattr(error, "remedy", None)
    return f"{told}; next: {remedy}" if remedy else told
