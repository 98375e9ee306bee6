"""The lines of a file of rejects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from etl_host.core.errors import InputError, OptionError
from etl_host.core.rejects import RowError

_CORRECT: Final = "correct the line; or delete it, to leave that row out"


@dataclass(frozen=True)
class Line:
    """A line that was read. ``processor``: what refused the row; ``row``: still as JSON."""

    number: int
    pipeline: str
    run: str
    task: str
    processor: str
    place: str | None
    errors: tuple[RowError, ...]
    row: Any

    @classmethod
    def read(cls, file: Path, number: int, text: bytes) -> Line:
        """Raises InputError where it is no line of rejects."""
        try:
            found = json.loads(text)
            names = {name: str(found[name]) for name in ("pipeline", "run", "task", "processor")}
            errors = tuple(_error(error) for error in found.get("errors") or ())
            return cls(number=number, **names, place=found.get("place"), errors=errors, row=found["row"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            why = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            raise InputError(f"{file}:{number} is no line of rejects: {why}", remedy=_CORRECT) from error


def _error(found: Mapping[str, Any]) -> RowError:
    return RowError(found["message"], found.get("code", "invalid"), tuple(found.get("loc", ())))


@dataclass(frozen=True)
class Expected:
    """What each line of a file must be of. ``labels``: the processors of the task, source first, sink last."""

    pipeline: str
    task: str
    labels: Sequence[str]

    def run_of(self, file: Path) -> str | None:
        """The run whose rejects ``file`` holds; None where it holds none.

        Raises InputError where a line can't be read, OptionError where it is of another pipeline, task or run, or was
        refused by what the task hasn't.
        """
        run: str | None = None
        for line in lines_of(file):
            run = run or line.run
            of = (line.run, line.task, line.pipeline)
            if of != (run, self.task, self.pipeline):
                _refuse(
                    file,
                    line,
                    f"is a reject of run {of[0]}, task {of[1]}, pipeline {of[2]}, "
                    f"not of run {run}, task {self.task}, pipeline {self.pipeline}",
                )
            if line.processor not in self.labels:
                _refuse(file, line, f"was refused by {line.processor}; task {self.task} has {', '.join(self.labels)}")
        return run

    def entry(self, line: Line) -> int:
        """Which processor its row goes to: 0 is the first behind the source."""
        return max(self.labels.index(line.processor) - 1, 0)


def _refuse(file: Path, line: Line, message: str) -> None:
    raise OptionError(
        "rejects", f"{file}:{line.number} {message}", remedy="name the task and file that belong together"
    )


def lines_of(file: Path) -> Iterator[Line]:
    """All but the empty ones. Raises InputError where the file or a line can't be read."""
    with opened(file) as stream:
        for number, text in enumerate(stream, 1):
            if text.strip():
                yield Line.read(file, number, text)


def opened(file: Path) -> BinaryIO:
    """The bytes of ``file``. Raises InputError where it can't be read."""
    try:
        return file.open("rb")
    except OSError as error:
        raise InputError(
            f"{file}: {error.strerror or error}", remedy="name the file of rejects with --rejects"
        ) from error
