from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from etl_host_csv import CSVBatchProcessor

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]


@pytest.mark.parametrize(
    ("content", "options", "message"),
    [
        ("id,name\n1,a\n", {}, "2 columns"),
        ("id\n1\n", {}, "1 column"),
        ("id,name\n", {}, "2 columns"),
        ("id,name,lat\n1,a,9\n", {"columns": ["id"]}, "1 of 3 columns"),
        ("1,a\n", {"header": False}, "2 columns"),
        ("id;name\n", {"header": ["id"]}, "1 column"),
        ("", {}, "there are no rows: it is missing or empty"),
        ("\n\n", {}, "there are no rows: it is missing or empty"),
        ("# made\nid,name\n", {"comment": "#"}, "2 columns"),
    ],
)
def test_it_says_what_it_found(
    source: MakeSource, stops: MakeFile, content: str, options: dict[str, object], message: str
) -> None:
    [problem] = source(stops(content), **options).check()
    assert (problem.level, problem.subject, problem.message) == ("ok", "stops.csv", message)


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("id;name\n1;a\n", {}, 'delimiter: ";"'),
        ("id\tname\n1\ta\n", {}, 'delimiter: "\\t"'),
        ("id|name\n", {}, 'delimiter: "|"'),
        ("id,name\n", {"delimiter": ";"}, 'delimiter: ","'),
        ('"a;b"\n', {}, 'delimiter: ";"'),
        ("sep=;\nid;name\n", {}, 'delimiter: ";", and skip_rows: 1'),
    ],
)
def test_a_header_that_looks_like_another_delimiter_is_a_warning(
    source: MakeSource, stops: MakeFile, content: str, options: dict[str, object], said: str
) -> None:
    [problem] = source(stops(content), **options).check()
    assert (problem.level, problem.option) == ("warn", "delimiter")
    assert problem.remedy == f"if it separates the cells, say {said}"


@pytest.mark.parametrize(
    ("content", "options"),
    [("id,a;b\n1,2\n", {}), ("id;name\n", {"delimiter": ";"}), ("x y\n", {}), ("1;a\n", {"header": False})],
)
def test_other_headers_are_not(source: MakeSource, stops: MakeFile, content: str, options: dict[str, object]) -> None:
    [problem] = source(stops(content), **options).check()
    assert problem.level == "ok"


def test_all_files_of_a_pattern_are_looked_at(source: MakeSource, stops: MakeFile, tmp_path: Path) -> None:
    stops("", "0.csv")
    stops("id,name\n", "a.csv")
    stops("name,id\n1,2\n", "b.csv")
    csv = source(tmp_path / "*.csv")
    assert [(p.level, p.subject, p.message) for p in csv.check()] == [("ok", "*.csv", "3 files, 2 columns")]
    assert csv.fields() == ["id", "name"]
    stops("id,id\n", "c.csv")
    stops("id,nome\n", "d.csv")
    stops(b"\xff\n", "e.csv")
    problems = list(csv.check())
    assert [(p.level, p.subject) for p in problems] == [("fail", "c.csv"), ("fail", "d.csv"), ("fail", "e.csv")]
    assert all(problem.remedy for problem in problems)
    assert 'it lacks "name"; it alone has "nome"' in problems[1].message


@pytest.mark.parametrize(("missing", "level"), [("fail", "fail"), ("empty", "ok")])
def test_a_pattern_without_files_is_found(source: MakeSource, tmp_path: Path, missing: str, level: str) -> None:
    csv = source(tmp_path / "*.csv", missing=missing)
    [problem] = csv.check()
    assert (problem.level, problem.subject) == (level, "*.csv")
    assert csv.fields() is None


@pytest.mark.parametrize(("missing", "level"), [("fail", "fail"), ("empty", "ok")])
def test_check_finds_a_missing_file(source: MakeSource, tmp_path: Path, missing: str, level: str) -> None:
    [problem] = source(tmp_path / "stops.csv", missing=missing).check()
    assert (problem.level, problem.subject) == (level, "stops.csv")


def test_check_finds_a_wrong_header_and_says_what_to_do(source: MakeSource, stops: MakeFile) -> None:
    csv = source(stops("id,id\n1,2\n"))
    [problem] = csv.check()
    assert (problem.level, problem.option) == ("fail", "file")
    assert problem.remedy
    assert csv.fields() is None
