"""What is shown of the rows that a task has set aside."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from etl_host import Balance, ExitCode, TaskSummary
from etl_host_console.rejects import rejects_of


def entry(number: int, *errors: tuple[list[str | int], str]) -> dict[str, Any]:
    reasons = [{"loc": loc, "code": "x", "message": message} for loc, message in errors]
    return {"place": f"stops.txt:{number}", "errors": reasons, "row": {"secret": "value"}}


def write(folder: Path, entries: Iterable[dict[str, Any]], torn: str = "", name: str = "stops") -> str:
    file = folder / f"{name}.jsonl"
    file.write_text("".join(json.dumps(entry) + "\n" for entry in entries) + torn)
    return str(file)


def shown(
    folder: Path, entries: Iterable[dict[str, Any]], rows: int, torn: str = "", width: int | None = None
) -> list[str]:
    return list(rejects_of([task(rows, write(folder, entries, torn))], width))


def task(rows: int, file: str | None) -> TaskSummary:
    counts = {"rejected_rows": rows}
    balance = Balance(rows, 0, rows)
    exit_code = ExitCode.REJECTS
    return TaskSummary("s", ("s",), "rejects", 1.0, 1.0, None, counts, balance, 0, file, None, exit_code)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_reason_stands_once_at_its_first_place_with_the_number_of_rows(folder: Path) -> None:
    entries = [
        entry(2, (["lat"], "should be a number")),
        entry(3, ([], "the model raised KeyError")),
        entry(4, (["lat"], "should be a number")),
        entry(15, (["parts", 0, "id"], "missing"), (["lat"], "should be a number")),
    ]
    assert shown(folder, entries, 4) == [
        "stops.txt:2   lat         should be a number (3 rows)",
        "stops.txt:3               the model raised KeyError",
        "stops.txt:15  parts.0.id  missing",
        "all: stops.jsonl",
    ]


def test_at_most_five_reasons_are_shown(folder: Path) -> None:
    lines = shown(folder, [entry(n, ([], f"reason {n % 7}")) for n in range(14)], 14)
    assert lines[4:] == ["stops.txt:4  reason 4 (2 rows)", "and 4 more; all: stops.jsonl"]


def test_the_five_are_of_all_tasks(folder: Path) -> None:
    counts = {"stops": 6, "trips": 1, "routes": 2}
    tasks = [
        task(count, write(folder, [entry(n, ([], f"{name} {n}")) for n in range(count)], name=name))
        for name, count in counts.items()
    ]
    assert list(rejects_of(tasks)) == [
        "stops.txt:0  stops 0",
        "stops.txt:1  stops 1",
        "stops.txt:0  trips 0",
        "stops.txt:0  routes 0",
        "stops.txt:1  routes 1",
        "and 4 more; all: stops.jsonl",
        "all: trips.jsonl",
        "all: routes.jsonl",
    ]


def test_of_many_rows_the_first_are_read(folder: Path) -> None:
    lines = shown(folder, (entry(n, ([], "bad")) for n in range(1200)), 1200)
    assert lines == ["stops.txt:0  bad (1,000 rows)", "and 200 more; all: stops.jsonl"]


def test_a_file_that_is_torn_is_shown_as_far_as_it_goes(folder: Path) -> None:
    lines = shown(folder, [entry(2, ([], "bad"))], 2, torn='{"place": "stops')
    assert lines == ["stops.txt:2  bad", "and 1 more; all: stops.jsonl"]


def test_rows_that_are_not_committed_are_not_counted(folder: Path) -> None:
    entries = [entry(number, (["lat"], "bad")) for number in range(2, 9)]
    assert shown(folder, entries, 3) == ["stops.txt:2  lat  bad (3 rows)", "all: stops.jsonl"]


def test_a_file_that_is_gone_is_named_all_the_same(folder: Path) -> None:
    gone = folder.parent / "elsewhere" / "stops.jsonl"
    assert list(rejects_of([task(2, str(gone))])) == [f"2 rows; all: {gone}"]


def test_a_row_without_a_place_has_none(folder: Path) -> None:
    assert shown(folder, [{**entry(2, ([], "bad")), "place": None}], 1)[0] == "bad"


def test_without_a_file_there_is_nothing_to_say() -> None:
    assert list(rejects_of([task(0, None)])) == []


def test_reasons_are_wrapped_in_their_column_on_a_screen(folder: Path) -> None:
    message = "Input should be a valid number, unable to parse string as a number"
    assert shown(folder, [entry(4, (["lat"], message)), entry(5, (["lat"], "missing"))], 2, width=70) == [
        "stops.txt:4  lat  Input should be a valid number, unable to",
        "                  parse string as a number",
        "stops.txt:5  lat  missing",
        "all: stops.jsonl",
    ]


def test_text_of_users_stays_on_its_line_and_in_its_column(folder: Path) -> None:
    entries = [{**entry(2, (["[/x]\n"], "-[r:KNOWS]->\x1b[2J")), "place": "etl-host[standard]:2"}]
    assert shown(folder, entries, 1)[0] == r"etl-host[standard]:2  [/x]\n  -[r:KNOWS]->\x1b[2J"
