"""Writing files so that a crash, also of the machine, can't take back what was said to be written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from etl_host.core.errors import OutputError


def sync(file: IO[Any]) -> None:
    """Make what was written to ``file`` safe from a crash."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make new names in ``folder`` safe from a crash; Windows can't and needn't."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rename(old: Path, new: Path) -> None:
    """Give ``old`` the name of ``new``, which it replaces: there is either of them at any time."""
    os.replace(old, new)
    sync_folder(new.parent)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """What goes wrong with the files of ``path`` inside, as OutputError."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{path} can't be written: {error.strerror or error}",
            remedy="make room, or let this user write there; then start the same command again",
        ) from error
