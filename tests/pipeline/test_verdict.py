from __future__ import annotations

import pytest

from etl_host import ExitCode, Problem
from etl_host.pipeline.finding import Finding
from etl_host.pipeline.verdict import exit_code_of_check


@pytest.mark.parametrize(
    ("failures", "code"),
    [
        ([], ExitCode.OK),
        ([ExitCode.FAILED], ExitCode.FAILED),
        ([ExitCode.FAILED, ExitCode.USAGE], ExitCode.USAGE),
        ([ExitCode.USAGE, ExitCode.LOCKED], ExitCode.LOCKED),
    ],
)
def test_a_check_exits_as_the_run_that_it_would_stop(failures: list[ExitCode], code: ExitCode) -> None:
    found = [Finding(None, None, Problem("fail", "x", "it fails", exit_code=failure)) for failure in failures]
    warned = Finding(None, None, Problem("warn", "x", "it may", exit_code=ExitCode.LOCKED))
    assert exit_code_of_check([*found, warned]) is code
