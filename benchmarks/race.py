"""Contenders that take turns, so that what else the machine does hits all of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TypeAlias

from benchmarks.job import Job, Measured

Prepare: TypeAlias = Callable[[], None]
Digest: TypeAlias = Callable[[], object]


class Different(Exception):
    """Contenders did not do the same."""


@dataclass
class Race:
    """``rows``: of the input. ``results``: of each contender, by its name, one of each round."""

    title: str
    rows: int
    results: dict[str, list[Measured]] = field(default_factory=dict)

    def seconds(self, name: str) -> float:
        """The median."""
        return median(measured.seconds for measured in self.results[name])

    def spread(self, name: str) -> float:
        """How far apart the fastest and the slowest are, as a share of the median."""
        seconds = [measured.seconds for measured in self.results[name]]
        return (max(seconds) - min(seconds)) / median(seconds)

    def times_as_long(self, name: str, other: str) -> float:
        """How many times as long ``name`` takes as ``other``: the median of what it is in each round."""
        pairs = zip(self.results[name], self.results[other], strict=True)
        return median(one.seconds / another.seconds for one, another in pairs)


def race(
    title: str,
    rows: int,
    contenders: Mapping[str, Job],
    rounds: int,
    *,
    prepare: Prepare = lambda: None,
    digest: Digest = lambda: None,
    refused: Sequence[int] = (),
    say: Callable[[str], None],
) -> Race:
    """Let all of them run in each round, in an order that changes, after one round that does not count.

    ``prepare`` comes before each load. Raises Different where they wrote different numbers of rows, but for those that
    each has ``refused``, or ``digest``, asked after each load, is not always the same.
    """
    more = dict(zip(contenders, refused or [0] * len(contenders), strict=True))
    result = Race(title, rows, {name: [] for name in contenders})
    seen: dict[str, object] = {}
    for number in range(-1, rounds):
        for name in _turned([*contenders], number):
            prepare()
            with tempfile.TemporaryDirectory() as folder:
                measured = contenders[name].run(Path(folder))
            if number >= 0:
                result.results[name].append(measured)
            wrote = (measured.rows + more[name], digest())
            if seen.setdefault(name, wrote) != wrote:
                raise Different(f"{title}: {name} did not write the same as before: {wrote}, {seen[name]}")
            say(f"{title}: {name}: {rows / measured.seconds:,.0f} rows/s{'' if number >= 0 else ' (to warm up)'}")
    if len(set(map(repr, seen.values()))) > 1:
        raise Different(f"{title}: they did not write the same: {seen}")
    return result


def _turned(names: Sequence[str], number: int) -> Sequence[str]:
    begin = number % len(names)
    return [*names[begin:], *names[:begin]]
