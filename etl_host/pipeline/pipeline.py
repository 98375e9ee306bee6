"""A pipeline: a file, read and checked, ready to be run."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, Literal, Unpack

from etl_host.core.errors import ExitCode, exit_code_of
from etl_host.core.store import CheckpointStore
from etl_host.core.summary import RunSummary
from etl_host.pipeline.attempt import AttemptOptions, check, execute, new_context
from etl_host.pipeline.connections import Choices
from etl_host.pipeline.finding import Finding
from etl_host.pipeline.loading import Loaded, load
from etl_host.pipeline.overrides import Overrides
from etl_host.pipeline.replay import ReplayOptions, replay
from etl_host.pipeline.stores import opened_stores
from etl_host.registry.lookup import Registry

log = logging.getLogger(__name__)

_RAISED: Final = (ExitCode.USAGE, ExitCode.LOCKED)


class Pipeline:
    """A pipeline file that can be run::

        summary = Pipeline.from_file("pipeline.yaml", parameters={"region": "cairns"}).run()

    ``name``: what its runs are known by. ``reporters``: the names of those that hear of them.
    """

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self.name = loaded.model.name
        self.reporters = tuple(use.name for use in loaded.reporters)

    @classmethod
    def from_file(
        cls,
        file: str | os.PathLike[str],
        *,
        settings: Mapping[str, str] = os.environ,
        parameters: Mapping[str, object] | None = None,
        registry: Registry | None = None,
        connections: Choices | None = None,
        batch_size: int | Literal["auto"] | None = None,
        max_rejects: int | str | None = None,
        tasks: Sequence[str] = (),
        reporters: Sequence[str] = (),
        quiet: bool = False,
        prefetch: int = 0,
    ) -> Pipeline:
        """Read ``file``, and check it as far as that needs neither inputs nor connections.

        ``settings``: environment variables. ``parameters``: values by name, as text or of the parameter's type;
        paths among them are relative to the current folder. ``connections``: by name, a kind or the connection
        itself, instead of those of the file or of the settings. ``batch_size``, ``max_rejects``: instead of the file's.
        ``tasks``: names of tasks and groups to be run; by default all. ``reporters``: names of further ones.
        ``quiet``: without the console. ``prefetch``: batches to read ahead, in a thread, of the one that is written, in
        tasks of which the file doesn't say. Raises PipelineError with all that is wrong.
        """
        overrides = Overrides(
            parameters or {}, connections or {}, batch_size, max_rejects, tasks, reporters, quiet, prefetch
        )
        return cls(load(file, settings, registry, overrides))

    def check(self, *, offline: bool = False) -> list[Finding]:
        """What can be said before a run, without reading rows: of the file, its inputs, its target and its queries.

        ``offline``: without connections. Nothing is changed anywhere. Raises EtlHostError where a connection can't
        even be made.
        """
        return check(self._loaded, offline=offline)

    def run(self, **options: Unpack[AttemptOptions]) -> RunSummary:
        """Like ``attempt``, but raises an error that is a matter of configuration, or of another process.

        Those are the errors for which the command line exits with 2 and 6.
        """
        summary = self.attempt(**options)
        for error in (summary.error, *(task.error for task in summary.tasks)):
            if summary.exit_code in _RAISED and exit_code_of(error) == summary.exit_code:
                assert error is not None
                raise error
        return summary

    def attempt(self, **options: Unpack[AttemptOptions]) -> RunSummary:
        """Load everything, each row exactly once, or go on where an earlier attempt was interrupted.

        Options: ``restart``, give up an unfinished run, and begin a new one; ``rejects_dir``, the folder for rejected
        rows; ``accept_lost_rejects``, go on though rejects of an earlier attempt are gone; ``limit``, rows to read, the
        first task to have read as many is the last one; ``retry_time``, seconds to wait out a target in trouble;
        ``stop``, an Event that once set lets the run end after the batch in flight; ``reporters``, who hear of this
        attempt, beside those of the file; ``rollback``, only try the first rows of each task, ``limit`` or 100, and
        roll all back; ``run_id``, the id of the run, new or unfinished: of a finished one the summary is given again,
        and nothing is loaded. Whatever happens is told by the summary; KeyboardInterrupt goes through.
        """
        loaded, began = self._loaded, time.monotonic()
        loaded.problems.found.clear()  # of an earlier attempt
        try:
            context = new_context(loaded, options)
        except Exception as error:
            return RunSummary(self.name, "", 1, time.monotonic() - began, [], error, exit_code_of(error))
        try:
            with context:
                execute(loaded, context)
        except KeyboardInterrupt:
            raise
        except BaseException:  # SystemExit too, or a plugin could end the process as if all were well
            log.debug("the run failed", exc_info=True)  # the summary has the error
        return context.summary

    def stores(self) -> AbstractContextManager[Sequence[CheckpointStore]]:
        """Where its runs are recorded: the stores of its tasks, in order, then those of further connections.

        They connect when they are asked, and are closed with the block. Raises EtlHostError where a connection can't
        even be made.
        """
        return opened_stores(self._loaded)

    def replay(self, task: str, **options: Unpack[ReplayOptions]) -> RunSummary:
        """Load the rows that ``task`` has rejected, once they are corrected, exactly once.

        Each enters the chain at the processor that refused it; what fails again goes to a new file of rejects.
        Options: ``rejects``, the file, by default that of the task's newest run; and as for ``attempt``,
        ``rejects_dir``, ``accept_lost_rejects``, ``retry_time``, ``stop`` and ``reporters``. Whatever happens is told
        by the summary, which has neither tasks nor ``run_id`` where there is nothing to do; KeyboardInterrupt goes
        through.
        """
        return replay(self._loaded, task, options)
