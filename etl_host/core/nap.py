"""How long the main thread may sleep at once.

Python runs the handler of a signal there, once it is awake. A signal that comes just before it falls asleep, or that
another thread receives, does not wake it: without an end to its sleep, Ctrl-C would go unheard.
"""

from __future__ import annotations

from typing import Final

A_NAP: Final = 0.5
"""In seconds."""
