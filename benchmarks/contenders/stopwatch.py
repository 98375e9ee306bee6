"""What contenders have in common: they measure a load and print it. Needs nothing but the standard library."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def options() -> dict[str, Any]:
    """What this contender is told to do."""
    told: dict[str, Any] = json.loads(sys.argv[1])
    return told


def measure(load: Callable[[], int]) -> None:
    """Time ``load``, which returns how many rows it wrote, and print what it took."""
    imported = _peak()
    began = time.perf_counter()
    rows = load()
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "imported": imported, "peak": _peak(), "rows": rows}))  # noqa: T201


def _peak() -> float:
    """In MiB. On Linux not by getrusage, which begins with the peak of the process that has started this one."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text().split()
        return int(status[status.index("VmHWM:") + 1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
