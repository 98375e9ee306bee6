"""The password of an embedded graph: random, kept beside the data, for the eyes of their owner only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def password_of(folder: Path) -> str:
    """The password for the data in ``folder``, made when there is none; the folder's lock must be held."""
    path = folder / "password"
    if not path.exists():
        _make(path)
        # The server keeps the first password it was given; where that is lost, it must forget it, too.
        (folder / "config" / "server-users.jsonl").unlink(missing_ok=True)
    return path.read_text()


def _make(path: Path) -> None:
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(24))
        file.flush()
        os.fsync(descriptor)
    unfinished.replace(path)
