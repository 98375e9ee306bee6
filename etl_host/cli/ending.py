"""How a run ended: on stderr, as JSON, and as the exit code of the command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from etl_host.cli.errors import message_of, show, show_traceback
from etl_host.cli.options import TRACEBACK
from etl_host.core.reporting import Reporter, RunFinished

if TYPE_CHECKING:
    from etl_host.core.summary import RunSummary, TaskSummary


def writable(_context: click.Context, _option: click.Parameter, file: str | None) -> str | None:
    """The name of a file that can be made: a callback of ``--summary-json``."""
    if file not in (None, "-") and not Path(file).absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {Path(file).absolute().parent}")
    return file


class Ending(Reporter):
    """Hears how a run ended. ``summary_json``: the file to write that to, "-" for stdout.

    What an earlier run has left there is removed at once: whoever finds a file finds this run's.
    """

    def __init__(self, summary_json: str | None) -> None:
        self.summary: RunSummary | None = None
        self._file = summary_json
        if summary_json not in (None, "-") and Path(summary_json).is_file():
            with suppress(OSError):  # it is told when it is to be written
                Path(summary_json).unlink()

    def run_finished(self, event: RunFinished) -> None:
        self.summary = event.summary

    @contextmanager
    def awaited(self) -> Iterator[None]:
        """A second signal passes for an end once the run has told how it stands."""
        try:
            yield
        except KeyboardInterrupt:
            if self.summary is None:
                raise

    def tell(self, context: click.Context) -> RunSummary:
        """Write what is to be written, and show the errors. Returns the summary."""
        assert self.summary is not None
        if self._file:
            _write(self.summary, self._file)
        _show_errors(self.summary, traced=TRACEBACK in context.meta)
        return self.summary


def _write(summary: RunSummary, file: str) -> None:
    text = json.dumps(summary.as_dict(), indent=2)
    try:
        if file == "-":
            click.echo(text)
        else:
            Path(file).write_text(text + "\n", encoding="utf-8")
    except BrokenPipeError:
        raise
    except OSError as error:  # the load has ended as it has, and the exit code must say so
        show(f"the summary can't be written to {file}: {error.strerror}")


def _show_errors(summary: RunSummary, *, traced: bool) -> None:
    """Last, as that is what stays on the screen."""
    failed = [(task, task.error) for task in summary.tasks if task.error is not None and task.status != "limited"]
    errors = [error for _, error in failed]
    # what ends a task may end the run as well, or be met by it again
    if summary.error is not None and message_of(summary.error) not in map(message_of, errors):
        errors.append(summary.error)
    if traced:
        for error in errors:
            show_traceback(error)
    for task, error in failed:
        show(_failure(task, error))
    for error in errors[len(failed) :]:
        show(message_of(error))


def _failure(task: TaskSummary, error: BaseException) -> str:
    """What and where, what is committed, how to go on."""
    what, *how = message_of(error).split("\n")
    rows = "1 row" if task.balance.read == 1 else f"{task.balance.read:,} rows"
    return "\n".join([f"{task.name}: {what}", f"  committed: {rows}", *how])
