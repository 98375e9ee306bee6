"""The long form, ``make chaos``: every window several times, on real servers; prints tables."""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from itertools import count
from pathlib import Path
from random import Random

from etl_host_arcadedb.server import EmbeddedServer
from neo4j_release import NEO4J_5, NEO4J_2026, Neo4jRelease
from tests.chaos.bolt_proxy import Cut, Moment
from tests.chaos.catches import CATCHES
from tests.chaos.cuts import LINKS, cut, cut_often, killed_while_committing
from tests.chaos.embedded import settings_of
from tests.chaos.kills import killed, killed_at_any_time, killed_in_many_windows
from tests.chaos.loads import Load
from tests.chaos.outcome import Outcome
from tests.chaos.own_server import OwnServer
from tests.chaos.pipelines import SEQUENTIAL, Kind
from tests.chaos.rivals import overtaken, second_refused, two_at_once
from tests.chaos.scenarios import Scenario, uninterrupted
from tests.chaos.servers import server_killed
from tests.chaos.table import Table
from tests.chaos.windows import WINDOWS

SEED = 20261123
KINDS = (SEQUENTIAL, Kind(parallel=True), Kind(parallel=True, prefetch=2))
PAUSES = (
    *("before a COMMIT", "rejects written → synced", "inside the search for bad rows"),
    "task taken over → its rejects cut",
)
AWAY = 60.0  # seconds
AWAY_IN = ("rows → their checkpoint", "between two tasks", "last commit → run finished")
EMBEDDED = ("before a COMMIT", "after a COMMIT", "rejects synced → commit", "inside the take over")


def say(line: str) -> None:
    """Print it at once: a campaign takes long."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Campaign:
    """Runs scenarios, each in a folder of its own, and counts how they end.

    ``kinds``: those of loads, in turn.
    """

    def __init__(self, folder: Path, seed: int, kinds: tuple[Kind, ...]) -> None:
        self.folder = folder
        self.seed = seed
        self.kinds = kinds
        self.tables: list[Table] = []
        self._numbers = count(1)
        self._expected: dict[tuple[str, Kind], Outcome] = {}

    def table(self, heading: str, outcome: str = "as uninterrupted") -> Table:
        """A new one, which the next scenarios go to."""
        say(heading)
        self.tables.append(Table(heading, outcome))
        return self.tables[-1]

    def run(
        self, name: str, scenario: Scenario, settings: dict[str, str], kind: Kind, *, mutant: str = "", sign: str = ""
    ) -> None:
        """One scenario; ``name`` is its row of the table. With a ``mutant`` it must find ``sign``."""
        number, table = next(self._numbers), self.tables[-1]
        expected = self.expected(settings, kind)
        load = Load(self.folder / str(number), settings, kind)
        try:
            problem = scenario(load, expected, Random(f"{self.seed} {number}"), mutant=mutant)
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
        finally:
            load.kill()
        if mutant:
            problem = "" if sign in problem else f"not caught: {problem}"
        table.add(name, problem, kills=load.kills, cuts=load.cuts)
        say(f"{time.strftime('%H:%M:%S')} {number:4} {name}, {kind}: {problem or table.outcome}")

    def expected(self, settings: dict[str, str], kind: Kind) -> Outcome:
        """What an uninterrupted load of that kind leaves in that database."""
        key = (settings.get("NEO4J_URI", ""), kind)
        if key not in self._expected:
            folder = self.folder / f"expected{len(self._expected)}"
            self._expected[key] = uninterrupted(Load(folder, settings, kind))
        return self._expected[key]


def on_neo4j(campaign: Campaign, home: Path, *, release: Neo4jRelease, turns: int) -> None:
    """Everything, on one release of Neo4j, each turn with loads of another kind."""
    campaign.table(f"Neo4j {release.version}")
    with OwnServer(release, home) as server:
        for turn in range(turns):
            kind = campaign.kinds[turn % len(campaign.kinds)]
            _once(partial(campaign.run, settings=server.settings, kind=kind), server, AWAY_IN[turn % len(AWAY_IN)])


def _once(run: Callable[[str, Scenario], None], server: OwnServer, away_in: str) -> None:
    for window in WINDOWS:
        run(f"killed: {window}", partial(killed, window=window))
    run("killed in up to five windows of one run", killed_in_many_windows)
    run("killed five times, at any time", killed_at_any_time)
    run("first start of two processes at once", two_at_once)
    run("second process refused while the first works", second_refused)
    for window in PAUSES:
        run(f"paused, overtaken, going on: {window}", partial(overtaken, window=window))
    run("killed, then paused, overtaken, going on", partial(overtaken, window="rejects written → synced", resumed=True))
    for moment in Moment:
        run(f"cut at COMMIT: {moment.value}", partial(cut, where=Cut(moment, 2, text=LINKS)))
    for message in ("BEGIN", "RUN"):
        run(f"cut at {message}", partial(cut, where=Cut(Moment.AT, 30, message)))
    for _ in range(3):
        run("cut at COMMIT in all four ways in one run", cut_often)
    run("killed, its COMMIT still under way", killed_while_committing)
    run("server killed in a transaction, restarted", partial(server_killed, server=server))
    run(
        f"server killed, away for {AWAY:.0f} s: {away_in}",
        partial(server_killed, server=server, window=away_in, away=AWAY),
    )


def on_the_embedded_graph(campaign: Campaign, home: Path, *, turns: int) -> None:
    """It dies with the process that is killed; for cuts it is started apart.

    Without unique keys: it looks at constraints only when it commits, so that what is tried and rolled back does not
    show which row they refuse. Without lanes, which it doesn't take.
    """
    campaign.table("embedded graph")
    for turn in range(turns):
        kind = replace(campaign.kinds[turn % len(campaign.kinds)], lanes=0, unique=False)
        for window in EMBEDDED:
            campaign.run(f"killed: {window}", partial(killed, window=window), {}, kind)
    with EmbeddedServer(home) as server:
        for turn in range(turns):
            kind = replace(campaign.kinds[turn % len(campaign.kinds)], lanes=0, unique=False)
            campaign.run("cut at COMMIT in all four ways in one run", cut_often, settings_of(server), kind)


def mutants(campaign: Campaign, home: Path, *, release: Neo4jRelease) -> None:
    """Each must be caught by its scenario, in the expected way."""
    campaign.table(f"mutants, on Neo4j {release.version}", "caught")
    with OwnServer(release, home) as server:
        for name, catch in CATCHES.items():
            campaign.run(
                name.replace("_", " "), catch.scenario, server.settings, SEQUENTIAL, mutant=name, sign=catch.sign
            )


PARTS: dict[str, Callable[[Campaign, Path], None]] = {
    "neo4j-5": partial(on_neo4j, release=NEO4J_5, turns=3),
    "neo4j-2026": partial(on_neo4j, release=NEO4J_2026, turns=1),
    "embedded": partial(on_the_embedded_graph, turns=3),
    "mutants": partial(mutants, release=NEO4J_5),
}


def report(campaign: Campaign, seconds: float) -> Iterator[str]:
    """What was done where, and the tables."""
    python = f"Python {platform.python_version()}, neo4j {version('neo4j')}, seed {campaign.seed}"
    yield f"{platform.platform()}, {python}; {seconds / 60:.0f} minutes"
    for table in campaign.tables:
        yield ""
        yield from table.lines()


@contextmanager
def reported(campaign: Campaign, file: Path | None) -> Iterator[None]:
    """Report at the end, also where that comes early."""
    start = time.monotonic()
    try:
        yield
    finally:
        text = "\n".join(report(campaign, time.monotonic() - start))
        say(f"\n{text}")
        if file is not None:
            file.write_text(text + "\n")


def main() -> int:
    """Returns the exit code: 1 where a load was not as an uninterrupted one, or a mutant was not caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all, where none is given")
    parser.add_argument("--lanes", type=int, default=0, help="load with so many lanes")
    parser.add_argument("--prefetch", type=int, default=0, help="load with so many batches read ahead")
    parser.add_argument("--seed", type=int, default=SEED, help="chooses moments and batch sizes")
    parser.add_argument("--table", type=Path, help="write the tables to this file, too")
    given = parser.parse_args()
    if unknown := {*given.parts} - {*PARTS}:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    kinds = tuple(Kind(kind.parallel, given.prefetch or kind.prefetch, given.lanes) for kind in KINDS)
    with tempfile.TemporaryDirectory(prefix="etl-host-chaos-") as name:
        campaign = Campaign(Path(name), given.seed, kinds)
        with reported(campaign, given.table):
            for part in given.parts or PARTS:
                PARTS[part](campaign, campaign.folder / f"server-{part}")
    return int(any(table.failed for table in campaign.tables))


if __name__ == "__main__":
    sys.exit(main())
