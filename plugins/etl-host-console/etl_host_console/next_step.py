"""What a person may want to do after a run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from etl_host import ExitCode, RunSummary


def next_steps(summary: RunSummary) -> Iterator[tuple[str, str]]:
    """A title and a text each. Errors that the same command meets again bring a remedy of their own."""
    if summary.rolled_back:
        yield from _after_a_trial(summary)
        return
    match summary.exit_code:
        case ExitCode.OK | ExitCode.REJECTS if summary.status == "limited":
            yield "next", _again(summary)
        case ExitCode.FAILED | ExitCode.INTERRUPTED:
            yield "next", _again(summary)
        case ExitCode.REJECTS if rejects := [task for task in summary.tasks if task.rejects_file]:
            names = [task.name for task in rejects if task.replayable]
            task = shlex.quote(names[0]) if len(names) == 1 else "NAME"
            if names:
                yield "next", f"correct these rows in their file, then load them: etl-host replay FILE --task {task}"
            else:
                yield "next", "correct these rows in the input, then start the same command again: a new run"
        case ExitCode.REJECTS:
            yield "next", "put right what failed, then start the same command again: a new run, which loads all rows"
    if summary.exit_code in (ExitCode.OK, ExitCode.REJECTS) and summary.look:
        yield "look", summary.look


def _after_a_trial(summary: RunSummary) -> Iterator[tuple[str, str]]:
    load = "the same without --rollback loads all rows"
    match summary.exit_code:
        case ExitCode.OK:
            yield "next", load
        case ExitCode.REJECTS:
            yield "next", f"{load}, and sets aside those that are rejected"


def _again(summary: RunSummary) -> str:
    right = "put right what failed, then " if summary.exit_code is ExitCode.FAILED else ""
    again = f"{right}start the same command again"
    if summary.guarantee == "exactly once" and summary.balance.read:
        return f"{again}: it goes on after {summary.balance.read:,} rows"
    if summary.balance.written:
        return f"{again}: it begins with the first row, and loads them all again"
    return again
