"""The hint is what helps next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from etl_host import Balance, ExitCode, InputError
from etl_host_console.next_step import next_steps

Make = Callable[..., Any]
LOOK = 'etl-host query "MATCH (n) RETURN n" --embedded'
AGAIN = "start the same command again"
MENDED = f"put right what failed, then {AGAIN}"
NEW = "a new run, which loads all rows"
CORRECTED = "correct these rows in their file, then load them: etl-host replay FILE --task stops"
ALL = "the same without --rollback loads all rows"
TRIED = "rolled back: nothing was written"
FIRST = "it begins with the first row, and loads them all again"


@pytest.mark.parametrize(
    ("code", "details", "steps"),
    [
        (ExitCode.OK, {}, [("look", LOOK)]),
        (
            ExitCode.REJECTS,
            {"rejects_file": "r.jsonl"},
            [("next", CORRECTED), ("look", LOOK)],
        ),
        (
            ExitCode.REJECTS,
            {"rejects_file": "r.jsonl", "replayable": False},
            [("next", f"correct these rows in the input, then {AGAIN}: a new run"), ("look", LOOK)],
        ),
        (ExitCode.REJECTS, {}, [("next", f"{MENDED}: {NEW}"), ("look", LOOK)]),
        (ExitCode.OK, {"guarantee": TRIED}, [("next", ALL)]),
        (ExitCode.REJECTS, {"guarantee": TRIED}, [("next", f"{ALL}, and sets aside those that are rejected")]),
        (ExitCode.FAILED, {"guarantee": TRIED}, []),
        (ExitCode.FAILED, {}, [("next", f"{MENDED}: it goes on after 10 rows")]),
        (ExitCode.OK, {"status": "limited"}, [("next", f"{AGAIN}: it goes on after 10 rows"), ("look", LOOK)]),
        (ExitCode.INTERRUPTED, {}, [("next", f"{AGAIN}: it goes on after 10 rows")]),
        (ExitCode.FAILED, {"guarantee": "at least once"}, [("next", f"{MENDED}: {FIRST}")]),
        (ExitCode.FAILED, {"balance": Balance(), "guarantee": None}, [("next", MENDED)]),
        (ExitCode.USAGE, {}, []),
        (ExitCode.BUDGET, {}, []),
        (ExitCode.LOCKED, {}, []),
    ],
)
def test_the_hint_is_what_helps_next(
    task: Make, run: Make, code: ExitCode, details: dict[str, Any], steps: list[tuple[str, str]]
) -> None:
    error = None if code in (ExitCode.OK, ExitCode.REJECTS) else InputError("no such file")
    assert list(next_steps(run(task(exit_code=code, error=error, **details), look=LOOK))) == steps
