"""A load into a file, whose process may kill itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from etl_host import BatchProcessor, ChainTask, ETLContext, ExactlyOnce, FileSink
from etl_host.core.files.part import FilePart
from etl_host.testing import RowsSource
from forked import kill_me

ROWS = tuple(range(1, 11))
REFUSED = 5
COMPLETE = b"numbers\n" + b"".join(b"%d\n" % row for row in ROWS if row != REFUSED)
"""The file in the end."""
RENAMED = {"state": ".state", "file": "out.txt"}


class NumbersSink(FileSink[int]):
    counts = "numbers_rows_written"

    def header(self, layout: Any) -> bytes:
        return b"numbers\n"

    def encode(self, row: int, layout: Any) -> bytes:
        if row == REFUSED:
            raise ValueError("this number is refused")
        return b"%d\n" % row


class LoadNumbers(ChainTask):
    batch_size = 3

    def __init__(self, context: ETLContext, file: Path, name: str = "numbers") -> None:
        super().__init__(context, name=name)
        self.file = file

    def chain(self) -> BatchProcessor[Any]:
        source = RowsSource(ROWS, self.context, self)
        return NumbersSink(self.file, self.context, self, source)


def load(folder: Path) -> int:
    """Load into ``out.txt`` there; returns the exit code."""
    return load_and_tell(folder)[0]


def load_and_tell(folder: Path) -> tuple[int, str]:
    """The same, with what is wrong."""
    with ETLContext({}, ExactlyOnce("numbers", retry_time=0), rejects_dir=folder / "rejects") as context:
        result = LoadNumbers(context, folder / "out.txt").execute()
    return int(getattr(result.error, "exit_code", 0)), str(result.error)


def die_at(moment: str, number: int) -> None:
    """Kill this process at the ``number``-th such moment: ``append-after``, ``state-before``, ``file-after`` …"""
    what, when = moment.split("-")
    left = number

    def passes(step: Callable[[], Any]) -> Any:
        nonlocal left
        left -= 1
        if when == "before" and not left:
            kill_me()
        result = step()
        if not left:
            kill_me()
        return result

    if what == "append":
        append = FilePart.append
        FilePart.append = lambda *given: passes(lambda: append(*given))  # type: ignore[method-assign]
    else:
        rename = os.replace
        end = RENAMED[what]

        def replace(old: Any, new: Any) -> None:
            passes(lambda: rename(old, new)) if str(new).endswith(end) else rename(old, new)

        setattr(os, "replace", replace)  # noqa: B010  not as an assignment: mypy would refuse the shorter signature


def break_truncation() -> None:
    """What comes behind the committed length is kept, as by a store that forgets to drop it."""

    def append(self: FilePart, length: int, data: bytes) -> int:
        with self.path.open("ab") as file:
            file.write(data)
            return file.tell()

    FilePart.append = append  # type: ignore[method-assign]
