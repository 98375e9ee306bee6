"""How a pipeline file names a file that was named on the command line."""

from __future__ import annotations

import os
from pathlib import Path

from etl_host.cli.starter.errors import UnknownInput
from etl_host.core.files.location import FileLocation


def seen_from(folder: Path, file: str) -> str:
    """The path from ``folder`` of what is in it or below the current folder, else an absolute path; or the URL.

    Raises UnknownInput for a URL that holds what may be secret.
    """
    location, folder = FileLocation(file), Path(os.path.abspath(folder))
    if str(location) != location.written:
        raise UnknownInput(
            f"{location}: its user, password or query would be written into the pipeline file",
            remedy='download it first; or write source: {…: "${FEED_URL}"} yourself',
        )
    if location.path is None:
        return file if folder == Path.cwd() else str(location.url)
    if not any(location.path.is_relative_to(near) for near in (folder, Path.cwd())):
        return location.path.as_posix()
    path = Path(os.path.relpath(location.path, folder)).as_posix()
    return f"./{path}" if path.startswith("~") else path
