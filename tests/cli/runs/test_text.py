"""Records fit the screen, and leave it as it is."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from etl_host.cli.runs.text import count, entry, moment, table
from recorded_runs import EtlHost

COLUMNS = {"RUN": ["one", "two"], "READ": ["1,000", "2"], "STATUS": ["ok", "失敗"]}


def lines(width: int | None) -> list[str]:
    return [*table(COLUMNS, width, right=["READ"], spared=["READ", "STATUS"])]


def test_numbers_stand_on_the_right() -> None:
    assert lines(None) == ["RUN   READ  STATUS", "one  1,000  ok", "two      2  失敗"]


@pytest.mark.parametrize(("width", "head"), [(18, "RUN   READ  STATUS"), (17, "RUN  STATUS"), (10, "RUN"), (2, "RUN")])
def test_columns_are_left_out_until_the_rest_fits(width: int, head: str) -> None:
    assert lines(width)[0] == head
    assert len(lines(width)) == 3


def test_a_wide_character_takes_two_columns() -> None:
    cells = {"A": ["失敗", "e\u0301", "x"], "B": ["1", "2", "3"]}
    assert [*table(cells, None, right=[], spared=[])] == ["A     B", "失敗  1", "e\u0301     2", "x     3"]


def test_long_texts_go_on_below_their_beginning() -> None:
    text = "a few words that are too many"
    assert [*entry("title", [text], 30)] == ["title       a few words that", "            are too many"]
    assert [*entry("title", [text, "more"], None)] == [f"title       {text}", "            more"]
    assert [*entry("title", [], None)] == []


def test_nothing_moves_the_cursor() -> None:
    assert [*entry("title", ["a\x1b[31m\r\n\u202e[/x]"], None)] == ["title       a\\x1b[31m\\r\\n\\u202e[/x]"]


def test_times_are_told_in_utc() -> None:
    assert moment("2026-11-23T15:37:21+10:00") == "2026-11-23 05:37:21"
    assert moment(None) == ""


def test_one_is_not_many() -> None:
    assert [count(n, "run") for n in (0, 1, 1004)] == ["0 runs", "1 run", "1,004 runs"]
    assert count(2, "batch", "batches") == "2 batches"


@pytest.mark.parametrize("width", [30, 50, 80])
@pytest.mark.parametrize("command", [["list"], ["show", "one"]])
def test_on_a_terminal_lines_fit(command: list[str], width: int, home: Path, etl_host: EtlHost) -> None:
    etl_host("run", "pipeline.yaml", "--run-id", "one", "--rejects-dir", "x")
    support = Path(__file__).parents[2] / "support"
    environment = os.environ | {"PYTHONPATH": f"{home.parent}:{support}", "COLUMNS": str(width), "TERM": "xterm"}
    master, slave = pty.openpty()
    program = [sys.executable, "-c", "from etl_host.cli import main; main()", "runs", *command]
    subprocess.run(program, env=environment, stdout=slave, check=True, timeout=60)
    os.close(slave)
    told = os.read(master, 100_000).decode()
    os.close(master)
    assert "\x1b" not in told
    unbroken = ("/", "etl-host runs show")  # a path and a command stay whole, to be copied
    assert [line for line in told.splitlines() if len(line) > width and not any(map(line.__contains__, unbroken))] == []
    assert len(told.splitlines()) > 2
