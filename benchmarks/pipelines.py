"""Pipeline files for contenders that run the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.job import CONTENDERS


def pipeline_file(folder: Path, name: str, input_file: Path, model: str, query: str, **keys: Any) -> Path:
    """A pipeline of one task; ``keys``: further ones of the task. YAML is a superset of JSON."""
    task = {
        "task": "load",
        "source": {"csv": str(input_file)},
        "validators": [{"pydantic": f"models:{model}"}],
        "sink": {"cypher": {"query": query}},
        **keys,
    }
    place = folder / name
    place.mkdir(exist_ok=True)
    (place / "models.py").write_text((CONTENDERS / "models.py").read_text())
    path = place / "load.yaml"
    path.write_text(json.dumps({"pipeline": "benchmark", "tasks": [task]}, indent=1))
    return path
