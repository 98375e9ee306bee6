from __future__ import annotations

from collections.abc import Sequence

import pytest

from etl_host.cli.starter.keys import guess_key
from etl_host.cli.starter.table import Column
from etl_host.cli.starter.types import type_of


def columns(**values: Sequence[str | None]) -> list[Column]:
    made = []
    for name, given in values.items():
        present = [value for value in given if value is not None]
        made.append(Column(name, name, type_of(present), present, len(present) < len(given) or not given))
    return made


def key(label: str, **values: Sequence[str | None]) -> list[str]:
    return [column.name for column in guess_key(label, columns(**values))]


@pytest.mark.parametrize(
    ("label", "values", "expected"),
    [
        ("Stop", {"name": ["a", "b"], "zone_id": ["1", "2"], "stop_id": ["1", "2"]}, ["stop_id"]),
        ("Stop", {"name": ["a", "b"], "id": ["1", "2"]}, ["id"]),
        ("Stop", {"name": ["a", "b"], "stopid": ["1", "2"]}, ["stopid"]),
        ("Country", {"name": ["a", "b"], "iso_code": ["DE", "AU"]}, ["iso_code"]),
        ("Person", {"name": ["a", "b"], "age": ["1", "2"]}, ["name"]),
        ("Person", {"name": ["a", "a"], "age": ["1", "2"], "mail": ["x", "y"]}, ["age"]),
        ("Stop", {"stop_id": ["1", None], "name": ["a", "b"]}, ["name"]),
        ("Stop", {"stop_id": ["1", "1"], "name": ["a", "b"]}, ["name"]),
        ("Place", {"lat": ["1.5", "2.5"], "name": ["a", "b"]}, ["name"]),
        ("StopTime", {
            "trip_id": ["1", "1", "2"], "arrival": ["7", "8", "7"], "stop_id": ["4", "5", "4"],
            "stop_sequence": ["1", "2", "1"],
        }, ["trip_id", "stop_sequence"]),
        ("Member", {"user_id": ["1", "1", "2"], "group_id": ["1", "2", "1"]}, ["user_id", "group_id"]),
        ("Cell", {"x": ["1", "1", "1", "2"], "y": ["1", "1", "2", "1"], "z": ["1", "2", "1", "1"]}, ["x", "y", "z"]),
        ("Vote", {"answer": ["yes", "yes"]}, []),
        ("Place", {"lat": ["1.5", "2.5"]}, []),
        ("Stop", {"name": [], "stop_id": []}, ["stop_id"]),
    ],
)  # fmt: skip
def test_a_key_is_guessed_from_values_and_names(
    label: str, values: dict[str, list[str | None]], expected: list[str]
) -> None:
    assert key(label, **values) == expected


def test_a_combination_that_is_unique_only_at_first_is_none() -> None:
    first, second = [str(i // 100) for i in range(5000)], [str(i % 100) for i in range(5000)]
    first[-1], second[-1] = first[-2], second[-2]
    assert key("Thing", a=first, b=second) == []
