from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_host.core.lanes import Lanes
from etl_host.flow.buckets import Buckets, KeyMissing, stable_hashes

NODES = Lanes(2, {"stop": ["id"]})
TWO_KINDS = Lanes(2, {"trip": ["trip"], "stop": ["stop"]})
ONE_KIND = Lanes(2, {"stop": ["start", "end"]})

keys = st.one_of(st.text(), st.integers(), st.floats(allow_nan=False), st.booleans(), st.none(), st.dates(), st.uuids())


class Colour(Enum):
    RED = "red"


def stable_hash(key: object) -> int:
    [number] = stable_hashes([key])
    return number


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), (0.0, -0.0), (10**20, 1e20), (Colour.RED, "red"), ([1, "a"], (1.0, "a")), (Decimal("1.5"), "1.5")],
)
def test_keys_that_are_one_in_a_graph_have_one_hash(one: object, other: object) -> None:
    assert stable_hash(one) == stable_hash(other)


def test_hashes_are_the_same_in_every_process() -> None:
    wanted = "['ä', 'stop:1', 17, 1.5, True, None, date(2026, 11, 23), '\\ud800', UUID(int=5), ['a', 1]]"
    code = (
        "from datetime import date; from uuid import UUID; from etl_host.flow.buckets import stable_hashes; "
        f"print(stable_hashes({wanted}))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    here = stable_hashes(eval(wanted, {"date": date, "UUID": UUID}))
    assert answers == {f"{here}\n"}
    assert here[0] == 11147238, "a run that an older version began goes on with the same buckets"


@given(st.one_of(st.lists(keys), st.lists(st.integers()), st.lists(st.text())))
def test_a_hash_does_not_depend_on_the_keys_beside_it(several: list[object]) -> None:
    among_others = stable_hashes([*several, None, "x", 1])[: len(several)]
    assert stable_hashes(several) == [stable_hash(key) for key in several] == among_others


@pytest.mark.parametrize("lanes", [NODES, TWO_KINDS, ONE_KIND], ids=["nodes", "two kinds", "one kind"])
def test_every_bucket_gets_its_share(lanes: Lanes) -> None:
    buckets = Buckets(lanes)
    rows = [{field: f"s{i * 7919 + j}" for j, (_, field) in enumerate(lanes.ends)} for i in range(20_000)]
    counts = Counter(buckets.of(rows))
    assert set(counts) == set(range(len(buckets)))
    assert max(counts.values()) < 3 * min(counts.values())


@given(st.lists(st.tuples(keys, keys), min_size=2, max_size=40))
def test_buckets_without_a_group_in_common_never_touch_one_node(pairs: list[tuple[Any, Any]]) -> None:
    buckets = Buckets(ONE_KIND)
    rows = [{"start": start, "end": end} for start, end in pairs]
    placed = list(zip(rows, buckets.of(rows), strict=True))
    for (row, bucket), (other, another) in combinations(placed, 2):
        if {*map(stable_hash, row.values())} & {*map(stable_hash, other.values())}:
            assert buckets.claims[bucket] & buckets.claims[another]


def test_a_relationship_falls_into_one_bucket_either_way_round() -> None:
    buckets = Buckets(ONE_KIND)
    there = buckets.of([{"start": f"a{i}", "end": f"b{i}"} for i in range(100)])
    assert there == buckets.of([{"start": f"b{i}", "end": f"a{i}"} for i in range(100)])


def test_nodes_of_two_kinds_have_groups_of_their_own() -> None:
    buckets = Buckets(TWO_KINDS)
    assert sum(not one & other for one, other in combinations(buckets.claims, 2)) == 72
    [same] = buckets.of([{"trip": "x", "stop": "x"}])
    assert len(buckets.claims[same]) == 2


def test_a_row_without_the_field_is_told() -> None:
    with pytest.raises(KeyMissing, match="lanes split rows by id, and a row has no such field"):
        Buckets(NODES).of([{"id": 1}, {"stop_id": 2}])


def test_what_is_recorded_differs_where_rows_could_fall_into_other_buckets() -> None:
    assert Buckets(NODES).recorded() == Buckets(Lanes(7, NODES.keys)).recorded()
    others = [Lanes(2, {"stop": ["start"]}), Lanes(2, {"stop": ["end", "start"]}), ONE_KIND, TWO_KINDS, NODES]
    recorded = [str(Buckets(lanes).recorded()) for lanes in others]
    assert len({*recorded}) == len(recorded)


def test_decimals_that_may_be_written_as_the_same_number_are_in_one_bucket() -> None:
    assert stable_hash(Decimal("1.10")) == stable_hash(Decimal("1.1")) == stable_hash(1.1)
    assert stable_hash(Decimal(7)) == stable_hash(7)
