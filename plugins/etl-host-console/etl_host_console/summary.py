"""The summary of a run: a table of its tasks, what became of the rows, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl_host import EtlHostError, ExitCode, RunSummary, TaskSummary
from etl_host_console.rejects import rejects_of

_COUNTED = {"nodes_created": "nodes", "relationships_created": "relationships"}


def lines_of(summary: RunSummary) -> Iterator[str]:
    """The summary, a line of text at a time."""
    yield ""
    if summary.tasks:
        yield from _table(summary)
        yield ""
    yield from _rejects(summary)
    yield from _graph(summary)
    yield from _delivery(summary)
    yield from _next(summary)
    name = f"{summary.pipeline}: " if summary.pipeline else ""
    yield f"{name}{_outcome(summary)} (exit code {int(summary.exit_code)})"


def _table(summary: RunSummary) -> Iterator[str]:
    dropped, before = summary.balance.dropped, summary.rows_before
    head = ["TASK", "READ", "VALID", "REJECTED", *(["DROPPED"] if dropped else []), "WRITTEN"]
    head += [*(["RESUMED"] if before else []), "NODES", "RELATIONSHIPS", "TIME", "ROWS/S", "STATUS"]
    rows = [[task.name, *_figures(task, dropped, before), status_of(task)] for task in summary.tasks]
    total = ["total", *_figures(summary, dropped, before), ""]
    lines = [head, *rows, *([total] if len(rows) > 1 else [])]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(line[1:-1], widths[1:-1], strict=True)),
        ]
        yield "  ".join([*cells, line[-1]]).rstrip()


def _figures(part: RunSummary | TaskSummary, dropped: int, before: int) -> Sequence[str]:
    balance, statistics, seconds = part.balance, part.statistics, max(part.seconds, 1e-9)
    rate = part.rows_per_second if isinstance(part, TaskSummary) else (balance.read - part.rows_before) / seconds
    return [
        f"{balance.read:,}",
        f"{statistics['valid_rows']:,.0f}" if "valid_rows" in statistics else "-",
        f"{balance.rejected:,}",
        *([f"{balance.dropped:,}"] if dropped else []),
        f"{balance.written:,}",
        *([f"{part.rows_before:,}"] if before else []),
        f"{statistics.get('nodes_created', 0):,.0f}",
        f"{statistics.get('relationships_created', 0):,.0f}",
        f"{part.seconds:.1f} s",
        f"{rate:,.0f}",
    ]


def status_of(task: TaskSummary) -> str:
    """How a task ended, in a word or two."""
    names = {"success": "ok", "rejects": f"{task.rejected_rows:,} rejected"}
    return names.get(task.status, task.status) + (" (optional)" if _forgiven(task) else "")


def _forgiven(task: TaskSummary) -> bool:
    return task.error is not None and task.exit_code is ExitCode.REJECTS


def _rejects(summary: RunSummary) -> Iterator[str]:
    lines = [line for task in summary.tasks for line in rejects_of(task)]
    for number, line in enumerate(lines):
        yield f"{'' if number else 'rejected':10} {line}"


def _graph(summary: RunSummary) -> Iterator[str]:
    counts = [f"{summary.statistics[key]:,.0f} {what}" for key, what in _COUNTED.items() if key in summary.statistics]
    if counts:
        yield f"{'graph':10} {', '.join(counts)} created"


def _delivery(summary: RunSummary) -> Iterator[str]:
    if summary.guarantee:
        b = summary.balance
        dropped = f" + {b.dropped:,} dropped" if b.dropped else ""
        parts = f"{b.written:,} written + {b.rejected:,} rejected{dropped}"
        adds_up = b.read == b.written + b.rejected + b.dropped
        balance = f"{b.read:,} read = {parts}" if adds_up else f"{b.read:,} read, but {parts}: please report this"
        yield f"{'delivery':10} {summary.guarantee}; {balance}"


def _next(summary: RunSummary) -> Iterator[str]:
    """What to type next. Errors that the same command meets again bring a remedy of their own."""
    if summary.exit_code in (ExitCode.FAILED, ExitCode.INTERRUPTED):
        if summary.guarantee == "exactly once" and summary.balance.read:
            yield f"{'next':10} start the same command again: it goes on after {summary.balance.read:,} rows"
        elif summary.balance.written:
            yield f"{'next':10} start the same command again: it begins with the first row, and loads them all again"
    elif summary.exit_code in (ExitCode.OK, ExitCode.REJECTS) and summary.look:
        yield f"{'look':10} {summary.look}"


def _outcome(summary: RunSummary) -> str:
    if summary.status in ("success", "rejects"):
        rejected = sum(task.rejected_rows for task in summary.tasks)
        failed = sum(map(_forgiven, summary.tasks))
        parts = [f"{rejected:,} rows rejected" if rejected else "", f"{failed} optional failed" if failed else ""]
        return ", ".join(filter(None, ["done", *parts]))
    causes = [task.error for task in summary.tasks if task.error and task.exit_code == summary.exit_code]
    for error in [summary.error, *causes]:
        if error is not None:
            return f"{summary.status} [{error.code if isinstance(error, EtlHostError) else type(error).__name__}]"
    return summary.status
