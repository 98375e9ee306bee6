"""One attempt to run a pipeline, from its context to its last task, and the checks that come before."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from etl_host.core.checkpoint import Run
from etl_host.core.context import ETLContext
from etl_host.core.errors import Interrupted, OptionError
from etl_host.core.reporting import Reporter
from etl_host.core.task import Task
from etl_host.delivery import ExactlyOnce
from etl_host.delivery.runs.ids import ended_before
from etl_host.delivery.runs.plan import as_stored
from etl_host.delivery.trial import ROWS, Trial
from etl_host.delivery.writing.retry import RETRY_TIME
from etl_host.pipeline.assembly import assembled
from etl_host.pipeline.check_context import CheckContext
from etl_host.pipeline.checks import Checks
from etl_host.pipeline.file_checks import findings_of_file
from etl_host.pipeline.finding import Finding
from etl_host.pipeline.loading import Loaded
from etl_host.pipeline.plan import plan_of
from etl_host.pipeline.stores import stores_of
from etl_host.pipeline.verdict import heed
from etl_host.registry.discovery import HOST, host_version

log = logging.getLogger(__name__)


def check(loaded: Loaded, *, offline: bool) -> list[Finding]:
    """All that can be said before a run. Raises EtlHostError where a connection can't even be made."""
    run = _new_run(loaded)
    with ETLContext(loaded.settings, connections=loaded.connections.made(run)) as lender:
        checks, tasks = _checks(loaded, None if offline else lender)
        found = [*findings_of_file(loaded), *checks.findings(tasks), *checks.outlook(tasks, run)]
    masked = loaded.problems.masked
    return [replace(one, problem=replace(one.problem, message=masked(one.problem.message))) for one in found]


class AttemptOptions(TypedDict, total=False):
    """What an attempt may be told.

    ``restart``: give up an unfinished run, and begin a new one. ``rejects_dir``: the folder for rejected rows.
    ``accept_lost_rejects``: go on though rejects of an earlier attempt are gone. ``limit``: rows to read; the first
    task to have read as many is the last one. ``retry_time``: seconds to wait out a target in trouble. ``stop``: once
    set, the batch in flight is committed and the run ends. ``reporters``: hear of this attempt, beside those of the
    file. ``rollback``: only try the first rows of each task, ``limit`` or 100, and roll all back. ``run_id``: the id
    that the run has, or is to have; of a finished one only the summary is given again.
    """

    restart: bool
    rejects_dir: Path | str | None
    accept_lost_rejects: bool
    limit: int | None
    retry_time: float
    stop: threading.Event
    reporters: Sequence[Reporter]
    rollback: bool
    run_id: str | None


def new_context(loaded: Loaded, options: AttemptOptions) -> ETLContext:
    """The context of an attempt. Raises EtlHostError where a connection can't be made, or an option is wrong."""
    run = _new_run(loaded)
    limit, rollback = options.get("limit"), options.get("rollback", False)
    if rollback and options.get("run_id") is not None:
        raise OptionError("run_id", "what is rolled back is no run, and has no id", remedy="leave out one of the two")
    delivery = Trial(run.pipeline, limit or ROWS) if rollback else _exactly_once(loaded, run, options)
    context = ETLContext(
        loaded.settings,
        delivery,
        loaded.connections.made(run),
        options.get("rejects_dir"),
        reporters=options.get("reporters", ()),
        limit=None if rollback else limit,
    )
    context.stop = options.get("stop", context.stop)
    return context


def _exactly_once(loaded: Loaded, run: Run, options: AttemptOptions) -> ExactlyOnce:
    return ExactlyOnce(
        run.pipeline,
        plan=run.plan,
        parameters=run.parameters,
        plugins={HOST: host_version(), **loaded.steps.plugins},
        restart=options.get("restart", False),
        retry_time=options.get("retry_time", RETRY_TIME),
        accept_lost_rejects=options.get("accept_lost_rejects", False),
        run_id=options.get("run_id"),
    )


def execute(loaded: Loaded, context: ETLContext) -> None:
    """Check, begin the run or go on with one, and execute its tasks; nothing, where it is finished.

    Raises what stops it before the first task; how tasks end, the context's summary tells.
    """
    delivery = context.delivery
    assert isinstance(delivery, ExactlyOnce | Trial)
    for use in loaded.reporters:
        if (step := loaded.steps.step(use)) is not None:
            context.reporting.add(step.make(context.run, context=context))
    _refuse_if_stopped(context)
    leaves = [*assembled(loaded.model, loaded.steps, context).leaves()]
    if isinstance(delivery, ExactlyOnce) and delivery.run_id is not None:
        # before the checks: its inputs may be gone by now
        context.ended_before = ended_before(delivery.run_id, delivery.pipeline, stores_of(leaves))
        if context.ended_before is not None:
            log.warning("run %s is finished, and is not run again: this is how it ended", delivery.run_id)
            return
    checks, tasks = _checks(loaded, context)
    heed(checks.findings(tasks), loaded.problems)
    _refuse_if_stopped(context)
    if isinstance(delivery, Trial):
        delivery.open(leaves)
    else:
        delivery.open(stores_of(leaves))
    # Only now is it known which run this is: the tasks are made anew for it.
    assembled(loaded.model, loaded.steps, context).execute()


def _refuse_if_stopped(context: ETLContext) -> None:
    if context.stop.is_set():
        raise Interrupted(
            f"{context.run.pipeline} was asked to stop before it began; nothing was read or written",
            remedy="start the same command again",
        )


def _checks(loaded: Loaded, lender: ETLContext | None) -> tuple[Checks, list[Task]]:
    """The checks, and the tasks that they are for; ``lender``: whose connections they use."""
    context = CheckContext(loaded.model.name, loaded.settings, lender)
    tasks = [*assembled(loaded.model, loaded.steps, context).leaves()]
    return Checks(loaded.model, loaded.steps, loaded.connections, context), tasks


def _new_run(loaded: Loaded) -> Run:
    """A run that begins now, with what it would be compared by."""
    run = Run.new(loaded.model.name)
    parameters = {name: value.recorded for name, value in loaded.parameters.items() if not value.secret}
    plan = plan_of(loaded.model.tasks, loaded.steps, run)
    return replace(run, plan=as_stored(plan), parameters=as_stored(parameters))
