"""Runs whose ids are given by who starts them: a scheduler, which starts one again that it takes to have failed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from etl_host.core.errors import OptionError, RunRefused
from etl_host.core.store import CheckpointStore, RunRecord
from etl_host.core.summary import RunSummary
from etl_host.delivery.runs.plan import BEGIN_AGAIN

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
"""No dot: in the names of files of rejects it stands between a task and a run."""


def checked(run_id: str) -> str:
    """``run_id``, which may be an id. Raises OptionError."""
    if _ID.fullmatch(run_id) is None:
        raise OptionError(
            "run_id",
            f"{run_id!r} can't be the id of a run, which is part of names of files",
            remedy="up to 100 letters, digits, - and _, the first a letter or digit",
        )
    return run_id


def ended_before(run_id: str, pipeline: str, stores: Iterable[CheckpointStore]) -> RunSummary | None:
    """How the run of that id ended, if it is finished; None where it is unfinished, or new.

    Raises RunRefused where the id is not, or no longer, one that a run of ``pipeline`` can have.
    """
    records = records_of(run_id, pipeline, stores)
    if not records or any(record.active for record in records):
        return None
    try:
        return RunSummary.from_dict(records[0].summary or {})
    except ValueError as error:
        raise RunRefused(
            f"run {run_id} of {pipeline} is finished, but how it ended can't be read: {error}",
            remedy="give a new run another id",
        ) from error


def records_of(run_id: str, pipeline: str, stores: Iterable[CheckpointStore]) -> list[RunRecord]:
    """What the stores hold of the run of that id. Raises RunRefused where it is another pipeline's, or given up."""
    records = [record for store in stores for record in store.runs() if record.run.id == run_id]
    for run in (record.run for record in records):
        if run.pipeline != pipeline:
            raise RunRefused(
                f"run {run_id} is one of {run.pipeline}, not of {pipeline}",
                remedy=f"give each pipeline's runs ids of their own, such as {pipeline}-{run_id}",
            )
        if run.status == "abandoned":
            raise RunRefused(f"run {run_id} was given up for a later one", remedy="give a new run another id")
    return records


def refuse_another(run_id: str, unfinished: Sequence[RunRecord], *, restart: bool) -> None:
    """Raise RunRefused where the run of that id can't begin, or go on, since others are unfinished."""
    if restart:
        if any(record.run.id == run_id for record in unfinished):
            raise RunRefused(
                f"run {run_id} is unfinished, and --restart begins another run",
                remedy="leave out --restart to go on with it, or give the new run another id",
            )
        return
    for run in (record.run for record in unfinished if record.started_tasks()):
        if run.id != run_id:
            raise RunRefused(
                f"run {run.id} of {run.pipeline} is unfinished, so run {run_id} can't begin",
                remedy=f"finish that one first, with --run-id {run.id} or without an id; or {BEGIN_AGAIN}",
            )
