"""What is kept beside a file of its runs, and how much of it is committed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from etl_host.core.checkpoint import CheckpointKey, CheckpointState, Run
from etl_host.core.errors import RunRefused
from etl_host.core.files.sync import rename, sync
from etl_host.core.store import RunRecord

D = TypeVar("D")

_FORMAT: Final = 1
_ENDED_RUNS: Final = 20
"""How many ended runs are remembered: all are written anew with each batch."""


@dataclass
class FileCheckpoint:
    """A checkpoint as it is stored: JSON in ``state``."""

    owner: str
    origin: int = 0
    state: str = ""


@dataclass(frozen=True)
class FileContent:
    """What is committed of the rows of ``run``: the first ``length`` bytes of the part.

    ``layout``: what the sink keeps of it, plain JSON. ``complete``: there is no more to come, the part is the file.
    """

    run: str = ""
    length: int = 0
    layout: Any = None
    complete: bool = False


@dataclass
class FileState:
    """``runs``: by id, the newest last; ``checkpoints``: of all of them."""

    content: FileContent = FileContent()
    runs: dict[str, RunRecord] = field(default_factory=dict)
    checkpoints: dict[CheckpointKey, FileCheckpoint] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> FileState:
        """What is stored at ``path``, if anything. Raises OSError, and RunRefused where it is damaged."""
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            if stored["format"] != _FORMAT:
                raise ValueError(f"format {stored['format']}")
            state = cls(
                _checked(FileContent(**stored["content"])),
                {entry["run"]["id"]: _record(entry) for entry in stored["runs"]},
                {
                    _checked(CheckpointKey(**key)): _checked(FileCheckpoint(**checkpoint))
                    for key, checkpoint in stored["checkpoints"]
                },
            )
            for checkpoint in state.checkpoints.values():
                CheckpointState.from_json(checkpoint.state)
        except FileNotFoundError:
            return cls()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunRefused(
                f"{path} is damaged: what is committed of the file isn't known",
                remedy=f"remove {path.name} to write the file from the beginning",
            ) from error
        return state

    def save(self, path: Path) -> None:
        """Replace what is stored at ``path``: once this returns, it is committed. Raises OSError."""
        stored = {
            "format": _FORMAT,
            "content": asdict(self.content),
            "runs": [_entry(record) for record in self.runs.values()],
            "checkpoints": [(asdict(key), asdict(checkpoint)) for key, checkpoint in self.checkpoints.items()],
        }
        new = path.with_name(path.name + ".new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(stored, file)
            sync(file)
        rename(new, path)

    def records(self, pipeline: str | None) -> list[RunRecord]:
        """The runs of that pipeline, or all, with their checkpoints, the newest first."""
        return [
            replace(record, checkpoints=self._checkpoints_of(record.run.id))
            for record in reversed(self.runs.values())
            if pipeline in (None, record.run.pipeline)
        ]

    def _checkpoints_of(self, run: str) -> Mapping[CheckpointKey, tuple[int, CheckpointState]]:
        own = {key: stored for key, stored in self.checkpoints.items() if key.run == run}
        return {key: (stored.origin, CheckpointState.from_json(stored.state)) for key, stored in own.items()}

    def is_owned(self, run: Run) -> bool:
        """Whether ``run`` is recorded with its owner."""
        return run.id in self.runs and self.runs[run.id].run.owner == run.owner

    def give(self, run: str, owner: str) -> None:
        """Let ``owner`` alone write the checkpoints of ``run``."""
        for key, checkpoint in self.checkpoints.items():
            if key.run == run:
                checkpoint.owner = owner

    def forget(self, run: str) -> None:
        """Drop the run and its checkpoints."""
        del self.runs[run]
        self.checkpoints = {key: stored for key, stored in self.checkpoints.items() if key.run != run}

    def forget_old(self) -> None:
        """Drop the oldest of the ended runs, where there are many."""
        for run in [name for name, record in self.runs.items() if not record.active][:-_ENDED_RUNS]:
            self.forget(run)


def _entry(record: RunRecord) -> dict[str, Any]:
    kept = {name: getattr(record, name) for name in ("active", "ended", "exit_code", "summary")}
    return {"run": asdict(record.run), **kept}


def _record(entry: Mapping[str, Any]) -> RunRecord:
    run = _checked(Run(**{**entry["run"], "plan": tuple(entry["run"]["plan"])}))
    return _checked(RunRecord(run, **{name: value for name, value in entry.items() if name != "run"}))


def _checked(made: D) -> D:
    """Raises ValueError where a field is of another type than what this one would store."""
    for name, kind in _TYPES[type(made)].items():
        value: Any = getattr(made, name)
        fits = isinstance(value, kind) and isinstance(value, bool) == (kind is bool)
        if not fits or (kind is int and value < 0):
            raise ValueError(f"{name} is {value!r}")
    return made


_RUN: Final = ("id", "pipeline", "owner", "started", "rejects_dir", "status")
_TYPES: Final[Mapping[type, Mapping[str, type]]] = {
    FileContent: {"run": str, "length": int, "complete": bool},
    FileCheckpoint: {"owner": str, "origin": int, "state": str},
    CheckpointKey: {"run": str, "task": str, "partition": int, "bucket": int},
    RunRecord: {"active": bool},
    Run: {"attempt": int, "plan": tuple, "parameters": dict, "plugins": dict, "process": dict}
    | dict.fromkeys(_RUN, str),
}
