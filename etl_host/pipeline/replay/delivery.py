"""Delivering a replay: a run of its own, known by the rejects that it replays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from etl_host.core.batch import Batches, T
from etl_host.core.checkpoint import Run
from etl_host.core.context import ETLContext
from etl_host.core.errors import LostRejects, RunRefused
from etl_host.core.rejects import RejectsFile
from etl_host.core.sink import Sink
from etl_host.core.store import CheckpointStore
from etl_host.delivery import ExactlyOnce
from etl_host.pipeline.replay.files import RunOfRejects


class ReplayDelivery(ExactlyOnce):
    """ExactlyOnce for the replay of the rejects of ``run``, which rejects for ``pipeline``, too.

    To stores it is a pipeline of its own, so that it neither waits for a run of ``pipeline`` nor goes on with one.
    """

    def __init__(self, pipeline: str, run: RunOfRejects, **options: Any) -> None:
        super().__init__(f"{pipeline} replay {run.task} {run.id}", **options)
        self._replayed_pipeline = pipeline
        self._replayed = run

    def begin(self, context: ETLContext, run: Run) -> None:
        super().begin(context, replace(run, id=self._replayed.replay.id))

    def open(self, stores: Iterable[CheckpointStore]) -> None:
        """As ever. Raises RunRefused where the run of the rejects is unfinished: it needs the file to go on."""
        known = [*stores]
        for store in known:
            if any(record.active and record.run.id == self._replayed.id for record in store.runs()):
                raise RunRefused(
                    f"run {self._replayed.id} of {self._replayed_pipeline} is unfinished, and its rejects may change",
                    remedy="let that run end first: start its command again",
                )
        with _never_begun_anew():
            super().open(known)

    def deliver(self, sink: Sink[T], max_batch_size: int) -> Batches[T]:
        with _never_begun_anew(), closing(super().deliver(sink, max_batch_size)) as batches:
            yield from batches

    def rejects(self, path: Path, identity: Mapping[str, str]) -> RejectsFile:
        return super().rejects(path, {**identity, "pipeline": self._replayed_pipeline})


@contextmanager
def _never_begun_anew() -> Iterator[None]:
    """Remedies for a replay: it is not begun again, as a load is, since that would load rows twice."""
    try:
        yield
    except LostRejects as error:
        error.remedy = "put the file back; or go on without them with --accept-lost-rejects"
        raise
    except RunRefused as error:
        error.remedy = "undo the changes since this replay was begun, then start the same command again"
        raise
