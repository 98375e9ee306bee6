"""One load by one contender, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONTENDERS = Path(__file__).parent / "contenders"


@dataclass(frozen=True)
class Measured:
    """``seconds``: what the load took, without the start of the process. ``peak``: memory in MiB at most, and
    ``imported``: once all was imported. ``rows``: how many were passed on or written, of which the rest was rejected.
    """

    seconds: float
    imported: float
    peak: float
    rows: int


@dataclass(frozen=True)
class Job:
    """``contender``: a file of the folder of contenders; ``options``: what it is told, see there."""

    contender: str
    options: Mapping[str, Any]
    settings: Mapping[str, str] = field(default_factory=dict)
    python: str = sys.executable

    def run(self, folder: Path) -> Measured:
        """Do it, in ``folder``. Raises RuntimeError, with what it said, where it fails."""
        command = [self.python, str(CONTENDERS / f"{self.contender}.py"), json.dumps(dict(self.options))]
        environment = {**os.environ, **self.settings}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{self.contender} failed with exit code {done.returncode}:\n{done.stderr[-3000:]}")
        return Measured(**json.loads(done.stdout.splitlines()[-1]))
