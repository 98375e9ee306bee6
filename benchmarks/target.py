"""What a figure should be, and what it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Target:
    """``value`` should be at least, or at most, ``bound``; ``unit`` is put behind both."""

    what: str
    value: float
    sense: Literal["≥", "≤"]
    bound: float
    unit: str = "x"

    @property
    def reached(self) -> bool:
        """Whether it is, as exactly as it is shown."""
        value = round(self.value, 2)
        return value >= self.bound if self.sense == "≥" else value <= self.bound
