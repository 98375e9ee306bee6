"""What the summary of a run says below its table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from etl_host import Balance, ExitCode, InputError
from etl_host_console.summary import lines_of

Make = Callable[..., Any]


def test_the_whole_of_it(task: Make, run: Make, tmp_path: Path) -> None:
    file = tmp_path / "stops.jsonl"
    errors = [{"loc": ["stop_lat"], "message": "should be a number"}]
    file.write_text(json.dumps({"place": "stops.txt:118", "errors": errors}) + "\n")
    counts = {"rejected_rows": 1, "nodes_created": 1, "relationships_created": 37790}
    rejects = {"status": "rejects", "rejects_file": str(file), "exit_code": ExitCode.REJECTS}
    stops = task(statistics=counts, balance=Balance(10, 9, 1), **rejects)
    assert list(lines_of(run(stops, look="etl-host query"))) == [
        "",
        "TASK   READ  REJECTED  WRITTEN   TIME  ROWS/S  STATUS",
        "stops    10         1        9  2.0 s       5  1 rejected",
        "",
        "rejected   stops.txt:118  stop_lat  should be a number",
        f"           all: {file}",
        "graph      1 node, 37,790 relationships created",
        "delivery   exactly once; 10 read = 9 written + 1 rejected",
        "next       correct these rows in their file, then load them: etl-host replay FILE --task stops",
        "look       etl-host query",
        "gtfs: done, 1 row rejected (exit code 3)",
    ]


def test_fewer_relationships_than_rows_may_be_rows_that_matched_nothing(task: Make, run: Make) -> None:
    def graph(**counts: int) -> str:
        times = task(name="times", statistics=counts, balance=Balance(10, 10, 0))
        return next(line for line in lines_of(run(times)) if line.startswith("graph"))

    assert graph(relationships_created=9) == (
        "graph      9 relationships created; rows of times that matched nothing are not counted"
    )
    assert "counted" not in graph(relationships_created=10)
    assert "counted" not in graph(relationships_created=9, unmatched_rows=1)
    assert "counted" not in graph(relationships_created=9, nodes_created=1)
    assert "counted" not in graph(relationships_created=0)


def test_where_the_time_went_is_told_for_all_tasks_together(task: Make, run: Make) -> None:
    stops = task(times={"source": 0.52, "validators": 1.0, "sink": 2.0, "target": 1000.0})
    times = task(name="times", times={"source": 0.5, "sink": 1.0, "target": 541.26})
    [line] = [line for line in lines_of(run(stops, times)) if line.startswith("time ")]
    assert line == "time       source 1.0 s, validators 1.0 s, sink 3.0 s, waiting for the target 1,541.3 s"


def test_transactions_that_were_tried_again_are_told_where_there_were_any(task: Make, run: Make) -> None:
    [line] = [line for line in lines_of(run(task(times={"sink": 1.0}, retries=2))) if line.startswith("time ")]
    assert line == "time       sink 1.0 s; tried again: 2 transactions"


def test_on_a_screen_sentences_are_wrapped_and_commands_are_not(task: Make, run: Make) -> None:
    look = 'etl-host query "MATCH (n) RETURN labels(n) AS labels, count(*) AS nodes" --embedded'
    balance = Balance(1_111_111, 1_000_000, 111_110, 1)
    failed = task(balance=balance, statistics={"rejected_rows": 111_110}, exit_code=ExitCode.REJECTS, status="rejects")
    assert list(lines_of(run(failed, look=look), 80))[4:] == [
        "delivery   exactly once; 1,111,111 read = 1,000,000 written + 111,110 rejected +",
        "           1 dropped",
        "next       put right what failed, then start the same command again: a new run,",
        "           which loads all rows",
        f"look       {look}",
        "gtfs: done, 111,110 rows rejected (exit code 3)",
    ]


def test_a_balance_that_does_not_add_up_is_told(task: Make, run: Make) -> None:
    wrong = list(lines_of(run(task(balance=Balance(10, 6, 1)))))
    assert "delivery   exactly once; 10 read, but 6 written + 1 rejected: please report this" in wrong


def test_a_run_without_a_name_has_none_in_its_last_line(task: Make, run: Make) -> None:
    assert list(lines_of(run(task(), pipeline="")))[-1] == "done (exit code 0)"


def test_a_run_that_failed_before_its_tasks_says_so(run: Make) -> None:
    assert list(lines_of(run(error=InputError("gone"), run_exit_code=ExitCode.FAILED))) == [
        "",
        "next       put right what failed, then start the same command again",
        "gtfs: failed [wrong-input] (exit code 1)",
    ]
