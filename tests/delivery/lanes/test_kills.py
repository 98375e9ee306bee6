"""Loads in lanes die anywhere, and are started again, with other batch sizes and numbers of lanes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest

from etl_host.delivery import resume
from etl_host.delivery.lanes import bucket, delivery, one_pass, parts
from killed_loads import Hazards, assert_each_row_once, attempt, start
from lane_loads import (
    DiceCrew,
    LoadInLanes,
    LoadPickyInLanes,
    LoadPickyRelationshipsInLanes,
    LoadRelationshipsInLanes,
    LoadStatefulInLanes,
)

KINDS = [
    LoadInLanes,
    LoadRelationshipsInLanes,
    LoadPickyInLanes,
    LoadPickyRelationshipsInLanes,
    LoadStatefulInLanes,
]


class Died(Exception):
    """The end of an attempt that is no process of its own."""


class DiesInside(Hazards):
    """Once it has died, nothing can be done any more: as if the process had been killed."""

    dead = False

    def __call__(self, moment: str) -> None:
        self.dead = self.dead or self.dice.random() < self.dies
        if self.dead:
            raise Died(moment)
        if moment in ("sink writes", "before commit", "after commit") and self.dice.random() < self.loses:
            raise ConnectionError(moment)


def load_that_dies(folder: Path, seed: str, kind: type[LoadInLanes], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Start it again and again, without threads, its lanes in an order that the seed chooses; the last summary."""
    for number in range(200):
        dice = Random(f"{seed} {number}")
        monkeypatch.setattr(delivery, "Crew", partial(DiceCrew, dice=dice))
        monkeypatch.setattr(kind, "lanes", replace(kind.lanes, count=dice.randint(1, 4)))
        hazards = DiesInside(f"{seed} {number}", dies=0.01, loses=0.1)
        try:
            summary = start(folder, dice.randint(1, 12), hazards, kind)
        except Died:
            continue
        if not hazards.dead:
            return summary
    raise RuntimeError("it never ends")


@pytest.fixture(autouse=True)
def soon_overdue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_pass, "OVERDUE", 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(40))
def test_each_row_is_loaded_once_in_whatever_order_buckets_are_committed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, kind: type[LoadInLanes]
) -> None:
    assert_each_row_once(tmp_path, load_that_dies(tmp_path, str(seed), kind, monkeypatch), kind)


def load_that_is_killed(folder: Path, seed: int, kind: type[LoadInLanes]) -> Any:
    """The same in processes with threads, which are really killed."""
    for number in range(100):
        dice = Random(f"{seed} {number}")
        hazards = Hazards(f"{seed} {number}", dies=0.01, loses=0.1)
        if (summary := attempt(folder, dice.randint(1, 12), hazards, kind)) is not None:
            return summary
    raise RuntimeError("it never ends")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(3))
def test_a_process_with_lanes_that_is_killed_and_cut_off_at_random_loads_each_row_once(
    tmp_path: Path, seed: int, kind: type[LoadInLanes]
) -> None:
    assert_each_row_once(tmp_path, load_that_is_killed(tmp_path, seed, kind), kind)


def something_is_amiss(folder: Path, seed: int, kind: type[LoadInLanes], monkeypatch: pytest.MonkeyPatch) -> bool:
    folder.mkdir()
    try:
        assert_each_row_once(folder, load_that_dies(folder, str(seed), kind, monkeypatch), kind)
    except (AssertionError, RuntimeError):
        return True
    return False


REAL_PARTS, REAL_TAKE, REAL_CUT = parts.parts_of, bucket.Bucket.take, resume.rejects_go_on_from


def forgets_what_is_committed(batch: Any, origins: Any, buckets: Any, done: Any, *others: Any) -> Any:
    return REAL_PARTS(batch, origins, buckets, [0 for _ in done], *others)


def takes_all_to_be_behind_it(self: Any, read: Any) -> Any:
    return replace(REAL_TAKE(self, read), position=read.position(self._recorded))


def cuts_by_bucket_zero(progress: Any, sink: Any, **options: Any) -> None:
    return None if not options["buckets"] else REAL_CUT(options["buckets"][0], sink, **{**options, "buckets": ()})


MUTANTS = {
    "forgets what is committed": (one_pass, "parts_of", forgets_what_is_committed),
    "takes all that was read to be behind a bucket": (bucket.Bucket, "take", takes_all_to_be_behind_it),
    "begins at the highest position": (delivery, "min", max),
    "cuts rejects by one bucket": (resume, "rejects_go_on_from", cuts_by_bucket_zero),
    "counts rows of several buckets in each": (parts.Part, "counted", property(lambda part: len(part.rows))),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_the_check_catches_a_delivery_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(*MUTANTS[name], raising=False)
    kind = LoadPickyRelationshipsInLanes
    assert any(something_is_amiss(tmp_path / str(seed), seed, kind, monkeypatch) for seed in range(12))
