"""Several batches of a task written at once, and each row exactly once all the same."""

from __future__ import annotations
