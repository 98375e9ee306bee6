"""The short form of ``make chaos``: each window once, and a few mutants, with fixed numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from etl_host_arcadedb.server import EmbeddedServer
from graph_handle import GraphHandle
from neo4j_release import NEO4J_5
from tests.chaos.bolt_proxy import Cut, Moment
from tests.chaos.catches import CATCHES
from tests.chaos.cuts import LINKS, cut, cut_often, killed_while_committing
from tests.chaos.embedded import settings_of
from tests.chaos.kills import killed, killed_in_many_windows
from tests.chaos.loads import Load
from tests.chaos.mutants import MUTANTS
from tests.chaos.outcome import Outcome
from tests.chaos.own_server import OwnServer
from tests.chaos.pipelines import SEQUENTIAL, Kind
from tests.chaos.rivals import overtaken, second_refused, two_at_once
from tests.chaos.scenarios import Scenario, uninterrupted
from tests.chaos.servers import server_killed
from tests.chaos.windows import WINDOWS

KINDS = (SEQUENTIAL, Kind(parallel=True), Kind(prefetch=2))
DISTURBED: dict[str, Scenario] = {
    **{f"killed: {window}": partial(killed, window=window) for window in WINDOWS},
    "killed in many windows": killed_in_many_windows,
    **{f"cut {moment.value}": partial(cut, where=Cut(moment, 3, text=LINKS)) for moment in Moment},
    "cut often": cut_often,
    "killed, its COMMIT still under way": killed_while_committing,
    "paused, overtaken, going on": partial(overtaken, window="links → their checkpoint"),
    "paused before its rejects are cut, overtaken, going on": partial(
        overtaken, window="task taken over → its rejects cut"
    ),
    "first start of two at once": two_at_once,
    "a second process is refused": second_refused,
}

Loading = Callable[[Kind], Load]


@pytest.fixture
def loading(tmp_path: Path, neo4j_server: GraphHandle) -> Iterator[Loading]:
    loads: list[Load] = []

    def made(kind: Kind) -> Load:
        loads.append(Load(tmp_path, neo4j_server.settings, kind))
        return loads[-1]

    yield made
    for load in loads:
        load.kill()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory, neo4j_server: GraphHandle) -> Outcome:
    neo4j_server.wipe()
    return uninterrupted(Load(tmp_path_factory.mktemp("uninterrupted"), neo4j_server.settings))


@pytest.mark.parametrize("name", DISTURBED)
def test_all_is_as_after_an_uninterrupted_load(name: str, loading: Loading, expected: Outcome) -> None:
    kind = KINDS[[*DISTURBED].index(name) % len(KINDS)]

    assert DISTURBED[name](loading(kind), expected, Random(name)) == ""


@pytest.mark.parametrize("mutant", [mutant for mutant, catch in CATCHES.items() if catch.quick])
def test_a_delivery_with_a_fault_is_caught(mutant: str, loading: Loading, expected: Outcome) -> None:
    catch = CATCHES[mutant]

    assert catch.sign in catch.scenario(loading(SEQUENTIAL), expected, Random(mutant), mutant=mutant)


def test_each_mutant_has_a_scenario() -> None:
    assert [*CATCHES] == [*MUTANTS]


def test_a_server_that_dies_and_starts_again_is_waited_for(tmp_path: Path) -> None:
    with OwnServer(NEO4J_5, tmp_path / "server") as server:
        whole = uninterrupted(Load(tmp_path / "whole", server.settings))
        assert server_killed(Load(tmp_path / "load", server.settings), whole, Random(1), server=server) == ""


def test_the_embedded_graph_survives_the_death_of_its_process_and_a_cut(tmp_path: Path) -> None:
    kind = Kind(unique=False)  # ArcadeDB looks at constraints only when it commits
    whole = uninterrupted(Load(tmp_path / "whole", {}, kind))

    assert killed(Load(tmp_path / "killed", {}, kind), whole, Random(1), window="rejects synced → commit") == ""
    with EmbeddedServer(tmp_path / "served") as server:
        assert cut_often(Load(tmp_path / "cut", settings_of(server), kind), whole, Random(1)) == ""
