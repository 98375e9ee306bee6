"""Whether an unfinished run can go on with the pipeline as it is now."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

from etl_host.core.checkpoint import Run
from etl_host.core.errors import RunRefused
from etl_host.core.store import RunRecord
from etl_host.core.task import Task

log = logging.getLogger(__name__)
J = TypeVar("J")

Entry = Mapping[str, Any]

BEGIN_AGAIN = "begin again with --restart (in Python: restart=True), which loads committed rows again"


def task_key(task: Task) -> str:
    """How ``task`` is called in plans and checkpoints: by its path of names in the tree."""
    return "/".join(quote(name, safe=" ") for name in task.path)


def as_stored(value: J) -> J:
    """``value`` as a store gives it back: plain JSON, and text for what JSON lacks, so that it can be compared."""
    stored: J = json.loads(json.dumps(value, default=str))
    return stored


def refuse_changes(record: RunRecord, run: Run) -> None:
    """Raise RunRefused where ``run`` can't go on with ``record``, naming every difference.

    What must be the same: parameters, and up to the last task of which something is committed, the tasks in their
    order with their sources and lanes, and all else of those in lanes, in which a row must fall into the bucket that it
    was in. Other changes (validators, queries) are logged. The tasks of a run without a
    plan, built by hand, are compared as they come (see ``EarlierTasks``).
    """
    differences = [*_parameters(record.run.parameters, run.parameters), *(_tasks(record, run.plan) if run.plan else ())]
    if differences:
        raise RunRefused(
            f"run {record.run.id} of {run.pipeline} is unfinished and can't go on, "
            "since the pipeline has changed:\n  " + "\n  ".join(differences),
            remedy=f"undo the changes to go on, or {BEGIN_AGAIN}",
        )


def _parameters(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            yield f"parameter {name} was {before.get(name)!r}, now it is {now.get(name)!r}"


def _tasks(record: RunRecord, now: Sequence[Entry]) -> Iterator[str]:
    started = record.started_tasks()
    last = max((i for i, entry in enumerate(record.run.plan) if entry["task"] in started), default=-1)
    before = record.run.plan[: last + 1]
    names = [entry["task"] for entry in before]
    if names != [entry["task"] for entry in now[: last + 1]]:
        yield f"the tasks were {', '.join(names)}; now they are {', '.join(entry['task'] for entry in now)}"
        return
    for old, new in zip(before, now, strict=False):
        if old["task"] not in started:
            continue
        for part in sorted({*old, *new} - {"task"}):
            if old.get(part) == new.get(part):
                continue
            if part in ("source", "lanes") or "lanes" in old:
                yield f"the {part} of task {old['task']} has changed"
            else:
                log.warning("the %s of task %s changed since the run began; it goes on as it is now", part, old["task"])
