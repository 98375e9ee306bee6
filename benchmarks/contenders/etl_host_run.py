"""etl-host as a command: runs a pipeline file. Options: ``pipeline``, its path."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

from stopwatch import measure, options

from etl_host.cli import main

# what the command imports when it runs, as the others have imported theirs
for module in (
    *("etl_host.cli.run", "etl_host.pipeline", "etl_host_csv.source", "etl_host_neo4j.sink", "etl_host_neo4j.store"),
    *("etl_host_pydantic.validate", "neo4j"),
):
    import_module(module)


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
