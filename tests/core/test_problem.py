from __future__ import annotations

from etl_host import ExitCode, Problem


def test_a_problem_says_what_was_looked_at_and_what_to_do() -> None:
    problem = Problem("fail", "stops.txt", "there is no such file", "file", "make it", ExitCode.USAGE)
    assert problem == Problem(
        level="fail",
        subject="stops.txt",
        message="there is no such file",
        option="file",
        remedy="make it",
        exit_code=ExitCode.USAGE,
    )


def test_a_run_that_a_problem_stops_has_failed_unless_it_says_otherwise() -> None:
    problem = Problem("fail", "stops.txt", "there is no such file")
    assert (problem.exit_code, problem.option, problem.remedy) == (ExitCode.FAILED, None, None)
