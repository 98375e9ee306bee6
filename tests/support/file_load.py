"""A load into a file, in a process that kills itself: ``python -m file_load FOLDER [MOMENT NUMBER] [untruncated]``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from etl_host import BatchProcessor, ChainTask, ETLContext, ExactlyOnce, FileSink
from etl_host.core.file_part import FilePart
from etl_host.testing import RowsSource

ROWS = tuple(range(1, 11))
REFUSED = 5
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
    with ETLContext({}, ExactlyOnce("numbers", retry_time=0), rejects_dir=folder / "rejects") as context:
        result = LoadNumbers(context, folder / "out.txt").execute()
    sys.stdout.write(f"{result.error or 'loaded'}\n")
    return int(getattr(result.error, "exit_code", 0))


def die_at(moment: str, number: int) -> None:
    """Kill this process at the ``number``-th such moment: ``append-after``, ``state-before``, ``file-after`` …"""
    what, when = moment.split("-")
    left = number

    def passes(step: Callable[[], Any]) -> Any:
        nonlocal left
        left -= 1
        if when == "before" and not left:
            os.kill(os.getpid(), signal.SIGKILL)
        result = step()
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
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


if __name__ == "__main__":
    folder, *rest = sys.argv[1:]
    if "untruncated" in rest:
        break_truncation()
        rest.remove("untruncated")
    if rest:
        die_at(rest[0], int(rest[1]))
    sys.exit(load(Path(folder)))
