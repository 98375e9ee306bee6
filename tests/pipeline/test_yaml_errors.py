from __future__ import annotations

from pathlib import Path

import pytest

from etl_host.pipeline.document import read_document
from etl_host.pipeline.problems import Problems

CUT_OFF = 'the value ends before " #", the rest is a comment: quote the value, or write it below "|"'


def told(folder: Path, text: str) -> list[str]:
    file = folder / "pipeline.yaml"
    file.write_text(text)
    problems = Problems("pipeline.yaml")
    read_document(file, problems)
    return [
        f"{problem.place.line}:{problem.place.column}+{problem.place.width}: {problem.message} [{problem.code}]"
        if problem.place
        else f"{problem.message} [{problem.code}]"
        for problem in problems.found
    ]


@pytest.mark.parametrize(
    ("text", "place", "variable"),
    [
        ("source: {csv: ${feed}}", "1:15+7", "${feed}"),
        ("a:\n  source: {csv: {file: ${feed}, x: 1}}", "2:24+7", "${feed}"),
        ("source: [${feed:-x.zip}]", "1:10+14", "${feed:-x.zip}"),
        ("source: {csv: zip://a::${feed}}", "1:24+7", "${feed}"),
        ("source: {csv: ${feed", "1:15+6", "${feed"),
    ],
)
def test_a_variable_without_quotes_in_braces_is_explained(text: str, place: str, variable: str, tmp_path: Path) -> None:
    message = f'between {{ }} or [ ] a variable must be in quotes: "{variable}"'
    assert told(tmp_path, text) == [f"{place}: {message} [unquoted-variable]"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("query: RETURN 'a #1'\nx: 1\n", "1:8+9"),
        ("query: MATCH (n:Label  # where?\n", "1:8+14"),
        ("query: UNWIND $batch AS row # each\n  MERGE (n)\nx: 1\n", "1:8+20"),
        ("a: {query: RETURN 'a #1'}\nb: 2\n", "1:12+9"),
        ("a: [RETURN 'a #1',\n  other]\n", "1:5+9"),
        ("query: UNWIND 'a\n  b #1'\nx: 1\n", "1:8+9"),
    ],
)
def test_a_query_cut_off_by_a_comment_is_explained(text: str, place: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == [f"{place}: {CUT_OFF} [cut-off]"]


@pytest.mark.parametrize(
    "text",
    [
        "batch_size: 5000 # rows\n",
        "query: MATCH (n) RETURN n # all of them\n",
        "name: Tom's feed # and Ann's\n",
        "name: rock'n'roll # loud\n",
        "query: 'RETURN \"a #1\"'\n",
        "query: |\n  RETURN 'a #1'\n",
        "url: http://host/a#b\n",
        "tags: [a, b] # both\n",
    ],
)
def test_an_honest_comment_is_none_of_our_business(text: str, tmp_path: Path) -> None:
    assert told(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "a:\n\t- b\n",
            "2:1+1: found character tab that cannot start any token: lines can't be indented by tabs: use spaces",
        ),
        ("a: `x`\n", "1:4+1: found character '`' that cannot start any token: quote the value that begins with it"),
        (
            "a: MERGE (n {id: row.id})\n",
            '1:16+1: mapping values are not allowed here: quote the value that has ": " in it, or write it below "|"',
        ),
        ("a: *x\n", "1:4+1: found undefined alias 'x': define the anchor, &name, further up"),
        ("a: &x 1\nb: &x 2\n", "2:4+1: found duplicate anchor 'x'"),
        (
            "a: {x: 1,\nb: [2\n",
            "3:1+1: expected ',' or ']', but got the end of the file "
            "(while parsing a flow sequence, which begins in line 2)",
        ),
        ("a: x\x07y\n", "1:5+1: the character U+0007 may not be in a YAML file"),
        ("[" * 3000, "the file is nested too deeply"),
    ],
)
def test_other_mistakes_are_placed_and_have_a_remedy_where_there_is_one(
    text: str, problem: str, tmp_path: Path
) -> None:
    assert told(tmp_path, text) == [f"{problem} [yaml-syntax]"]
