"""The rows of a task that were set aside, with the reason: one JSON line each."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, TextIO

from etl_host.core.errors import Fenced
from etl_host.core.files.sync import rename, sync, sync_folder, writing
from etl_host.core.json_values import to_json

_encode = json.JSONEncoder(ensure_ascii=False).encode


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

    def begin(
        self, committed: Mapping[int | None, int], expected: int = 0, confirm: Callable[[], None] = lambda: None
    ) -> int:
        """Keep only what is at or below the committed position of its bucket (None: before the sink).

        Returns how many rejects that are. Where they are fewer than ``expected``, nothing is changed. ``confirm`` is
        called at the last moment before anything is, and raises what speaks against it.
        """
        ...

    def append(self, reject: Reject) -> None:
        """Add one, at the latest by the next ``sync`` safe from a crash."""
        ...

    def flush(self) -> None:
        """Let everything appended outlive this process, though perhaps not a crash of the machine."""
        ...

    def sync(self) -> None:
        """Make everything appended safe from a crash; called before each commit."""
        ...

    def close(self) -> None:
        """Let go of everything; appending opens it again."""
        ...


class RejectsFile:
    """Rejects as JSON Lines in a file, which is made when the first row is rejected.

    ``identity`` (pipeline, run, task) begins each line. On resume, lines beyond what is committed are dropped in a
    new file renamed over the old one: a process that was overtaken goes on writing into a file that nobody sees.

    Whatever is to write raises OutputError where that fails.
    """

    kept: ClassVar[bool] = True
    """Whether they are in the file when all is over."""

    def __init__(self, path: Path, identity: Mapping[str, str]) -> None:
        self.path = path
        self._identity = dict(identity)
        self._mutex = threading.Lock()
        self._file: TextIO | None = None
        self._mode: Literal["a", "x"] = "a"

    def begin(
        self, committed: Mapping[int | None, int], expected: int = 0, confirm: Callable[[], None] = lambda: None
    ) -> int:
        self.close()
        found = self._count(committed)
        if found < expected:
            return found
        with writing(self.path), self._mutex:
            kept = self._cut(committed, confirm) if self.path.exists() else 0
            if kept:
                self._open()  # now, so that it stays this very file
            else:
                self._mode = "x"
        return kept

    def _count(self, committed: Mapping[int | None, int]) -> int:
        if not self.path.exists():
            return 0
        with self.path.open(encoding="utf-8", errors="replace") as lines:
            return sum(self._is_committed(line, committed) for line in lines)

    def _cut(self, committed: Mapping[int | None, int], confirm: Callable[[], None]) -> int:
        """Leave only lines that are committed, and no file where there are none; returns how many there are."""
        kept = 0
        new = self.path.with_name(self.path.name + ".new")
        with self.path.open(encoding="utf-8", errors="replace") as old, new.open("w", encoding="utf-8") as file:
            for line in old:
                if self._is_committed(line, committed):
                    file.write(line)
                    kept += 1
            sync(file)
        try:
            confirm()
        except BaseException:
            new.unlink()
            raise
        if kept:
            rename(new, self.path)
        else:
            new.unlink()
            self.path.unlink()
            sync_folder(self.path.parent)
        return kept

    def _is_committed(self, line: str, committed: Mapping[int | None, int]) -> bool:
        """False also for what a crash has torn, and what another program has written."""
        try:
            reject = json.loads(line) if line.endswith("\n") else None
        except ValueError:
            return False
        if not isinstance(reject, dict) or reject.get("run") != self._identity["run"] or reject.get("origin") is None:
            return False
        return bool(reject["origin"] <= committed.get(reject.get("bucket"), 0))

    def append(self, reject: Reject) -> None:
        entry = {
            **self._identity,
            "processor": reject.processor,
            "origin": reject.origin,
            "place": reject.place,
            "bucket": reject.bucket,
            "errors": [{"message": error.message, "code": error.code, "loc": error.loc} for error in reject.errors],
            "row": to_json(reject.row),
        }
        line = _encode(entry)
        with writing(self.path), self._mutex:
            file = self._file or self._open()
            file.write(line + "\n")

    def _open(self) -> TextIO:
        """The file, open for appending. Raises Fenced where there was none and another process has made one."""
        folder = self.path.parent
        made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        try:
            # half a surrogate pair, which UTF-8 lacks, becomes the escape that JSON has for it
            self._file = file = self.path.open(self._mode, encoding="utf-8", errors="backslashreplace")
        except FileExistsError:
            raise Fenced(
                f"another process writes rejects of task {self._identity['task']} to {self.path}",
                remedy="let it finish, or stop it and start again",
            ) from None
        self._mode = "a"
        for changed in (folder, *(parent.parent for parent in made)):
            sync_folder(changed)
        return file

    def flush(self) -> None:
        """Raises Fenced like ``sync``."""
        with writing(self.path), self._mutex:
            if self._file is not None:
                self._file.flush()
                self._refuse_if_replaced(self._file)

    def sync(self) -> None:
        """Raises Fenced where the file has been replaced: by another process, which has taken over."""
        with writing(self.path), self._mutex:
            if self._file is not None:
                sync(self._file)
                self._refuse_if_replaced(self._file)

    def _refuse_if_replaced(self, file: TextIO) -> None:
        here = os.fstat(file.fileno())
        try:
            there = self.path.stat()
        except FileNotFoundError:
            there = None
        if there is None or (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino):
            raise Fenced(
                f"{self.path} was deleted or replaced while task {self._identity['task']} wrote rejects to it",
                remedy="leave it alone while a load runs; if another process loads, let it finish, else start again",
            )

    def close(self) -> None:
        with writing(self.path), self._mutex:
            file, self._file = self._file, None
            if file is not None:
                with file:
                    sync(file)
