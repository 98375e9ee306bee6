"""The runs that several stores have recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from etl_host.cli.runs.recorded import RecordedRun
from etl_host.core.errors import EtlHostError, ExitCode, Locked
from etl_host.core.store import CheckpointStore, KeepsHistory, RunRecord
from etl_host.delivery.runs.lock import held
from etl_host.delivery.runs.status import RUNNING
from etl_host.registry.suggestions import did_you_mean


class UnknownRun(EtlHostError):
    """No store has a record of it."""

    code = "unknown-run"
    exit_code: ClassVar[ExitCode] = ExitCode.USAGE


class Records:
    """What ``stores`` have recorded; ``pipeline``: only of its runs, and of the replays of their rejects."""

    def __init__(self, stores: Sequence[CheckpointStore], pipeline: str | None = None) -> None:
        self._stores = stores
        self._pipeline = pipeline

    def runs(self) -> list[RecordedRun]:
        """All, the newest first. A run that is recorded in several stores is one."""
        found: dict[str, list[RunRecord]] = {}
        for store in self._stores:
            for record in store.runs():
                if self._is_meant(record.run.pipeline):
                    found.setdefault(record.run.id, []).append(record)
        return sorted(map(RecordedRun, found.values()), key=lambda run: (run.started, run.id), reverse=True)

    def _is_meant(self, pipeline: str) -> bool:
        return self._pipeline in (None, pipeline) or pipeline.startswith(f"{self._pipeline} replay ")

    def named(self, ids: Sequence[str]) -> list[RecordedRun]:
        """Those of these ids, each once. Raises UnknownRun for the first that there isn't."""
        known = {run.id: run for run in self.runs()}
        for name in ids:
            if name not in known:
                raise UnknownRun(
                    f"there is no run {name}{did_you_mean(name, known)}", remedy="etl-host runs list shows which are"
                )
        return [known[name] for name in dict.fromkeys(ids)]

    def refuse_running(self, run: RecordedRun) -> None:
        """Raise Locked where a process works on it."""
        if run.status == RUNNING:
            raise held(run.record)

    def delete(self, run: RecordedRun) -> None:
        """Forget it in every store. Raises Locked where one refuses that, since its process may still be there."""
        for store in self._stores:
            if any(record.run.id == run.id for record in store.runs()) and not store.delete(run.id):
                raise Locked(
                    f"run {run.id} of {run.run.pipeline} was heard of in the last minute, and may be there still",
                    remedy="try again in a minute",
                )
        for store in self._stores:
            if isinstance(store, KeepsHistory):
                store.forget(run.id)

    def history(self, run: RecordedRun) -> list[Mapping[str, Any]]:
        """What a reporter has kept of its batches, in order."""
        return [entry for store in self._stores if isinstance(store, KeepsHistory) for entry in store.history(run.id)]
