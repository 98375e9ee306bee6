"""Progress, log and summary on a real terminal: what a person sees."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from plugin_folder import PluginFolder
from screen import OnTerminal

LOAD = """
import logging, sys, time
from dataclasses import replace
from etl_host import ChainTask, ETLContext, ParallelTaskGroup, Position, Sink, Source
from etl_host_console import ConsoleReporter

log = logging.getLogger("toy")

class Numbers(Source):
    def read(self, max_batch_size, after):
        for batch in self.cut(({"n": n} for n in range(60)), max_batch_size, after):
            time.sleep(0.05)
            done = batch.position.origin
            share = done / 60 if self.task.name != "unknown" else None
            yield replace(batch, position=Position(done, share=share))

class Nowhere(Sink):
    def write(self, batch, checkpoint):
        if batch.origins[0] in (11, 31):
            log.warning("%s: row %s -[r:KNOWS]-> [/x] %s", self.task.name, batch.origins[-1], "long " * 20)
        return {"nodes_created": len(batch.chunk)}

class Load(ChainTask):
    batch_size = 5
    def chain(self):
        return Nowhere(self.context, self, Numbers(self.context, self))

with ETLContext({}, reporters=[ConsoleReporter()]) as context:
    tasks = [Load(context, name=name) for name in ("stops", "a name that is much longer than it should be", "unknown")]
    ParallelTaskGroup(context, tasks, name="all", max_workers=3).execute()
sys.exit(int(context.summary.exit_code))
"""


@pytest.fixture
def script(tmp_path: Path) -> list[str]:
    """The command of a load that takes a while: three tasks side by side, which write to the log."""
    (tmp_path / "load.py").write_text(LOAD)
    return [sys.executable, str(tmp_path / "load.py")]


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_bars_stand_side_by_side_and_the_log_above_them(script: list[str], tmp_path: Path, columns: int) -> None:
    terminal = OnTerminal(script, tmp_path, columns)
    frames = list(terminal.frames())
    assert terminal.process.returncode == 0, frames[-1]

    most = max(frames, key=lambda lines: sum("rows" in line for line in lines))
    bars = [line for line in most if "rows" in line]
    assert len(bars) == 3
    with_share = {line.split()[0]: bool(re.search(r"\d+%", line)) for line in bars}
    assert with_share == {"stops": True, "a": True, "unknown": False}

    last = "\n".join(frames[-1])
    assert "━" not in last
    assert last.endswith("done (exit code 0)\n")
    whole = last.replace("\n", "")
    for name in ("stops", "a name that is much longer than it should be", "unknown"):
        for row in (15, 35):
            told = f"{name}: row {row} -[r:KNOWS]-> [/x] {'long ' * 20}"
            assert whole.replace(" ", "").count(told.replace(" ", "")) == 1
    assert all("long" in line or "KNOWS" in line or "written" in line for line in terminal.screen.wrapped)


def test_the_summary_fits_a_narrow_terminal(script: list[str], tmp_path: Path) -> None:
    *_, last = OnTerminal(script, tmp_path, 40).frames()
    begin = next(number for number, line in enumerate(last) if line.startswith("TASK"))
    table = last[begin : begin + 5]
    assert [line.split()[0] for line in table] == ["TASK", "stops", "a", "unknown", "total"]
    assert max(map(len, table)) <= 40


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": "dumb", "FORCE_COLOR": "1"}])
def test_a_terminal_that_can_not_draw_gets_lines(
    script: list[str], tmp_path: Path, environment: dict[str, str]
) -> None:
    terminal = OnTerminal(script, tmp_path, environment=environment)
    *_, last = terminal.frames()
    assert "stops: started" in last
    assert any(line.startswith("stops: 60 rows in ") for line in last)
    assert "━" not in "".join(last)


def test_no_colour_means_none_and_bars_all_the_same(script: list[str], tmp_path: Path) -> None:
    terminal = OnTerminal(script, tmp_path, environment={"NO_COLOR": "1"})
    coloured: list[str] = []
    write = terminal.screen.write

    def watched(text: str) -> None:
        coloured.extend(re.findall(r"\x1b\[[\d;]*(?:3|4|9)\d[\d;]*m", text))
        write(text)

    terminal.screen.write = watched  # type: ignore[method-assign]
    frames = list(terminal.frames())
    assert any("━" in "".join(lines) for lines in frames)
    assert coloured == []


def test_a_window_that_is_closed_does_not_end_the_load(script: list[str], tmp_path: Path) -> None:
    terminal = OnTerminal(script, tmp_path)
    for lines in terminal.frames():
        if any("rows" in line for line in lines):
            break
    terminal.hang_up()
    assert terminal.process.wait() == 0


PLUGIN = """
import os, time
from etl_host import ProcessorSpec, Sink, Source, hookimpl

class Ticks(Source):
    def read(self, max_batch_size, after):
        for batch in self.cut(({"n": n} for n in range(int(os.environ["TICKS"]))), 1, after):
            time.sleep(0.02)
            yield batch
        raise RuntimeError("out of ticks, [/x]")

class Nowhere(Sink):
    def write(self, batch, checkpoint):
        return {}

@hookimpl
def etl_host_sources():
    return [ProcessorSpec("ticks", Ticks, "Slow.")]

@hookimpl
def etl_host_sinks():
    return [ProcessorSpec("nowhere", Nowhere, "Forgets.")]
"""
PIPELINE = """
pipeline: slow
tasks:
  - group: all
    parallel: 2
    tasks:
      - {task: one, source: ticks, sink: nowhere}
      - {task: two, source: ticks, sink: nowhere}
"""


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    """What loads two slow tasks side by side."""
    PluginFolder(tmp_path).plugin("slow", PLUGIN)
    (tmp_path / "pipeline.yaml").write_text(PIPELINE)
    return [sys.executable, "-c", "from etl_host.cli import main; main()", "run", "pipeline.yaml"]


def test_ctrl_c_is_answered_above_the_bars_and_ends_in_good_order(command: list[str], tmp_path: Path) -> None:
    terminal = OnTerminal(command, tmp_path, environment={"PYTHONPATH": str(tmp_path), "TICKS": "5000"})
    for lines in terminal.frames():
        if sum("row" in line for line in lines) == 2:
            break
    terminal.process.send_signal(signal.SIGINT)
    *_, last = terminal.frames()
    assert terminal.process.returncode == 5
    told = [line for line in last if "━" in line or "stopping" in line]
    assert told == ["stopping after the batch in flight; once more: at once"]
    assert "slow: interrupted [interrupted] (exit code 5)" in last


def test_stderr_is_json_to_the_last_line_where_that_is_wanted(command: list[str], tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(tmp_path), "TICKS": "5000"}
    terminal = OnTerminal([*command, "--log-format", "json"], tmp_path, 10_000, environment)
    for lines in terminal.frames():
        if sum("task started" in line for line in lines) == 2:
            break
    terminal.process.send_signal(signal.SIGINT)
    *_, last = terminal.frames()
    assert terminal.process.returncode == 5
    entries = [json.loads(line) for line in last if line]
    # progress is told each half a minute: how long this takes is no matter
    events = [entry["event"] for entry in entries if entry.get("event", "progress") != "progress"]
    assert events == ["run started", *["task started"] * 2, *["task finished"] * 2, "run finished"]
    assert "stopping after the batch in flight; once more: at once" in [entry["message"] for entry in entries]
    assert [entry["message"].split(":")[0] for entry in entries[-2:]] == ["one", "two"]


def test_quiet_leaves_only_errors_in_json(command: list[str], tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "TICKS": "3"}
    quiet = [*command, "--log-format", "json", "--log-level", "error", "--quiet"]
    done = subprocess.run(quiet, cwd=tmp_path, env=environment, capture_output=True)
    assert (done.returncode, done.stdout) == (1, b"")
    entries = [json.loads(line) for line in done.stderr.splitlines()]
    assert entries
    assert not any("event" in entry for entry in entries)
    assert "out of ticks, [/x]" in entries[-1]["message"] or "asked to stop" in entries[-1]["message"]


def test_what_is_wrong_with_the_file_is_json_too(command: list[str], tmp_path: Path) -> None:
    (tmp_path / "pipeline.yaml").write_text(PIPELINE.replace("ticks", "tikcs"))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run([*command, "--log-format", "json"], cwd=tmp_path, env=environment, capture_output=True)
    assert (done.returncode, done.stdout) == (2, b"")
    [entry] = map(json.loads, done.stderr.splitlines())
    assert 'did you mean "ticks"' in entry["message"]
