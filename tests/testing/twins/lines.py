"""Sources that keep their contract."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from etl_host import Batches, ETLContext, InputChanged, Position, Row, Source, Task

File = Annotated[Path, "The file to read."]
Password = Annotated[SecretStr | None, "Not needed."]


class Lines(Source[Row]):
    """Each line of a file is a row."""

    counts = "lines_read"
    resumable = True

    def __init__(self, file: File, context: ETLContext, task: Task, *, password: Password = None) -> None:
        super().__init__(context, task)
        self.file = file
        self.password = password

    def open(self) -> None:
        self.lines = self.resources.enter_context(self.file.open())

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        lines = self.lines.read().splitlines()
        if after is not None:
            self.compare(after, lines)
        for batch in self.cut([{"line": line} for line in lines], max_batch_size, after):
            origin = (batch.origins or ())[-1]
            yield replace(batch, position=Position(origin, token_of(lines[:origin]), origin / len(lines)))

    def compare(self, after: Position, lines: Sequence[str]) -> None:
        if after.token != token_of(lines[: after.origin]):
            raise InputChanged(f"{self.file} is not what it was")

    def fields(self) -> Sequence[str]:
        return ["line"]


class InZone(Lines):
    """Knows a time zone from the beginning."""

    def __init__(self, file: File, context: ETLContext, task: Task, *, password: Password = None) -> None:
        super().__init__(file, context, task, password=password)
        self.zone = ZoneInfo.no_cache("Europe/Berlin")


def token_of(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
