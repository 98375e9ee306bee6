"""While one batch is written, the next ones are read and validated: a command loads so, a library only if asked to."""

from __future__ import annotations

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


@contextmanager
def quick_turns() -> Iterator[None]:
    """Let threads take turns more often."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_INTERVAL)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
