"""A run on one screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from etl_host.cli.runs.recorded import RecordedRun
from etl_host.cli.runs.text import count, entry, moment, table
from etl_host.delivery.runs.process import Process
from etl_host.delivery.runs.status import CRASHED, RUNNING


def page_of(run: RecordedRun, history: Sequence[Mapping[str, Any]], width: int | None) -> Iterator[str]:
    """Its lines. ``history``: what is known of its batches; ``width``: of the screen, None where lines may be long."""
    for title, texts in (
        ("run", [f"{run.id} of {run.run.pipeline}"]),
        ("status", [_status(run)]),
        ("began", [_times(run)]),
        ("process", [_process(run)]),
        ("parameters", [f"{name}={value}" for name, value in run.run.parameters.items()]),
        ("plugins", [", ".join(f"{name} {version}" for name, version in run.run.plugins.items())]),
    ):
        yield from entry(title, [text for text in texts if text], width)
    if run.tasks:
        yield ""
        yield from _table(run, width)
        yield ""
    statistics = ", ".join(f"{name} {value:,.10g}" for name, value in run.statistics.items())
    for title, texts in (
        ("counts", [statistics]),
        ("batches", [*_batches(history)]),
        ("rejects", [task.rejects_file for task in run.tasks if task.rejects_file]),
        ("delivery", [run.summary.delivered or "" if run.summary else ""]),
        ("errors", run.summary.failures if run.summary else []),
        ("next", [_next(run)]),
    ):
        yield from entry(title, [text for text in texts if text], width)


def _status(run: RecordedRun) -> str:
    code = "" if run.record.exit_code is None else f", exit code {run.record.exit_code}"
    return f"{run.status}{code}"


def _times(run: RecordedRun) -> str:
    ended = f", ended {moment(run.record.ended)}" if run.record.ended else ""
    attempt = f"; attempt {run.run.attempt}" if run.run.attempt > 1 else ""
    return f"{moment(run.started)}{ended} UTC{attempt}"


def _process(run: RecordedRun) -> str:
    process = Process.recorded(run.run.process)
    if process is None:
        return ""
    heard = run.status in (RUNNING, CRASHED) and run.record.silence is not None
    return f"{process}{f', last heard of {run.record.silence:,.0f} s ago' if heard else ''}"


def _table(run: RecordedRun, width: int | None) -> Iterator[str]:
    parts = [*run.tasks]
    total = len(parts) > 1
    columns = {
        "TASK": [task.name for task in parts] + ["total"] * total,
        "READ": [f"{part.balance.read:,}" for part in parts] + [f"{run.balance.read:,}"] * total,
        "REJECTED": [f"{part.rejected_rows:,}" for part in parts] + [f"{run.rejected_rows:,}"] * total,
        "WRITTEN": [f"{part.balance.written:,}" for part in parts] + [f"{run.balance.written:,}"] * total,
    }
    if run.balance.dropped:
        columns["DROPPED"] = [f"{part.balance.dropped:,}" for part in parts] + [f"{run.balance.dropped:,}"] * total
    if run.summary is not None:
        whole = run.summary
        columns["TIME"] = [f"{part.seconds or 0:,.1f} s" for part in parts] + [f"{whole.seconds:,.1f} s"] * total
        rates = [f"{part.rows_per_second or 0:,.0f}" for part in parts]
        columns["ROWS/S"] = rates + [f"{whole.rows_per_second:,.0f}"] * total
    columns["STATUS"] = [part.status for part in parts] + [""] * total
    numbers = [head for head in columns if head not in ("TASK", "STATUS")]
    spared = [head for head in ("ROWS/S", "TIME", "DROPPED", "REJECTED", "WRITTEN", "READ") if head in columns]
    yield from table(columns, width, right=numbers, spared=spared)


def _batches(history: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """``stops: 12 batches in 2 attempts, 4,812 rows/s, 67%``, for each task."""
    of_task: dict[str, list[Mapping[str, Any]]] = {}
    for told in history:
        of_task.setdefault("/".join(told["task"]), []).append(told)
    for name, parts in of_task.items():
        last, attempts = parts[-1], len({part["attempt"] for part in parts})
        batches = count(sum(part["batches"] for part in parts), "batch", "batches")
        over = f" in {attempts} attempts" if attempts > 1 else ""
        share = "" if last["share"] is None else f", {last['share']:.0%}"
        yield f"{name}: {batches}{over}, {last['rows_per_second']:,.0f} rows/s{share}, last {moment(last['at'])}"


def _next(run: RecordedRun) -> str:
    """What a person may want to do."""
    rejected = [task for task in run.tasks if task.rejects_file]
    if run.status == RUNNING:
        return ""
    if run.unfinished:
        return f"start the same command again: it goes on after {count(run.balance.read, 'row')}"
    if rejected and run.status == "rejects":
        return "correct these rows in their file, then load them: etl-host replay FILE --task NAME"
    return ""
