"""What all scenarios have in common. A scenario is a function that interrupts a load and returns what is wrong in the
end, in words; "" where all is as without it.
"""

from __future__ import annotations

from random import Random
from typing import Protocol

from tests.chaos.loads import REJECTS, Chaos, Load
from tests.chaos.outcome import Outcome

BATCH_SIZES = (5, 7, 10, 16, 25)


class Scenario(Protocol):
    """``load`` is not started yet; ``expected``: an uninterrupted one; ``mutant``: a fault that all attempts have."""

    def __call__(self, load: Load, expected: Outcome, chance: Random, *, mutant: str = "") -> str: ...


def uninterrupted(load: Load) -> Outcome:
    """What everything is compared with. Raises RuntimeError where it can't be had."""
    code = load.attempt(10)
    if code != REJECTS:
        raise RuntimeError(f"exit code {code}: {load.said()}")
    return load.outcome()


def ended_well(load: Load, expected: Outcome, code: int) -> str:
    """What is wrong after an attempt that was to load everything, and ended with exit code ``code``."""
    if code != REJECTS:
        return f"it did not go on, exit code {code}: {load.said()}"
    return load.outcome().difference(expected)


def goes_on_well(load: Load, expected: Outcome, batch_size: int, mutant: str, *options: str) -> str:
    """What is wrong once the load is started again."""
    return ended_well(load, expected, load.attempt(batch_size, Chaos(mutant=mutant), *options))
