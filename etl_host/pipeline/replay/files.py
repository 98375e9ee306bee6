"""Which file of rejects is to be replayed, and what its replay is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from etl_host.core.errors import InputError, OutputError
from etl_host.core.files.sync import rename
from etl_host.pipeline.replay.lines import lines_of

REPLAYED: Final = ".replayed"
"""What the name of a file ends with, once it is replayed."""

_RUN: Final = re.compile(r"(\d{8}T\d{6})-[0-9a-f]+")
"""The id of a run to which nobody has given one: when it began, and more."""


@dataclass(frozen=True)
class RunOfRejects:
    """The run that rejected the rows of a task: ``first``, the load, or its ``generation``-th replay, from 1."""

    task: str
    first: str
    generation: int = 0

    @classmethod
    def of(cls, task: str, run: str) -> RunOfRejects:
        """That of the run's id."""
        first, _, generation = run.rpartition(_between(task))
        return cls(task, first, int(generation)) if first and generation.isdecimal() else cls(task, run)

    @property
    def id(self) -> str:
        """The run's id."""
        return f"{self.first}{_between(self.task)}{self.generation}" if self.generation else self.first

    @property
    def replay(self) -> RunOfRejects:
        """The run that replays them: always the same one, so that a replay that was killed goes on."""
        return RunOfRejects(self.task, self.first, self.generation + 1)


def _between(task: str) -> str:
    return f".{quote(task, safe='')}.replay"


def newest(folder: Path, task: str) -> Path | None:
    """The file of the newest run of ``task`` that has one in ``folder``; None where that is replayed already.

    A replay that was killed may have begun a newer file: the older one is to be replayed to its end before.
    """
    found = [*_files(folder, task)]
    last = max(((_began(run.first, file), run.first) for run, file in found), default=(None, None))[1]
    pending = [(run.generation, file) for run, file in found if run.first == last and file.suffix != REPLAYED]
    return min(pending)[1] if pending else None


def _files(folder: Path, task: str) -> Iterator[tuple[RunOfRejects, Path]]:
    before = f"{quote(task, safe=' ')}."
    for file in folder.iterdir() if folder.is_dir() else ():
        name = file.name.removesuffix(REPLAYED)
        if name.startswith(before) and name.endswith(".jsonl"):
            run = RunOfRejects.of(task, name.removeprefix(before).removesuffix(".jsonl"))
            if "." not in run.first and (_RUN.fullmatch(run.first) or _may_be_of(file, run)):  # a task's name has dots
                yield run, file


def _may_be_of(file: Path, run: RunOfRejects) -> bool:
    """Whether ``file`` is what its name says, and not a copy that somebody has given a name."""
    try:
        first = next(lines_of(file), None)
    except InputError:
        return True  # whoever reads it will say what is wrong
    return first is None or first.run == run.id


def _began(run: str, file: Path) -> str:
    """When the run began, as its id says; where that was given to it, when its rejects were last written."""
    own = _RUN.fullmatch(run)
    return own[1] if own else f"{datetime.fromtimestamp(file.stat().st_mtime, UTC):%Y%m%dT%H%M%S}"


def is_replayed(file: Path) -> bool:
    """Whether ``file`` is there only under the name that it gets when it is replayed."""
    return file.suffix == REPLAYED or (not file.exists() and replayed(file).exists())


def replayed(file: Path) -> Path:
    """What ``file`` is called once it is replayed."""
    return file.with_name(file.name + REPLAYED)


def mark_replayed(file: Path) -> None:
    """Let everybody see that ``file`` is replayed. Another process may have been faster.

    Raises OutputError where it can't be renamed.
    """
    try:
        with suppress(FileNotFoundError):
            rename(file, replayed(file))
    except OSError as error:
        raise OutputError(
            f"{file} is replayed, but can't be renamed to {replayed(file).name}: {error.strerror or error}",
            remedy="let this user write there, then start the same command again: it loads nothing twice",
        ) from error
