"""Loads whose process dies of ``kill -9``, once or several times; they are started again with another batch size."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random

from tests.chaos.loads import KILLED, Chaos, Load
from tests.chaos.outcome import Outcome
from tests.chaos.scenarios import BATCH_SIZES, goes_on_well
from tests.chaos.windows import WINDOWS

MOST_KILLS = 5
A_PART_OF_A_LOAD = (0.2, 0.7)  # seconds; it has imported all that it needs


def killed(load: Load, expected: Outcome, chance: Random, *, window: str, mutant: str = "", occurrence: int = 0) -> str:
    """Killed in that window."""
    at = WINDOWS[window]
    chaos = Chaos(window, occurrence or chance.choice(at.times), mutant=mutant)
    first, second, last = chance.sample(BATCH_SIZES, 3)
    same_run = ("--run-id", f"chaos-{chance.randrange(10**9)}")  # as else a finished run would be followed by another
    if at.on_resume:  # killed a first time, after rejects that are not committed
        before = replace(chaos, window="rejects synced → commit", occurrence=chance.randint(3, 7))
        if (code := load.attempt(first, before, *same_run)) != KILLED:
            return f"the first attempt was not killed, but ended with exit code {code}: {load.said()}"
    if (code := load.attempt(second, chaos, *same_run)) != KILLED:
        return f"the window was not reached, exit code {code}: {load.said()}"
    return goes_on_well(load, expected, last, mutant, *same_run)


def killed_in_many_windows(load: Load, expected: Outcome, chance: Random, *, mutant: str = "") -> str:
    """Again and again; the last attempts find little left to do, and may end before."""
    same_run = ("--run-id", f"chaos-{chance.randrange(10**9)}")
    others = chance.sample([name for name, window in WINDOWS.items() if not window.on_resume], MOST_KILLS - 2)
    for window in ("rejects synced → commit", "inside the take over", *others):
        chaos = Chaos(window, min(WINDOWS[window].times), mutant=mutant)
        if (code := load.attempt(chance.choice(BATCH_SIZES), chaos, *same_run)) != KILLED:
            break
    if load.kills < 2:
        return f"it was not killed twice, exit code {code}: {load.said()}"
    return goes_on_well(load, expected, chance.choice(BATCH_SIZES), mutant, *same_run)


def killed_at_any_time(load: Load, expected: Outcome, chance: Random, *, mutant: str = "") -> str:
    """By another process, which knows nothing of windows."""
    same_run = ("--run-id", f"chaos-{chance.randrange(10**9)}")
    for _ in range(MOST_KILLS):
        process = load.start(chance.choice(BATCH_SIZES), Chaos(mutant=mutant), *same_run)
        time.sleep(chance.uniform(*A_PART_OF_A_LOAD))
        process.kill()
        process.wait()
    if load.kills < 3:
        return f"it had ended before it was to be killed: {load.said()}"
    return goes_on_well(load, expected, chance.choice(BATCH_SIZES), mutant, *same_run)
