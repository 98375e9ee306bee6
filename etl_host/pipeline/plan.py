"""What a run is compared by when it is gone on with: its tasks in order, each with what it consists of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from etl_host.core.checkpoint import Run
from etl_host.core.errors import InputError
from etl_host.core.files.location import FileLocation
from etl_host.pipeline.lanes import recorded_lanes
from etl_host.pipeline.model import GroupModel, RunModel, TaskModel, Use
from etl_host.pipeline.steps import Steps


def plan_of(tasks: Sequence[TaskModel], steps: Steps, run: Run) -> list[Mapping[str, Any]]:
    """An entry of plain JSON for each task that is no group: its path, and a hash of each of its parts.

    A hash is that of name and options as the file gives them: parameters replaced, paths as written, secrets
    and what changes with each run left out, contents of files such as ``query_file`` included. ``run`` stands
    in for any run.
    """
    return [*_entries(tasks, (), steps, run)]


def _entries(tasks: Sequence[TaskModel], above: tuple[str, ...], steps: Steps, run: Run) -> Iterator[Mapping[str, Any]]:
    for task in tasks:
        path = (*above, task.name)
        if isinstance(task, GroupModel):
            yield from _entries(task.tasks, path, steps, run)
            continue
        entry = {"task": "/".join(quote(name, safe=" ") for name in path)}
        if isinstance(task, RunModel):
            entry["source"] = _hash([task.run], steps, run)
        else:
            entry["source"] = _hash([task.source], steps, run)
            entry["validators"] = _hash(task.validators, steps, run)
            entry["sink"] = _hash([task.sink], steps, run)
            if task.settings.lanes is not None:
                entry["lanes"] = _digest(recorded_lanes(task.settings.lanes))
        yield entry


def _hash(uses: Sequence[Use], steps: Steps, run: Run) -> str:
    parts = []
    for use in uses:
        if (step := steps.step(use)) is not None:
            contents = _contents(step.arguments(run) or {}, step.known)
            parts.append({**step.recorded(), "contents": contents})
    return _digest(parts)


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _contents(arguments: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, str]:
    """Hashes of the files that stand for an option: ``query_file`` holds the option ``query``.

    A file that can't be read has none: the processor that wants it will say so.
    """
    contents = {}
    for name, value in arguments.items():
        option, suffix, _ = name.rpartition("_file")
        if suffix and option in known and isinstance(value, FileLocation | Path):
            try:
                with FileLocation.of(value).open() as stream:
                    contents[name] = hashlib.sha256(stream.read()).hexdigest()
            except InputError:
                continue
    return contents
