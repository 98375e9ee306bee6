"""What a run does, as entries of the log."""

from __future__ import annotations

import logging
import time
from dataclasses import asdict
from typing import Any

from etl_host.cli.logs import EVENTS
from etl_host.core.errors import ExitCode
from etl_host.core.reporting import BatchFinished, Reporter, RunFinished, RunStarted, TaskFinished, TaskStarted

log = logging.getLogger(EVENTS)

SECONDS_BETWEEN_ENTRIES = 30.0


class LogReporter(Reporter):
    """Instead of the console where the log is JSON: an entry at each start and end, and each half a minute.

    The entries have the extra fields ``event``, ``run`` and ``task``, and the counts.
    """

    def __init__(self) -> None:
        self._last: dict[tuple[str, ...], float] = {}

    def run_started(self, event: RunStarted) -> None:
        run = event.run
        tell = f"run {run.id}, attempt {run.attempt}: {event.rows_before:,} rows are loaded already"
        before = event.rows_before
        _enter("run started", tell, run=run.id, pipeline=run.pipeline, attempt=run.attempt, rows_before=before)

    def task_started(self, event: TaskStarted) -> None:
        if not event.group:
            self._last[event.path] = time.monotonic()
            _enter("task started", f"{event.path[-1]}: started", run=event.run, task=event.path[-1])

    def batch_finished(self, event: BatchFinished) -> None:
        now = time.monotonic()
        if now - self._last.setdefault(event.path, now) < SECONDS_BETWEEN_ENTRIES:
            return
        self._last[event.path] = now
        _enter(
            "progress",
            f"{event.path[-1]}: {event.balance.read:,} rows, {event.rows_per_second:,.0f} rows/s",
            run=event.run,
            task=event.path[-1],
            balance=asdict(event.balance),
            statistics=dict(event.statistics),
            seconds=round(event.seconds, 3),
            rows_per_second=round(event.rows_per_second, 1),
            expected=event.expected,
            share=event.share,
        )

    def task_finished(self, event: TaskFinished) -> None:
        if not event.group:
            summary = event.summary
            tell = f"{summary.name}: {summary.balance.read:,} rows in {summary.seconds:.1f} s, {summary.outcome}"
            code = summary.exit_code
            _enter("task finished", tell, code, run=event.run, task=summary.name, summary=summary.as_dict())

    def run_finished(self, event: RunFinished) -> None:
        summary = event.summary
        tell = f"{summary.outcome} (exit code {int(summary.exit_code)})"
        _enter("run finished", tell, summary.exit_code, run=summary.run_id, summary=summary.as_dict())


def _enter(event: str, tell: str, code: ExitCode = ExitCode.OK, **fields: Any) -> None:
    levels = {ExitCode.OK: logging.INFO, ExitCode.REJECTS: logging.WARNING}
    log.log(levels.get(code, logging.ERROR), "%s", tell, extra={"event": event, **fields})
