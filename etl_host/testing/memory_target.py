"""A target in memory: rows and checkpoints that are committed together, or not at all."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Self

from etl_host.core.checkpoint import CheckpointKey, CheckpointState, Run
from etl_host.core.errors import ConnectionMissing, Fenced
from etl_host.core.store import RunRecord


@dataclass
class StoredCheckpoint:
    """A checkpoint as it is stored: JSON in ``state``."""

    owner: str
    origin: int = 0
    state: str = ""


@dataclass
class Content:
    """All that a target holds. ``runs``: the newest last."""

    rows: list[Any] = field(default_factory=list)
    runs: dict[str, RunRecord] = field(default_factory=dict)
    checkpoints: dict[CheckpointKey, StoredCheckpoint] = field(default_factory=dict)


class MemoryTarget:
    """A connection, and its own store of checkpoints. Its content outlives the contexts that use it."""

    def __init__(self) -> None:
        self._content = Content()
        self._mutex = threading.RLock()

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        raise ConnectionMissing(f"connection {name}: a target in memory is given to the context by hand")

    def close(self) -> None: ...

    @property
    def rows(self) -> list[Any]:
        """The rows that are committed."""
        return list(self._content.rows)

    @contextmanager
    def transaction(self, *, commit: bool = True) -> Iterator[Content]:
        """A copy of the content, which replaces it where the block ends without an error and is to be committed."""
        with self._mutex:
            content = deepcopy(self._content)
            yield content
            if commit:
                self._content = content

    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        with self.transaction() as content:
            active = next((record.run for record in self._records(content, run.pipeline) if record.active), None)
            if active is not None and (active.owner != after or (active.id != run.id and not abandon)):
                return active
            if active is not None and active.id != run.id:
                given_up = replace(active, owner=run.owner, status="abandoned")
                content.runs[active.id] = replace(content.runs[active.id], run=given_up, active=False)
                _fence(content, active.id, run.owner)
            if (known := content.runs.get(run.id)) is not None:
                kept = replace(known.run, owner=run.owner, attempt=known.run.attempt + 1, status="running")
                run = replace(kept, plan=run.plan, plugins=run.plugins, process=run.process)
            content.runs[run.id] = RunRecord(run, active=True, heartbeat=time.monotonic())
        return run

    def beat(self, run: Run) -> None:
        with self.transaction() as content:
            record = content.runs.get(run.id)
            if record is not None and record.run.owner == run.owner:
                content.runs[run.id] = replace(record, heartbeat=time.monotonic())

    def take_over(self, run: Run, keys: Sequence[CheckpointKey]) -> Mapping[CheckpointKey, tuple[int, str]]:
        with self.transaction() as content:
            record = content.runs.get(run.id)
            if record is None or record.run.owner != run.owner:
                raise Fenced(f"run {run.id} was taken over by another process")
            content.runs[run.id] = replace(record, run=replace(record.run, plan=run.plan))
            for key in keys:
                content.checkpoints.setdefault(key, StoredCheckpoint(run.owner))
            _fence(content, run.id, run.owner)
            found = {key: content.checkpoints[key] for key in keys}
        return {key: (stored.origin, stored.state) for key, stored in found.items()}

    def finish(self, run: Run, status: str, exit_code: int, summary: Mapping[str, Any]) -> None:
        with self.transaction() as content:
            record = content.runs.get(run.id)
            if record is not None and record.run.owner == run.owner:
                content.runs[run.id] = replace(
                    record,
                    run=replace(record.run, status=status),
                    active=status not in Run.FINISHED,
                    ended=datetime.now(UTC).isoformat(timespec="seconds"),
                    exit_code=exit_code,
                    summary=dict(summary),
                )

    def runs(self, pipeline: str | None = None) -> Sequence[RunRecord]:
        with self.transaction(commit=False) as content:
            return self._records(content, pipeline)

    def delete(self, run: str) -> bool:
        with self.transaction() as content:
            record = content.runs.get(run)
            if record is None or (record.active and record.run.status == "running" and _silence(record) < 60):
                return False
            del content.runs[run]
            content.checkpoints = {key: stored for key, stored in content.checkpoints.items() if key.run != run}
        return True

    def _records(self, content: Content, pipeline: str | None) -> list[RunRecord]:
        newest_first = reversed(content.runs.values())
        return [
            replace(record, silence=_silence(record), checkpoints=_checkpoints(content, record.run.id))
            for record in newest_first
            if pipeline in (None, record.run.pipeline)
        ]


def _silence(record: RunRecord) -> float:
    """Seconds since the last beat."""
    return float(time.monotonic() - record.heartbeat)


def _fence(content: Content, run: str, owner: str) -> None:
    """Let ``owner`` alone write the checkpoints of ``run``."""
    for key, checkpoint in content.checkpoints.items():
        if key.run == run:
            checkpoint.owner = owner


def _checkpoints(content: Content, run: str) -> dict[CheckpointKey, tuple[int, CheckpointState]]:
    return {
        key: (stored.origin, CheckpointState.from_json(stored.state))
        for key, stored in content.checkpoints.items()
        if key.run == run
    }
