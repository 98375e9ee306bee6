"""Two processes that want to work on one run."""

from __future__ import annotations

import re
import signal
import socket
import time
from random import Random

from tests.chaos.loads import KILLED, LOCKED, REJECTS, Chaos, Load
from tests.chaos.outcome import Outcome
from tests.chaos.scenarios import BATCH_SIZES, ended_well
from tests.chaos.windows import WINDOWS

SILENCE = 1.5  # seconds in which nothing is heard of a process that is then taken for lost
HELD = r"run (\S+) of chaos is being loaded by process (\d+) on (\S+), since ([\d:T+-]+), last heard of (\d+) s ago"


def overtaken(
    load: Load,
    expected: Outcome,
    chance: Random,
    *,
    window: str = "before a COMMIT",
    resumed: bool = False,
    mutant: str = "",
) -> str:
    """Paused; another process takes over and ends; then the first one goes on, and must write nothing.

    ``resumed``: it had itself gone on with a load that was killed.
    """
    size, other, last = chance.sample(BATCH_SIZES, 3)
    if resumed and (code := load.attempt(other, Chaos("rejects synced → commit", 5, mutant=mutant))) != KILLED:
        return f"it was not killed, exit code {code}: {load.said()}"
    first = load.start(size, Chaos(window, chance.choice(WINDOWS[window].times), signal.SIGSTOP, mutant))
    if not first.paused():
        return f"it was not paused, exit code {first.wait()}: {load.said()}"
    time.sleep(SILENCE)
    chaos = Chaos(mutant=mutant, silence=SILENCE)
    if problem := ended_well(load, expected, load.attempt(last, chaos)):
        return f"the second process: {problem}"
    first.send_signal(signal.SIGCONT)
    code = first.wait()
    if problem := load.outcome().difference(expected):
        return f"once the first process went on: {problem}"
    return "" if code == LOCKED else f"the first process ended with exit code {code}: {load.said(-2)}"


def two_at_once(load: Load, expected: Outcome, chance: Random, *, mutant: str = "") -> str:
    """Both have found no run, and begin one."""
    chaos = Chaos("before the run is recorded", 1, signal.SIGSTOP, mutant)
    both = [load.start(size, chaos) for size in chance.sample(BATCH_SIZES, 2)]
    if not all(process.paused() for process in both):
        return f"they were not paused: {load.said(0)} {load.said(1)}"
    for process in both:
        process.send_signal(signal.SIGCONT)
    codes = [process.wait() for process in both]
    if sorted(codes) != [REJECTS, LOCKED]:
        return f"exit codes {codes}: {load.said(0)} {load.said(1)}"
    return load.outcome(codes.index(REJECTS)).difference(expected)


def second_refused(load: Load, expected: Outcome, chance: Random, *, mutant: str = "") -> str:
    """A second process comes while the first one works, is refused, and changes nothing; the first one goes on."""
    size, other = chance.sample(BATCH_SIZES, 2)
    chaos = Chaos("rejects synced → commit", chance.randint(1, 7), signal.SIGSTOP, mutant)
    first = load.start(size, chaos)
    if not first.paused():
        return f"it was not paused, exit code {first.wait()}: {load.said()}"
    code = load.attempt(other, Chaos(mutant=mutant))
    if code != LOCKED:
        return f"the second process was not refused, exit code {code}: {load.said()}"
    told = re.search(HELD, load.said())
    if told is None or told[2] != str(first.pid) or told[3] != socket.gethostname():
        return f"the second process was not told who works on it: {load.said()}"
    first.send_signal(signal.SIGCONT)
    code = first.wait()
    if code != REJECTS:
        return f"the first process ended with exit code {code}: {load.said(0)}"
    return load.outcome(0).difference(expected)
