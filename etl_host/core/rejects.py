"""The rows of a task that were set aside, with the reason: one JSON line each."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, TextIO

from etl_host.core.json_values import to_json


@dataclass(frozen=True)
class RowError:
    """One reason why a row was rejected.

    ``loc``: the way to the value in the row; ``code``: for programs; never the value.
    """

    message: str
    code: str = "invalid"
    loc: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Reject:
    """A row set aside. ``row`` is what the rejecting processor was given; ``bucket`` is None before the sink."""

    processor: str
    origin: int | None
    place: str | None
    bucket: int | None
    errors: tuple[RowError, ...]
    row: Any


class Rejects(Protocol):
    """Where a task's rejects go. Each call may come from any thread."""

    def begin(self, committed: Mapping[int | None, int]) -> int:
        """Keep only what is at or below the committed position of its bucket (None:

        before the sink); how many that are.
        """
        ...

    def append(self, reject: Reject) -> None:
        """Add one, at the latest by the next ``sync`` safe from a crash."""
        ...

    def sync(self) -> None:
        """Make everything appended safe from a crash; called before each commit."""
        ...

    def close(self) -> None:
        """Let go of everything; appending opens it again."""
        ...


class RejectsFile:
    """Rejects as JSON Lines in a file, which is made when the first row is rejected.

    ``identity`` (pipeline, run, task) begins each line. On resume, lines beyond what is committed are dropped
    in a new file renamed over the old one: a process that was overtaken goes on writing into a file that
    nobody sees.
    """

    def __init__(self, path: Path, identity: Mapping[str, str]) -> None:
        self.path = path
        self._identity = dict(identity)
        self._mutex = threading.Lock()
        self._file: TextIO | None = None

    def begin(self, committed: Mapping[int | None, int]) -> int:
        self.close()
        kept = 0
        if not self.path.exists():
            return kept
        new = self.path.with_name(self.path.name + ".new")
        with self.path.open(encoding="utf-8") as old, new.open("w", encoding="utf-8") as file:
            for line in old:
                if line.endswith("\n") and self._is_committed(json.loads(line), committed):
                    file.write(line)
                    kept += 1
            file.flush()
            os.fsync(file.fileno())
        if kept:
            os.replace(new, self.path)
        else:
            new.unlink()
            self.path.unlink()
        _sync_folder(self.path.parent)
        return kept

    def _is_committed(self, reject: Mapping[str, Any], committed: Mapping[int | None, int]) -> bool:
        if reject.get("run") != self._identity["run"] or reject["origin"] is None:
            return False
        return bool(reject["origin"] <= committed.get(reject["bucket"], 0))

    def append(self, reject: Reject) -> None:
        entry = {**self._identity, **asdict(reject), "row": to_json(reject.row)}
        line = json.dumps(entry, ensure_ascii=False)
        with self._mutex:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("a", encoding="utf-8")
                _sync_folder(self.path.parent)
            self._file.write(line + "\n")

    def sync(self) -> None:
        with self._mutex:
            if self._file is not None:
                self._file.flush()
                os.fsync(self._file.fileno())

    def close(self) -> None:
        self.sync()
        with self._mutex:
            if self._file is not None:
                self._file.close()
                self._file = None


def _sync_folder(folder: Path) -> None:
    """A new name in a folder is safe from a crash only once the folder is synced, too (POSIX)."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
