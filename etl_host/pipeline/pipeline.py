"""A pipeline: a file, read and checked, ready to be run."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from etl_host.core.chain_task import ChainTask
from etl_host.core.checkpoint import Run
from etl_host.core.context import ETLContext
from etl_host.core.errors import ExitCode, exit_code_of
from etl_host.core.summary import RunSummary
from etl_host.delivery import ExactlyOnce
from etl_host.pipeline.assembly import assembled
from etl_host.pipeline.checks import Finding, OfflineContext, findings, heed
from etl_host.pipeline.connections import Choices
from etl_host.pipeline.loading import Loaded, load
from etl_host.pipeline.plan import plan_of
from etl_host.pipeline.wishes import Wishes
from etl_host.registry.discovery import HOST, host_version
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
        batch_size: int | None = None,
        tasks: Sequence[str] = (),
        reporters: Sequence[str] = (),
        quiet: bool = False,
    ) -> Pipeline:
        """Read ``file``, and check it as far as that needs neither inputs nor connections.

        ``settings``: environment variables. ``parameters``: values by name, as text or of the parameter's type;
        paths among them are relative to the current folder. ``connections``: by name, a kind or the connection
        itself, instead of those of the file or of the settings. ``batch_size``: instead of the file's.
        ``tasks``: names of tasks and groups to be run; by default all. ``reporters``: names of further ones.
        ``quiet``: without the console. Raises PipelineError with all that is wrong.
        """
        wishes = Wishes(parameters or {}, connections or {}, batch_size, tasks, reporters, quiet)
        return cls(load(file, settings, registry, wishes))

    def check(self, *, offline: bool = False) -> list[Finding]:
        """What every processor says about its input, its query, its target; ``offline``: without connections.

        Raises EtlHostError where a connection can't even be made.
        """
        made = self._loaded.connections.made(self._sample_run())
        kind = OfflineContext if offline else ETLContext
        with kind(self._loaded.settings, connections=made) as context:
            return self._findings(context)

    def run(
        self,
        *,
        restart: bool = False,
        rejects_dir: Path | str | None = None,
        stop: threading.Event | None = None,
    ) -> RunSummary:
        """Like ``attempt``, but raises an error that is a matter of configuration, or of another process.

        Those are the errors for which the command line exits with 2 and 6.
        """
        summary = self.attempt(restart=restart, rejects_dir=rejects_dir, stop=stop)
        for error in (summary.error, *(task.error for task in summary.tasks)):
            if summary.exit_code in _RAISED and exit_code_of(error) == summary.exit_code:
                assert error is not None
                raise error
        return summary

    def attempt(
        self,
        *,
        restart: bool = False,
        rejects_dir: Path | str | None = None,
        stop: threading.Event | None = None,
    ) -> RunSummary:
        """Load everything, each row exactly once, or go on where an earlier attempt was interrupted.

        ``restart``: give up an unfinished run, and begin a new one. ``rejects_dir``: the folder for rejected
        rows. ``stop``: once set, the batch in flight is committed and the run ends. Whatever happens is told by
        the summary; KeyboardInterrupt goes through.
        """
        loaded = self._loaded
        loaded.problems.found.clear()  # of an earlier attempt
        sample = self._sample_run()
        delivery = ExactlyOnce(
            self.name,
            plan=plan_of(loaded.model.tasks, loaded.workshop, sample),
            parameters={name: value.recorded for name, value in loaded.parameters.items() if not value.secret},
            plugins={HOST: host_version(), **loaded.workshop.plugins},
            restart=restart,
        )
        context = ETLContext(loaded.settings, delivery, loaded.connections.made(sample), rejects_dir)
        context.stop = stop or context.stop
        try:
            with context:
                self._execute(context, delivery)
        except KeyboardInterrupt:
            raise
        except BaseException:  # SystemExit too, or a plugin could end the process as if all were well
            log.debug("the run failed", exc_info=True)  # the summary has the error
        return context.summary

    def _execute(self, context: ETLContext, delivery: ExactlyOnce) -> None:
        loaded = self._loaded
        for use in loaded.reporters:
            if (step := loaded.workshop.step(use)) is not None:
                context.reporting.add(step.make(context.run, context=context))
        heed(self._findings(context), loaded.problems)
        tasks = assembled(loaded.model, loaded.workshop, context).leaves()
        delivery.open([store for task in tasks if isinstance(task, ChainTask) for store in task.stores()])
        # Only now is it known which run this is: the tasks are made anew for it.
        assembled(loaded.model, loaded.workshop, context).execute()

    def _findings(self, context: ETLContext) -> list[Finding]:
        loaded = self._loaded
        tasks = assembled(loaded.model, loaded.workshop, context).leaves()
        return [*findings(tasks, loaded.model, loaded.workshop)]

    def _sample_run(self) -> Run:
        """Stands in for a run where it doesn't matter which."""
        return Run.new(self.name)
