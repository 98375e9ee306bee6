"""An environment of its own for neo4j-etl-lib, with the same driver and pydantic as here."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

PEER = "neo4j-etl-lib"
SHARED = ("neo4j", "neo4j-rust-ext", "pydantic")


def peer_python() -> str:
    """Its interpreter, installed into the user's cache on first use."""
    caches = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "etl-host"
    packages = [f"{name}=={version(name)}" for name in SHARED]
    home = caches / f"{PEER}-{'-'.join([sys.implementation.cache_tag or '', *map(version, SHARED)])}"
    python = home / "bin" / "python"
    if not (home / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", PEER, *packages], check=True)
        (home / "ready").touch()
    return str(python)


def peer_version(python: str) -> str:
    """The version that is installed there."""
    code = f"from importlib.metadata import version; print(version({PEER!r}))"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
