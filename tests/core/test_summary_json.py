"""Summaries that were written down are read again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl_host import (
    Balance,
    ETLContext,
    ExitCode,
    InputError,
    RunSummary,
    TaskGroup,
    TaskSummary,
)
from number_links import CollectNumbers
from small_tasks import Does, counts, raises

FORGIVEN = TaskSummary(
    name="stops",
    path=("all", "stops"),
    status="failed",
    seconds=1.25,
    rows_per_second=10.5,
    guarantee="exactly once",
    statistics={"rows_read": 4, "share": 0.5},
    balance=Balance(4, 1, 2, 1),
    rows_before=2,
    rejects_file="/x/stops.jsonl",
    error=InputError("gone"),
    exit_code=ExitCode.REJECTS,
    retries=3,
)
SUMMARY = RunSummary("gtfs", "run-1", 2, 3.0, [FORGIVEN], InputError("no"), ExitCode.FAILED)


def written(summary: RunSummary) -> Any:
    return json.loads(json.dumps(summary.as_dict()))


def test_it_says_the_same_as_before() -> None:
    again = RunSummary.from_dict(written(SUMMARY))
    assert again.as_dict() == SUMMARY.as_dict()
    assert (again.outcome, again.failures, again.delivered) == (SUMMARY.outcome, SUMMARY.failures, SUMMARY.delivered)
    assert again.tasks[0].outcome == "failed (optional)"


def test_those_of_real_runs_are_read_again(tmp_path: Path) -> None:
    context = ETLContext(rejects_dir=tmp_path)
    tasks = [
        CollectNumbers(context, 50),
        Does(context, "counts", counts(things=1.5)),
        Does(context, "optional", raises(KeyError("x")), optional=True),
        Does(context, "fails", raises(ZeroDivisionError("x"))),
        Does(context, "skipped"),
    ]
    TaskGroup(context, tasks, name="all").execute()
    summary = context.summary
    assert RunSummary.from_dict(written(summary)).as_dict() == summary.as_dict()


def test_fields_that_a_later_version_adds_are_left_aside() -> None:
    stored = written(SUMMARY)
    stored["later"] = stored["tasks"][0]["later"] = {"x": 1}
    assert RunSummary.from_dict(stored).as_dict() == SUMMARY.as_dict()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("pipeline"), "the summary has no pipeline"),
        (lambda s: s.update(schema=2), "the summary has format 2; this etl-host reads format 1"),
        (lambda s: s.update(attempt="2"), "attempt of the summary should be int, and is str"),
        (lambda s: s.update(attempt=True), "attempt of the summary should be int, and is bool"),
        (lambda s: s.update(seconds=None), "seconds of the summary should be float, and is null"),
        (lambda s: s.update(exit_code=99), "exit_code of the summary is 99, which none of etl-host is"),
        (lambda s: s.update(tasks=[1]), "task 1 should be an object, and is int"),
        (lambda s: s["tasks"][0].update(path=[1]), "path of task 1 should hold texts only"),
        (lambda s: s["tasks"][0]["statistics"].update(x="1"), "x of statistics of task 1 should be float, and is str"),
        (lambda s: s["tasks"][0]["balance"].pop("read"), "balance of task 1 has no read"),
        (lambda s: s["tasks"][0].update(error="no"), "error of task 1 should be dict, and is str"),
    ],
)
def test_what_is_wrong_is_named(change: Callable[[Any], Any], message: str) -> None:
    stored = written(SUMMARY)
    change(stored)
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        RunSummary.from_dict(stored)


def test_what_is_no_object_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="the summary should be an object, and is list"):
        RunSummary.from_dict([])  # type: ignore[arg-type]
