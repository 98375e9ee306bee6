"""Writes all files or none, over none that are there."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from etl_host.cli.starter.errors import WouldOverwrite
from etl_host.core.errors import OutputError

KEPT: Final = frozenset({".gitignore", "etl-host.schema.json"})
"""Files that are left as they are where they are there already."""


def write_all(folder: Path, files: Mapping[str, bytes]) -> Sequence[Path]:
    """Write ``files``, contents by name, and return those that were written.

    Raises WouldOverwrite where one is there already, OutputError where one can't be written.
    """
    wanted = {
        folder / name: content
        for name, content in files.items()
        if not (name in KEPT and os.path.lexists(folder / name))
    }
    if there := [str(file) for file in wanted if os.path.lexists(file)]:
        verb = "is" if len(there) == 1 else "are"
        raise WouldOverwrite(
            f"{', '.join(there)} {verb} there already; nothing was written",
            remedy="name another folder: etl-host init DIR",
        )
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in wanted.items():
            with file.open("xb") as stream:
                written.append(file)
                stream.write(content)
    except OSError as error:
        for file in written:
            file.unlink(missing_ok=True)
        what = error.filename or folder
        raise OutputError(f"{what} can't be written: {error.strerror}; nothing was") from error
    return written
