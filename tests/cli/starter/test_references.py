from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from etl_host.cli.starter.table import Sample, Table
from etl_host.cli.starter.tables import tables_of


def tables(**files: Mapping[str, Sequence[Any]]) -> dict[str, Table]:
    samples = []
    for name, columns in files.items():
        rows = [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]
        samples.append(Sample(f"{name}.csv", "csv", {"file": f"{name}.csv"}, list(columns), rows))
    return {table.label: table for table in tables_of(samples)}


def references(found: Mapping[str, Table]) -> set[tuple[str, str, str, str]]:
    return {
        (table.label, one.column.name, one.type, one.table.label)
        for table in found.values()
        for one in table.references
    }


STOPS = {"stop_id": ["1", "2", "3"], "name": ["a", "b", "c"]}


def test_a_column_called_like_a_key_refers_to_it() -> None:
    found = tables(calls={"call_id": ["7", "8"], "stop_id": ["1", "3"]}, stops=STOPS)
    assert references(found) == {("Call", "stop_id", "STOP", "Stop")}
    assert list(found) == ["Stop", "Call"], "what is referred to comes first"


def test_a_column_may_say_which_of_several_it_is() -> None:
    found = tables(stops=STOPS, legs={"leg_id": ["1"], "from_stop_id": ["1"], "to_stop_id": ["2"]})
    assert references(found) == {
        ("Leg", "from_stop_id", "FROM_STOP", "Stop"),
        ("Leg", "to_stop_id", "TO_STOP", "Stop"),
    }


def test_a_file_may_refer_to_itself() -> None:
    found = tables(stops={**STOPS, "parent_stop_id": [None, "1", "1"]})
    assert references(found) == {("Stop", "parent_stop_id", "PARENT_STOP", "Stop")}


def test_a_key_that_is_called_id_is_referred_to_by_the_name_of_its_file() -> None:
    found = tables(users={"id": ["1", "2"]}, orders={"id": ["1", "2"], "userId": ["2", "2"], "other_id": ["1", "1"]})
    assert references(found) == {("Order", "userId", "USER", "User")}


def test_no_value_in_common_is_no_reference() -> None:
    assert references(tables(stops=STOPS, calls={"call_id": ["7"], "stop_id": ["x"]})) == set()


def test_without_rows_the_names_do() -> None:
    found = tables(stops={"stop_id": [], "name": []}, calls={"call_id": [], "stop_id": []})
    assert references(found) == {("Call", "stop_id", "STOP", "Stop")}


def test_of_two_files_with_one_key_only_one_refers_to_the_other() -> None:
    found = tables(stops=STOPS, stop_details={"stop_id": ["1", "2"], "text": ["x", "x"]})
    assert references(found) == {("StopDetail", "stop_id", "STOP", "Stop")} or references(found) == {
        ("Stop", "stop_id", "STOP", "StopDetail")
    }


def test_both_ends_of_a_reference_are_of_one_type() -> None:
    found = tables(
        stops={"stop_id": ["1", "2"], "name": ["a", "b"]},
        calls={"call_id": ["1", "2"], "stop_id": ["1", "platform 2"]},
        notes={"note_id": ["1"], "stop_id": ["2"]},
    )
    kinds = {(table.label, column.name): column.type for table in found.values() for column in table.columns}
    assert kinds["Stop", "stop_id"] == kinds["Call", "stop_id"] == kinds["Note", "stop_id"] == "str"
    assert kinds["Call", "call_id"] == "int"


def test_files_that_refer_to_each_other_are_all_there() -> None:
    found = tables(
        teams={"team_id": ["1", "2"], "captain_player_id": ["1", "2"]},
        players={"player_id": ["1", "2"], "team_id": ["1", "2"]},
    )
    assert references(found) == {
        ("Team", "captain_player_id", "CAPTAIN_PLAYER", "Player"),
        ("Player", "team_id", "TEAM", "Team"),
    }


def test_a_combined_key_is_referred_to_by_nothing() -> None:
    calls = {"trip_id": ["1", "1", "2"], "sequence": ["1", "2", "1"]}
    assert references(tables(calls=calls, more={"more_id": ["1"], "trip_id": ["1"]})) == set()
