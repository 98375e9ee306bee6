from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_host import Run
from etl_host.pipeline.document import read_document
from etl_host.pipeline.nodes import Node, Scalar
from etl_host.pipeline.parameter_types import TYPES, Parameter
from etl_host.pipeline.problems import Place, Problems
from etl_host.pipeline.variables import Typed, Unresolved, Variables

PARAMETERS: dict[str, Parameter | None] = {
    "region": TYPES["string"]("cairns", Path("/")),
    "size": TYPES["integer"]("5", Path("/")),
    "day": TYPES["date"]("2026-01-31", Path("/")),
    "feed": TYPES["path"]("feed.zip", Path("/home")),
    "word": TYPES["secret"]("s3cret", Path("/")),
    "empty": TYPES["string"]("", Path("/")),
    "broken": None,
}
SETTINGS = {"PLACE": "bolt://x", "BLANK": "", "region": "from the environment", "NEO4J_URI": "x"}
RUN = Run("20260131T000000-abcd", "p", "owner", "2026-01-31T00:00:00+00:00")


def variables() -> Variables:
    problems = Problems("pipeline.yaml")
    return Variables(PARAMETERS, SETTINGS, problems)


def scalar(text: str) -> Scalar:
    return Scalar(text, text, Place(1, 1, len(text)), 1)


def node(folder: Path, text: str) -> Node:
    file = folder / "pipeline.yaml"
    file.write_text(text)
    root = read_document(file, Problems(file))
    assert root is not None
    return root


@pytest.mark.parametrize(
    ("text", "resolved"),
    [
        ("plain", "plain"),
        ("$region {region}", "$region {region}"),
        ("${region}", "cairns"),
        ("in ${region}, ${size} of ${PLACE}", "in cairns, 5 of bolt://x"),
        ("${feed}", "/home/feed.zip"),
        ("zip://a::${feed}", "zip://a::/home/feed.zip"),
        ("${day}", "2026-01-31"),
        ("${word}", "s3cret"),
        ("$${region}", "${region}"),
        ("$$${region}", "$${region}"),
        ("$${", "${"),
        ("${nowhere:-x y}", "x y"),
        ("${nowhere:-}", ""),
        ("a${nowhere:-}b", "ab"),
        ("${region:-x}", "cairns"),
        ("${BLANK:-x}", "x"),
        ("${empty:-x}", "x"),
        ("${BLANK}", ""),
        ("${PLACE:-a:-b}", "bolt://x"),
        ("${nowhere:-a:-b}", "a:-b"),
        ("${etl.run}", "20260131T000000-abcd"),
        ("out-${etl.run}-${etl.started}.csv", "out-20260131T000000-abcd-2026-01-31T00:00:00+00:00.csv"),
    ],
)
def test_variables_are_replaced(text: str, resolved: str) -> None:
    assert variables().resolve(scalar(text), RUN) == resolved


@pytest.mark.parametrize(
    ("name", "value"), [("size", 5), ("day", date(2026, 1, 31)), ("region", "cairns"), ("word", "s3cret")]
)
def test_a_value_that_is_one_parameter_keeps_its_type(name: str, value: object) -> None:
    resolved = variables().resolve(scalar(f"${{{name}}}"))
    assert isinstance(resolved, Typed)
    assert resolved.value == value
    assert type(variables().resolve(scalar(f" ${{{name}}}"))) is str


def test_variables_are_replaced_in_values_at_any_depth_and_not_in_keys(tmp_path: Path) -> None:
    root = node(tmp_path, 'a: ["${size}", {"${b}": "x${region}"}]\nc: 5\nd: null\n')
    assert variables().resolve(root) == {"a": ["5", {"${b}": "xcairns"}], "c": 5, "d": None}


def test_a_value_is_not_resolved_again() -> None:
    nested = Variables({"a": Parameter("${b}", "${b}", "${b}")}, {"b": "x"}, Problems("p"))
    assert nested.resolve(scalar("${a} ${a}")) == "${b} ${b}"


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        (
            "a: x ${nowhere}",
            (1, 6),
            "variable nowhere is not set; set it, or give a default: ${nowhere:-…} [unset-variable]",
        ),
        ("a: ${regoin}", (1, 4), 'variable regoin is not set, did you mean "region"? [unset-variable]'),
        ("a: ${NEO4J_URL}", (1, 4), 'variable NEO4J_URL is not set, did you mean "NEO4J_URI"? [unset-variable]'),
        (
            "a: $${b} ${",
            (1, 10),
            '"${" wants a name and "}" behind it; write "$${" where it is meant literally [wrong-variable]',
        ),
        (
            "a: ${a-b}",
            (1, 4),
            '"${" wants a name and "}" behind it; write "$${" where it is meant literally [wrong-variable]',
        ),
        ("a: ${x:-${y}}", (1, 9), "a variable can't be the default of another [wrong-variable]"),
        ("a: ${etl.rnu}", (1, 4), 'etl.rnu is no name of a variable, did you mean "etl.run"? [wrong-variable]'),
        ("a: ${1st}", (1, 4), "1st is no name of a variable [wrong-variable]"),
        (
            "a: ${etl.run}",
            (1, 4),
            "${etl.run} is known only once the run has begun: it may stand only in "
            '"parameters" of a sink or of what is run, and in the file of a file sink [misplaced-variable]',
        ),
    ],
)
def test_what_stands_for_nothing_is_a_problem_at_its_place(
    text: str, place: tuple[int, int], problem: str, tmp_path: Path
) -> None:
    wanting = variables()
    with pytest.raises(Unresolved):
        wanting.resolve(node(tmp_path, text))
    assert [
        ((found.place.line, found.place.column), f"{found.message} [{found.code}]")
        for found in wanting.problems.found
        if found.place
    ] == [(place, problem)]


def test_all_problems_in_a_value_are_noted(tmp_path: Path) -> None:
    wanting = variables()
    with pytest.raises(Unresolved):
        wanting.resolve(node(tmp_path, "a: ${one} ${two}\nb: [x, '${three}']\n"))
    places = [found.place for found in wanting.problems.found if found.place]
    assert [(place.line, place.column) for place in places] == [(1, 4), (1, 11), (2, 9)]


def test_a_parameter_whose_own_problem_is_noted_gets_no_second_one() -> None:
    wanting = variables()
    with pytest.raises(Unresolved):
        wanting.resolve(scalar("${broken}"))
    assert not wanting.problems.found


@pytest.mark.parametrize(
    ("text", "recorded"),
    [
        ("${feed}", "feed.zip"),
        ("zip://a::${feed}", "zip://a::feed.zip"),
        ("${size}", 5),
        ("${day}", "2026-01-31"),
        ("x${word}y", "xy"),
        ("${word}", ""),
        ("${PLACE}", "bolt://x"),
        ("${etl.run}", "${etl.run}"),
        ("a-${etl.started}", "a-${etl.started}"),
    ],
)
def test_what_is_recorded_has_paths_as_written_no_secrets_and_nothing_of_one_run(text: str, recorded: Any) -> None:
    assert variables().recorded(scalar(text)) == recorded


@given(st.text())
def test_a_text_whose_dollars_are_doubled_stays_what_it_is(text: str) -> None:
    assert variables().resolve(scalar(text.replace("${", "$${"))) == text


@given(st.text(alphabet="${}:-etl.run regionsize"))
def test_every_text_is_resolved_or_has_a_problem(text: str) -> None:
    wanting = variables()
    try:
        wanting.resolve(scalar(text))
    except Unresolved:
        assert wanting.problems.found
    else:
        assert not wanting.problems.found
