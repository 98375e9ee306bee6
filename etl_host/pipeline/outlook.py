"""What a run would do, as far as the stores tell before it begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from etl_host.core.checkpoint import Run
from etl_host.core.errors import RunRefused
from etl_host.core.problem import Problem
from etl_host.core.store import CheckpointStore, RunRecord
from etl_host.delivery.resume import can_go_on
from etl_host.delivery.runs.plan import BEGIN_AGAIN, refuse_changes
from etl_host.pipeline.check_context import problem_of

OUTLOOK: Final = "run"


def outlook(stores: Sequence[CheckpointStore], run: Run, sources: Mapping[str, object]) -> Iterator[Problem]:
    """Whether ``run`` would be a new one, go on with an unfinished one, or be refused. Changes nothing.

    ``stores``: those of its tasks. ``sources``: of each task, by its key in the plan.
    """
    records = [record for store in stores for record in store.runs(run.pipeline)]
    unfinished = [record for record in records if record.active and record.started_tasks()]
    if not unfinished:
        yield Problem("ok", OUTLOOK, f"a new run{_last(records)}")
        return
    try:
        _refuse(unfinished, run, sources)
    except RunRefused as error:
        yield problem_of(OUTLOOK, error)
    else:
        yield Problem("ok", OUTLOOK, _goes_on(unfinished))


def _refuse(unfinished: Sequence[RunRecord], run: Run, sources: Mapping[str, object]) -> None:
    """Raise RunRefused where the run can't go on with them, as it would when it is begun."""
    ids = sorted({record.run.id for record in unfinished})
    if len(ids) > 1:
        raise RunRefused(f"there are two unfinished runs of {run.pipeline}: {', '.join(ids)}", remedy=BEGIN_AGAIN)
    for record in unfinished:
        refuse_changes(record, run)
        for key, (origin, state) in record.checkpoints.items():
            if origin and not state.finished and key.task in sources and not can_go_on(sources[key.task]):
                raise RunRefused(
                    f"run {record.run.id} is unfinished, and the source of task {key.task} can't go on from a position",
                    remedy=BEGIN_AGAIN,
                )


def _goes_on(unfinished: Sequence[RunRecord]) -> str:
    run = unfinished[0].run
    states = {key: state for record in unfinished for key, (_, state) in record.checkpoints.items()}
    rows = sum(state.balance.read for state in states.values())
    read = f"{rows:,} {'row' if rows == 1 else 'rows'}"
    return f"goes on with run {run.id} of {run.started}, attempt {run.attempt + 1}, after {read}"


def _last(records: Sequence[RunRecord]) -> str:
    """The newest run that is over, if there was one."""
    last = max((record.run for record in records if not record.active), key=lambda run: run.started, default=None)
    return (
        f"; the last, {last.id}, began {last.started} and ended: {last.status}" if last else "; there was none before"
    )
