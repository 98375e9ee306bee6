"""Loads whose database dies, and comes back sooner or later."""

from __future__ import annotations

import signal
import time
from random import Random

from tests.chaos.loads import Chaos, Load
from tests.chaos.outcome import Outcome
from tests.chaos.own_server import OwnServer
from tests.chaos.scenarios import BATCH_SIZES, ended_well
from tests.chaos.windows import WINDOWS


def server_killed(
    load: Load,
    expected: Outcome,
    chance: Random,
    *,
    server: OwnServer,
    window: str = "before a COMMIT",
    away: float = 0.0,
    mutant: str = "",
) -> str:
    """The database dies in that window, is away for so many seconds, and comes back; the load waits for it."""
    chaos = Chaos(window, chance.choice(WINDOWS[window].times), signal.SIGSTOP, mutant)
    process = load.start(chance.choice(BATCH_SIZES), chaos)
    if not process.paused():
        return f"it was not paused, exit code {process.wait()}: {load.said()}"
    server.kill()
    process.send_signal(signal.SIGCONT)
    time.sleep(away)
    server.start()
    return ended_well(load, expected, process.wait())
