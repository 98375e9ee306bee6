"""While one batch is written, the next ones are read and validated: a command loads so, a library only if asked to."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PREFETCH: Final = 2
"""Batches to read ahead where the file doesn't say: one that is ready, and one that is made."""

SWITCH_INTERVAL: Final = 0.0002
"""Seconds. While one thread reads, one that writes waits for the interpreter some ten times a batch, each time as long
as this at worst; Python's default is 5 ms. It concerns a whole process: a command may set it, a library should not.
"""

COLLECT_AFTER: Final = 50_000
"""Objects that are made, and not freed, before garbage is looked for; Python's default is 700. Rows are many objects
without cycles: each search goes over those that are read ahead, and over all modules unless these are set aside.
"""


@contextmanager
def tuned_for_rows() -> Iterator[None]:
    """Let threads take turns more often, and look for garbage less often."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.set_threshold(COLLECT_AFTER, *thresholds[1:])
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(interval)
