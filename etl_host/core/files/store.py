"""Keeps checkpoints beside a file, and commits them with what is appended to it.

Rows are appended to ``out.csv.part`` and synced; then a new ``out.csv.state``, with the checkpoint and the length of
the part, is renamed over the old one: that commits both. What a crash leaves behind that length is dropped. When all
rows are committed, the part is renamed to ``out.csv``; the state, which says so by then, lets a later attempt do it
again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

from etl_host.core.batch import Statistics
from etl_host.core.checkpoint import Checkpoint, CheckpointKey, Run
from etl_host.core.errors import Fenced, Locked, OptionError, RunRefused
from etl_host.core.files.lock import FileLock
from etl_host.core.files.part import FilePart
from etl_host.core.files.state import FileCheckpoint, FileContent, FileState
from etl_host.core.files.sync import writing
from etl_host.core.store import RunRecord
from etl_host.core.task import Task

_RECENT: Final = 60.0
"""Seconds for which a process that was heard of is taken to be there."""


class FileStore:
    """The store of the file at ``path``, and a connection of the context. Makes nothing before it is written to.

    It is locked from the first change until it is closed. Whatever is to write raises Locked where another process
    does so, and OutputError where that fails.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = FilePart(path)
        self._state = path.with_name(path.name + ".state")
        self._lock = FileLock(path.with_name(path.name + ".lock"))
        self._mutex = threading.RLock()
        self._task: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        return cls(Path(name))

    def close(self) -> None:
        self._lock.release()

    def claim(self, task: Task) -> None:
        """Let ``task`` alone write the file. Raises OptionError where another task of the context does."""
        with self._mutex:
            if self._task not in ((), task.path):
                raise OptionError("file", f"another task writes {self.path}", remedy="give each task a file of its own")
            self._task = task.path

    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        """As the protocol says. Raises RunRefused where the part holds rows of another pipeline's unfinished run."""
        with self._changing() as state:
            active = next((record.run for record in state.records(run.pipeline) if record.active), None)
            if active is not None and (active.owner != after or (active.id != run.id and not abandon)):
                return active
            if active is not None and active.id != run.id:
                given_up = replace(active, owner=run.owner, status="abandoned")
                state.runs[active.id] = replace(state.runs[active.id], run=given_up, active=False)
                state.give(active.id, run.owner)
            if (known := state.runs.get(run.id)) is not None:
                kept = replace(known.run, owner=run.owner, attempt=known.run.attempt + 1, status="running")
                run = replace(kept, plan=run.plan, plugins=run.plugins, process=run.process)
            self._give_part_to(run.id, state)
            state.runs[run.id] = RunRecord(run, active=True)
            self._lock.beat()
        return run

    def _give_part_to(self, run: str, state: FileState) -> None:
        if state.content.run == run:
            return
        self._refuse_unfinished(state)
        if any(key.run == run and (stored.origin or stored.state) for key, stored in state.checkpoints.items()):
            raise RunRefused(f"{self.path} holds rows of a later run than {run}", remedy="begin again with --restart")
        state.content = FileContent(run)

    def _refuse_unfinished(self, state: FileState) -> None:
        """Raise RunRefused where rows would be lost that an unfinished run has committed."""
        record = state.runs.get(state.content.run)
        if record is not None and record.active and state.content.length:
            raise RunRefused(
                f"{self._part.path} holds rows of the unfinished run {record.run.id} of {record.run.pipeline}",
                remedy=f"finish that run first, or remove {self._state.name} to lose them",
            )

    def beat(self, run: Run) -> None:
        with self._mutex, writing(self.path):
            if FileState.load(self._state).is_owned(run):
                self._lock.beat()

    def take_over(self, run: Run, keys: Sequence[CheckpointKey]) -> Mapping[CheckpointKey, tuple[int, str]]:
        """As the protocol says. Raises RunRefused where the part lacks rows that are committed."""
        with self._changing() as state:
            if not state.is_owned(run):
                raise Fenced(f"run {run.id} was taken over by another process")
            if state.content.complete:
                self._part.publish()
            elif not self._part.holds(state.content.length):
                raise RunRefused(
                    f"{self._part.path} lacks rows that run {run.id} has written to it",
                    remedy="bring it back, or begin again with --restart",
                )
            state.runs[run.id] = replace(state.runs[run.id], run=replace(state.runs[run.id].run, plan=run.plan))
            for key in keys:
                state.checkpoints.setdefault(key, FileCheckpoint(run.owner))
            state.give(run.id, run.owner)
            return {key: (state.checkpoints[key].origin, state.checkpoints[key].state) for key in keys}

    def finish(self, run: Run, status: str, exit_code: int, summary: Mapping[str, Any]) -> None:
        with self._changing() as state:
            if state.is_owned(run):
                state.runs[run.id] = replace(
                    state.runs[run.id],
                    run=replace(state.runs[run.id].run, status=status),
                    active=status not in Run.FINISHED,
                    ended=datetime.now(UTC).isoformat(timespec="seconds"),
                    exit_code=exit_code,
                    summary=dict(summary),
                )
                state.forget_old()

    def runs(self, pipeline: str | None = None) -> Sequence[RunRecord]:
        with writing(self.path):
            heartbeat = self._lock.heartbeat()
            silence = None if heartbeat is None else max(0.0, time.time() - heartbeat / 1e9)
            records = FileState.load(self._state).records(pipeline)
        return [replace(record, heartbeat=heartbeat, silence=silence) for record in records]

    def delete(self, run: str) -> bool:
        with self._changing() as state:
            record = next((known for known in self.runs() if known.run.id == run), None)
            recent = record is not None and record.silence is not None and record.silence < _RECENT
            if record is None or (record.active and record.run.status == "running" and recent):
                return False
            state.forget(run)
        return True

    def commit(
        self, checkpoint: Checkpoint, counted: Statistics, encoded: Callable[[FileContent], tuple[bytes, Any]]
    ) -> Statistics:
        """Append what ``encoded`` makes for the content so far, bytes and layout, with the checkpoint.

        Returns what was counted. Raises Fenced where the checkpoint belongs to somebody else by now.
        """
        with self._held():
            state = FileState.load(self._state)
            stored = state.checkpoints.get(checkpoint.key)
            if stored is None:
                raise RunRefused(f"{self._state} lacks the checkpoint of task {checkpoint.key.task}")
            is_stored = checkpoint.is_stored(stored.owner, stored.origin)
            content = state.content
            if content.run != checkpoint.key.run:
                raise Fenced(f"{self.path} is written by another run, {content.run}, by now")
            if content.complete:  # the last checkpoint, which moves nothing, is written again
                self._part.publish()
            if is_stored or content.complete:
                return checkpoint.written(stored.state)
            data, layout = encoded(content)
            if not checkpoint.commit:
                return counted
            stored.origin, stored.state = checkpoint.position.origin, checkpoint.state(counted)
            length = self._part.append(content.length, data)
            state.content = replace(content, length=length, layout=layout, complete=checkpoint.finished)
            state.save(self._state)
            if checkpoint.finished:
                self._part.publish()
        return counted

    def append(self, content: FileContent, data: bytes, layout: Any) -> FileContent:
        """The content after ``data`` was appended without a checkpoint.

        Raises RunRefused where the part holds committed rows of an unfinished run.
        """
        with self._held():
            self._refuse_unfinished(FileState.load(self._state))
            return replace(content, length=self._part.append(content.length, data), layout=layout)

    def publish(self) -> None:
        """Let what was appended without checkpoints be the file."""
        with self._held():
            self._part.publish()

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._mutex, writing(self.path):
            if not self._lock.acquire():
                raise self._locked()
            yield

    @contextmanager
    def _changing(self) -> Iterator[FileState]:
        """The state, which is stored where the block ends without an error."""
        with self._held():
            state = FileState.load(self._state)
            yield state
            state.save(self._state)

    def _locked(self) -> Locked:
        process = next((record.run.process for record in self.runs() if record.run.status == "running"), {})
        host, pid = process.get("host", "unknown"), process.get("pid", "unknown")
        return Locked(
            f"{self.path} is being written by another process: {pid} on host {host}",
            remedy="wait until it has ended, or stop it",
        )
