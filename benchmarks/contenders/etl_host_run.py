"""etl-host as a command: runs a pipeline file. Options: ``pipeline``, its path; ``delivery``: "plain" for none."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from stopwatch import measure, options

from etl_host.cli import main


def load() -> int:
    """Return how many rows were written."""
    try:
        main(["run", told["pipeline"], "--quiet", "--restart", "--summary-json", "summary.json"])
    except SystemExit as done:
        if done.code not in (0, 3):
            raise
    return int(json.loads(Path("summary.json").read_text())["balance"]["written"])


told = options()
sys.path.insert(0, str(Path(told["pipeline"]).parent))
measure(load)
