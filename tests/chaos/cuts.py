"""Loads whose connection is cut, around a COMMIT and elsewhere.

A cut alone stops nothing: the load waits for the database, and goes on by itself.
"""

from __future__ import annotations

from random import Random

from tests.chaos.bolt_proxy import BoltProxy, Cut, Moment
from tests.chaos.loads import Chaos, Load
from tests.chaos.outcome import Outcome
from tests.chaos.scenarios import BATCH_SIZES, ended_well, goes_on_well

LATE_BY = 3.0  # seconds; long enough for a repeat, or another process, to meet the late COMMIT on a slow machine
LINKS = b"CREATE (a)-[:LINK"  # relationships are created last, and have no constraint that would hide doubles
FIRST, LAST = 12, 33  # COMMITs that every load has, once it has begun to load


def cut(load: Load, expected: Outcome, chance: Random, *, where: Cut, mutant: str = "") -> str:
    """Once."""
    return _cut(load, expected, chance, where, mutant=mutant)


def cut_often(load: Load, expected: Outcome, chance: Random, *, mutant: str = "") -> str:
    """At a COMMIT in each way."""
    numbers = chance.sample(range(FIRST, LAST + 1, 3), len(Moment))  # apart: the repeat of one has a COMMIT, too
    cuts = [Cut(moment, number) for moment, number in zip(Moment, numbers, strict=True)]
    return _cut(load, expected, chance, *cuts, mutant=mutant)


def killed_while_committing(load: Load, expected: Outcome, chance: Random, *, mutant: str = "") -> str:
    """The process dies, and another one begins while the database still gets the COMMIT."""
    where = Cut(Moment.LATE, chance.randint(1, 3), text=LINKS)
    with BoltProxy(load.port, where, delay=LATE_BY) as proxy:
        process = load.start(chance.choice(BATCH_SIZES), Chaos(mutant=mutant), uri=proxy.uri)
        if not proxy.cutting.wait(120):
            return f"it sent no such COMMIT: {load.said()}"
        process.kill()
        process.wait()
        problem = goes_on_well(load, expected, chance.choice(BATCH_SIZES), mutant)
    load.cuts += len(proxy.done)
    return problem or load.outcome().difference(expected)  # once more, as the late COMMIT has arrived by now


def _cut(load: Load, expected: Outcome, chance: Random, *cuts: Cut, mutant: str) -> str:
    with BoltProxy(load.port, *cuts, delay=LATE_BY) as proxy:
        code = load.start(chance.choice(BATCH_SIZES), Chaos(mutant=mutant), uri=proxy.uri).wait()
    load.cuts += len(proxy.done)
    if missed := [cut for cut in cuts if cut not in proxy.done]:
        return f"{missed} was not reached, exit code {code}: {load.said()}"
    return ended_well(load, expected, code)
