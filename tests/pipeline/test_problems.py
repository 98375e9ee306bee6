from __future__ import annotations

import pytest

from etl_host.core.errors import ExitCode
from etl_host.pipeline.nodes import Scalar
from etl_host.pipeline.problems import CheckFailed, PipelineError, Place, PlacedProblem, Problems


def problems_in(text: str) -> Problems:
    problems = Problems("pipeline.yaml")
    problems.has_text(text)
    return problems


def test_problems_are_shown_by_place_each_with_its_line_and_a_mark() -> None:
    problems = problems_in('first: 1\n    source: {csv: {path: stops.txt, delimeter: ";"}}\n')
    problems.add("unknown-option", 'source csv has no option "delimeter"', Place(2, 37, 9))
    problems.add("wrong-value", "it is wrong", Place(1, 8))
    problems.add("no-place", "it is nowhere")
    assert (
        str(problems.error())
        == """\
pipeline.yaml: it is nowhere [no-place]
pipeline.yaml:1:8: it is wrong [wrong-value]
    1 | first: 1
      |        ^
pipeline.yaml:2:37: source csv has no option "delimeter" [unknown-option]
    2 |     source: {csv: {path: stops.txt, delimeter: ";"}}
      |                                     ^^^^^^^^^
3 problems, nothing was read or written (exit code 2)"""
    )


@pytest.mark.parametrize(
    ("line", "place", "mark"),
    [
        ("\ta: b", Place(1, 5), "\t   ^"),
        ("日本: x", Place(1, 5), "      ^"),
        ("a: 日本", Place(1, 4, 2), "   ^^^^"),
        ("é: x", Place(1, 4), "   ^"),
        ("e\u0301: x", Place(1, 5), "   ^"),
        ("a", Place(1, 9), " ^"),
    ],
)
def test_the_mark_is_where_a_terminal_draws_what_is_marked(line: str, place: Place, mark: str) -> None:
    problems = problems_in(line)
    problems.add("code", "wrong", place)
    assert str(problems.error()).split("\n")[2] == f"      | {mark}"


def test_one_problem_is_told_once_however_often_it_is_met() -> None:
    problems = problems_in("a: 1")
    for _ in range(3):
        problems.add("code", "wrong", Place(1, 1))
    assert problems.error().problems == [PlacedProblem("code", "wrong", Place(1, 1))]
    assert str(problems.error()).endswith("1 problem, nothing was read or written (exit code 2)")


def test_a_message_becomes_one_line() -> None:
    problems = problems_in("a: 1")
    problems.add("code", "one\n  two", Place(1, 1))
    assert problems.error().problems[0].message == "one two"


def test_a_line_with_a_secret_is_never_shown() -> None:
    problems = problems_in("word: hunter2, port: x\nother: |\n  s3cr3t\n  more\nlast: 1\n")
    problems.hide(Scalar("hunter2", "hunter2", Place(1, 7, 7), 1))
    problems.hide(Scalar("s3cr3t\nmore\n", "s3cr3t\nmore\n", Place(2, 8, 1), 4))
    for line in range(1, 6):
        problems.add("code", f"problem {line}", Place(line, 1))
    text = str(problems.error())
    assert "hunter2" not in text
    assert "s3cr3t" not in text
    assert "more" not in text
    assert "last: 1" in text


@pytest.mark.parametrize(
    "key", ["password", "db_password", "API_KEY", "apikey", "access_token", "client-secret", '"token"']
)
def test_a_line_whose_key_sounds_secret_is_not_shown_even_where_nothing_is_known_of_it(key: str) -> None:
    problems = problems_in(f"{{{key}: hunter2, other: 1}}")
    problems.add("code", "wrong", Place(1, 20))
    assert "hunter2" not in str(problems.error())


def test_a_line_with_a_password_in_a_url_is_not_shown() -> None:
    problems = problems_in("file: https://ann:hunter2@host/x.csv")
    problems.add("code", "wrong", Place(1, 7))
    assert "hunter2" not in str(problems.error())


def test_a_secret_value_is_taken_out_of_messages_and_lines() -> None:
    problems = problems_in("source: hunter2-and-more\n")
    problems.add("code", "hunter2-and-more is wrong, so is hunter2", Place(1, 9))
    problems.hide_text("hunter2")
    problems.hide_text("hunter2-and-more")
    assert str(problems.error()).split("\n")[:-1] == ["pipeline.yaml:1:9: … is wrong, so is … [code]"]
    assert problems.error().problems[0].message == "… is wrong, so is …"


def test_very_short_secrets_do_not_make_messages_unreadable() -> None:
    problems = problems_in("a: 1")
    problems.hide_text("a")
    problems.hide_text("")
    problems.add("code", "all that matters", Place(1, 1))
    assert problems.error().problems[0].message == "all that matters"


def test_nothing_is_raised_where_nothing_is_wrong() -> None:
    problems = problems_in("a: 1")
    problems.raise_if_any()
    problems.add("code", "wrong", Place(1, 1))
    with pytest.raises(PipelineError):
        problems.raise_if_any()


def test_what_is_found_by_a_check_exits_with_another_code() -> None:
    problems = problems_in("a: 1")
    problems.add("code", "wrong", Place(1, 1))
    assert problems.error().exit_code == ExitCode.USAGE
    failed = problems.error(CheckFailed)
    assert failed.exit_code == ExitCode.FAILED
    assert str(failed).endswith("(exit code 1)")
