from __future__ import annotations

import io
import json
from contextlib import redirect_stderr
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from etl_host import Balance, BatchFinished, ETLContext, ParallelTaskGroup, TaskGroup
from etl_host.cli.log_reporter import LogReporter
from etl_host.cli.logs import logging_to_stderr
from number_links import CollectNumbers
from small_tasks import Does, raises


def entries(*tasks: Any, context: ETLContext) -> list[dict[str, Any]]:
    with redirect_stderr(io.StringIO()) as stderr, logging_to_stderr("warning", "json", {}), context:
        TaskGroup(context, tasks, name="all").execute()
    return [json.loads(line) for line in stderr.getvalue().splitlines()]


@pytest.fixture
def context(tmp_path: Path) -> ETLContext:
    return ETLContext(rejects_dir=tmp_path, reporters=[LogReporter()])


def test_each_start_and_end_is_an_entry(context: ETLContext) -> None:
    inner = ParallelTaskGroup(context, [CollectNumbers(context, 50, name="[/x]")], name="inner", max_workers=1)
    told = entries(inner, context=context)
    assert [(entry["event"], entry.get("task")) for entry in told] == [
        ("run started", None),
        ("task started", "[/x]"),
        ("task finished", "[/x]"),
        ("run finished", None),
    ]
    assert {entry["run"] for entry in told} == {context.run.id}
    assert {entry["logger"] for entry in told} == {"etl_host.events"}
    assert told[-1]["summary"]["tasks"] == [told[2]["summary"]]
    assert told[-1]["summary"]["exit_code"] == 3
    assert [entry["level"] for entry in told] == ["info", "info", "warning", "warning"]


def test_progress_is_told_every_half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("etl_host.cli.log_reporter.time", SimpleNamespace(monotonic=lambda: now[0]))
    reporter = LogReporter()
    with redirect_stderr(io.StringIO()) as stderr, logging_to_stderr("warning", "json", {}):
        for second in (0, 29, 31, 60, 61):
            now[0] = second
            balance = Balance(second, second)
            reporter.batch_finished(BatchFinished("r", ("all", "a"), {}, {"x": 1}, balance, 1.0, 20.44, 100, 0.5))
    told = [json.loads(line) for line in stderr.getvalue().splitlines()]
    assert [entry["balance"]["read"] for entry in told] == [31, 61]
    assert told[0]["message"] == "a: 31 rows, 20 rows/s"
    assert (told[0]["event"], told[0]["statistics"], told[0]["expected"], told[0]["share"]) == (
        "progress",
        {"x": 1},
        100,
        0.5,
    )


def test_a_failure_is_an_error_with_its_message(context: ETLContext) -> None:
    told = entries(Does(context, "bad", raises(RuntimeError("no [/x]"))), context=context)
    finished = next(entry for entry in told if entry["event"] == "task finished")
    assert finished["level"] == "error"
    assert finished["summary"]["error"]["message"] == "no [/x]"
    assert (told[-1]["level"], told[-1]["message"]) == ("error", "failed [RuntimeError] (exit code 1)")
