"""One attempt to replay the rejects of a task."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from etl_host.core.checkpoint import Run
from etl_host.core.context import ETLContext
from etl_host.core.errors import EtlHostError, ExitCode, exit_code_of
from etl_host.core.reporting import Reporter
from etl_host.core.summary import RunSummary
from etl_host.delivery.runs.plan import as_stored
from etl_host.delivery.writing.retry import RETRY_TIME
from etl_host.pipeline.check_context import CheckContext
from etl_host.pipeline.checks import Checks
from etl_host.pipeline.loading import Loaded
from etl_host.pipeline.model import ChainModel
from etl_host.pipeline.plan import plan_of
from etl_host.pipeline.replay.choosing import chosen_chain, newest_file
from etl_host.pipeline.replay.delivery import ReplayDelivery
from etl_host.pipeline.replay.files import RunOfRejects, is_replayed, mark_replayed
from etl_host.pipeline.replay.lines import Expected
from etl_host.pipeline.replay.task import ReplayTask
from etl_host.pipeline.tasks import PipelineTasks
from etl_host.pipeline.verdict import heed
from etl_host.registry.discovery import HOST, host_version

log = logging.getLogger(__name__)


class ReplayOptions(TypedDict, total=False):
    """What a replay may be told.

    ``rejects``: the file; by default that of the task's newest run in ``rejects_dir``. The others are those of
    ``AttemptOptions``.
    """

    rejects: Path | str | None
    rejects_dir: Path | str | None
    accept_lost_rejects: bool
    retry_time: float
    stop: threading.Event
    reporters: Sequence[Reporter]


def replay(loaded: Loaded, task: str, options: ReplayOptions) -> RunSummary:
    """How the replay of the rejects of ``task`` ended; without tasks and an id where there was nothing to do.

    KeyboardInterrupt goes through.
    """
    began = time.monotonic()
    loaded.problems.found.clear()  # of an earlier attempt
    try:
        chosen = _Replay.chosen(loaded, task, options)
        context = chosen.context(options) if chosen else None
    except Exception as error:
        return RunSummary(loaded.model.name, "", 1, time.monotonic() - began, [], error, exit_code_of(error))
    if chosen is None or context is None:
        return RunSummary(loaded.model.name, "", 1, time.monotonic() - began, [], None, ExitCode.OK)
    try:
        with context:
            chosen.execute(context)
    except KeyboardInterrupt:
        raise
    except BaseException:  # SystemExit too, or a plugin could end the process as if all were well
        log.debug("the replay failed", exc_info=True)  # the summary has the error
    if context.summary.exit_code in (ExitCode.OK, ExitCode.REJECTS):
        try:
            mark_replayed(chosen.file)
        except EtlHostError as error:
            return replace(context.summary, error=error, run_exit_code=error.exit_code)
    return context.summary


class _Replay:
    """The replay of ``file``, which ``run`` has rejected, through the chain of ``model``."""

    def __init__(self, loaded: Loaded, model: ChainModel, file: Path, run: RunOfRejects, expected: Expected) -> None:
        self.file = file
        self._loaded = loaded
        self._model = model
        self._run = run
        self._expected = expected

    @classmethod
    def chosen(cls, loaded: Loaded, task: str, options: ReplayOptions) -> _Replay | None:
        """The one that is asked for; None where there is nothing to do.

        Raises OptionError where task and file don't go together, InputError where the file can't be read, PipelineError
        where a processor refuses its options.
        """
        model = chosen_chain(loaded, task)
        named = options.get("rejects")
        file = Path(named) if named else newest_file(loaded, model, options.get("rejects_dir"))
        if file is None or is_replayed(file):
            return None
        expected = Expected(loaded.model.name, task, [use.label for use in model.uses()])
        run = expected.run_of(file)
        return cls(loaded, model, file.absolute(), RunOfRejects.of(task, run), expected) if run else None

    def context(self, options: ReplayOptions) -> ETLContext:
        """The context of an attempt. Raises EtlHostError where a connection can't be made."""
        loaded, model = self._loaded, self._model
        run = Run.new(loaded.model.name)
        parameters = {name: value.recorded for name, value in loaded.parameters.items() if not value.secret}
        plan = [{**entry, "source": self._run.id} for entry in plan_of([model], loaded.steps, run)]
        delivery = ReplayDelivery(
            loaded.model.name,
            self._run,
            plan=as_stored(plan),
            parameters=as_stored(parameters),
            plugins={HOST: host_version(), **loaded.steps.plugins},
            retry_time=options.get("retry_time", RETRY_TIME),
            accept_lost_rejects=options.get("accept_lost_rejects", False),
        )
        context = ETLContext(
            loaded.settings,
            delivery,
            loaded.connections.made(run),
            options.get("rejects_dir") or self.file.parent,
            reporters=options.get("reporters", ()),
        )
        context.stop = options.get("stop", context.stop)
        return context

    def execute(self, context: ETLContext) -> None:
        """Check, begin the run or go on with it, and load. Raises what stops it before the first row."""
        loaded = self._loaded
        for use in loaded.reporters:
            if (step := loaded.steps.step(use)) is not None:
                context.reporting.add(step.make(context.run, context=context))
        lender = CheckContext(loaded.model.name, loaded.settings, context)
        checks = Checks(loaded.model, loaded.steps, loaded.connections, lender)
        heed(checks.findings([self._task(lender)]), loaded.problems)
        delivery = context.delivery
        assert isinstance(delivery, ReplayDelivery)
        delivery.open(self._task(context).stores())
        PipelineTasks(context, [self._task(context)], pipeline=loaded.model.name).execute()

    def _task(self, context: ETLContext) -> ReplayTask:
        steps = [step for use in self._model.uses() if (step := self._loaded.steps.step(use)) is not None]
        return ReplayTask(
            context,
            steps,
            name=self._model.name,
            settings=self._model.settings,
            file=self.file,
            expected=self._expected,
        )
