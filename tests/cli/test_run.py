from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner, Result

from etl_host.cli import main
from plugin_folder import PluginFolder
from toy_plugin import Listener, Say
from toy_store import Toy, ToyStore

PLUGIN = """
from etl_host import ProcessorSpec, hookimpl

@hookimpl
def etl_host_sources():
    return [ProcessorSpec("lines", "toy_plugin:Lines", "Lines."), ProcessorSpec("ticks", "ticks:Ticks", "Slow.")]

@hookimpl
def etl_host_validators():
    return [ProcessorSpec("checked", "toy_plugin:Checked", "Checks.")]

@hookimpl
def etl_host_sinks():
    return [ProcessorSpec("table", "toy_plugin:Table", "Tables.")]

@hookimpl
def etl_host_tasks():
    return [ProcessorSpec("say", "toy_plugin:Say", "Says.")]

@hookimpl
def etl_host_reporters():
    return [ProcessorSpec("listener", "toy_plugin:Listener", "Listens.")]

@hookimpl
def etl_host_connections():
    return [
        ProcessorSpec("toy", "toy_plugin:Toy", "In memory."),
        ProcessorSpec("paper", "toy_plugin:PaperToy", "On paper.", stands_in_for="toy"),
    ]
"""

TICKS = """
import time
from pathlib import Path
from etl_host import Source

class Ticks(Source):
    resumable = True

    def __init__(self, context, task, *, mark: str):
        super().__init__(context, task)
        self.mark = Path(mark)

    def read(self, max_batch_size, after):
        for batch in self.cut(iter([{"text": "x"}] * 2000), 1, after):
            self.mark.touch()
            time.sleep(0.02)
            yield batch
"""

PIPELINE = """
pipeline: p
reporters: []
parameters: {region: cairns}
tasks:
  - task: load
    source: {lines: a.txt}
    validators: [checked]
    sink: {table: {table: t, parameters: {region: "${region}"}}}
"""


@pytest.fixture
def home(folder: PluginFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working folder, with a pipeline and a line to load; its plugin is found as installed ones are."""
    folder.plugin("toyland", PLUGIN)
    folder.module("ticks", TICKS)
    home = folder.path / "home"
    home.mkdir()
    (home / "pipeline.yaml").write_text(PIPELINE)
    (home / "a.txt").write_text("one\n")
    monkeypatch.chdir(home)
    monkeypatch.setenv("TOY_PLACE", str(home))
    yield home
    for heard in (Listener.heard, Say.said, Toy.stores):
        heard.clear()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["run", *arguments])


def store(home: Path) -> ToyStore:
    return Toy(str(home)).store


def test_a_pipeline_is_run_quietly_where_nobody_reports(home: Path) -> None:
    result = call("pipeline.yaml")
    assert (result.exit_code, result.output) == (0, ""), result.output
    assert store(home).tables == {"t": [{"text": "one", "region": "cairns"}]}


def test_parameters_are_set(home: Path) -> None:
    assert call("pipeline.yaml", "--set", "region=a=b ").exit_code == 0
    assert store(home).tables["t"][0]["region"] == "a=b "


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "region"], '"region" is not NAME=VALUE'),
        (["--set", "=x"], '"=x" is not NAME=VALUE'),
        (["--set", "region=a", "--set", "region=b"], "region is set twice"),
        (["--batch-size", "0"], "0 is not in the range"),
        (["--summary-json", "nowhere/s.json"], "there is no folder"),
        (["--connection", "toy"], '"toy" is not NAME=KIND'),
        (["--log-level", "loud"], "'loud' is not one of"),
        (["--limit", "0"], "0 is not in the range"),
        (["--roll-back"], "No such option"),
        (["--run-id", "a b"], "'a b' can't be the id of a run"),
        (["--run-id", "x", "--rollback"], "what is rolled back is no run"),
    ],
)
def test_a_wrong_command_line_is_refused(arguments: list[str], message: str, home: Path) -> None:
    result = call("pipeline.yaml", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not store(home).records


def test_all_problems_of_the_file_and_the_command_line_are_told_at_once(home: Path) -> None:
    (home / "pipeline.yaml").write_text(PIPELINE.replace("table: t,", "tabel: t,"))
    result = call("pipeline.yaml", "--set", "regoin=x", "--task", "laod", "--report", "lsitener")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.split("\n")[:-1] == [
        'pipeline.yaml: the pipeline has no parameter regoin, did you mean "region"? [unknown-parameter]',
        'pipeline.yaml: there is no task laod, did you mean "load"? [unknown-task]',
        next(line for line in result.stderr.split("\n") if 'reporter "lsitener"' in line),
        'pipeline.yaml:9:20: sink table has no option "tabel", did you mean "table"? [unknown-option]',
        '    9 |     sink: {table: {tabel: t, parameters: {region: "${region}"}}}',
        "      |                    ^^^^^",
        "4 problems, nothing was read or written (exit code 2)",
        "  more: etl-host explain unknown-parameter",
    ]


def test_rejected_rows_make_it_exit_with_3_and_go_where_one_says(home: Path) -> None:
    (home / "a.txt").write_text("one\nbad\n")
    result = call("pipeline.yaml", "--rejects-dir", "aside")
    assert (result.exit_code, result.output) == (3, "")
    [file] = (home / "aside").iterdir()
    assert file.name.startswith("load.")


def test_the_summary_is_all_that_is_on_stdout(home: Path) -> None:
    (home / "a.txt").write_text("one\nbad\n")
    result = call("pipeline.yaml", "--summary-json", "-")
    summary = json.loads(result.stdout)
    assert (summary["status"], summary["exit_code"], summary["balance"]["rejected"]) == ("rejects", 3, 1)


def test_the_summary_is_written_also_of_a_run_that_failed(home: Path) -> None:
    store(home).fail_at = 1
    assert call("pipeline.yaml", "--summary-json", "s.json").exit_code == 1
    summary = json.loads((home / "s.json").read_text())
    assert (summary["status"], summary["tasks"][0]["error"]["message"]) == ("failed", "the table fell over")


def test_a_failure_says_what_where_and_what_is_committed(home: Path) -> None:
    (home / "a.txt").write_text("one\ntwo\nthree\n")
    store(home).fail_at = 2
    result = call("pipeline.yaml", "--batch-size", "2")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        "load: unexpected OSError: the table fell over [unexpected]\n"
        "  committed: 2 rows\n"
        "  next: the same with --traceback, to see where; then please report it\n"
        "  more: etl-host explain unexpected\n"
    )
    store(home).fail_at = None
    assert call("pipeline.yaml").exit_code == 0
    assert [row["text"] for row in store(home).tables["t"]] == ["one", "two", "three"]


def test_a_traceback_is_shown_before_the_message_where_it_is_wanted(home: Path) -> None:
    store(home).fail_at = 1
    lines = call("pipeline.yaml", "--traceback").stderr.split("\n")
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[-5] == "load: unexpected OSError: the table fell over [unexpected]"


def test_an_unfinished_run_is_begun_again_where_it_is_wanted(home: Path) -> None:
    (home / "a.txt").write_text("one\ntwo\nthree\n")
    store(home).fail_at = 2
    call("pipeline.yaml", "--batch-size", "2")
    store(home).fail_at = None
    refused = call("pipeline.yaml", "--set", "region=x")
    assert refused.exit_code == 2
    assert "parameter region was 'cairns', now it is 'x'" in refused.stderr
    assert call("pipeline.yaml", "--set", "region=x", "--restart").exit_code == 0
    assert len(store(home).tables["t"]) == 2 + 3


def test_a_limited_run_stops_in_good_order_and_is_gone_on_with(home: Path) -> None:
    lines = [f"line {n}" for n in range(7)]
    (home / "a.txt").write_text("\n".join(lines))
    limited = call("pipeline.yaml", "--limit", "3", "--summary-json", "-")
    assert (limited.exit_code, limited.stderr) == (0, "")
    assert json.loads(limited.stdout)["status"] == "limited"
    assert [row["text"] for row in store(home).tables["t"]] == lines[:3]
    assert call("pipeline.yaml").exit_code == 0
    assert [row["text"] for row in store(home).tables["t"]] == lines


def test_a_task_that_rejects_more_than_it_may_fails_until_it_may(home: Path) -> None:
    (home / "a.txt").write_text("bad\none\nbad\ntwo\n")
    stopped = call("pipeline.yaml", "--max-rejects", "1", "--batch-size", "3")
    assert stopped.exit_code == 4
    assert "load: 2 of 3 rows are rejected, more than max_rejects: 1 [too-many-rejects]" in stopped.stderr
    assert "  committed: 3 rows" in stopped.stderr
    assert call("pipeline.yaml", "--max-rejects", "1").exit_code == 4
    assert len(store(home).tables["t"]) == 1
    assert call("pipeline.yaml", "--max-rejects", "50%").exit_code == 3
    assert [row["text"] for row in store(home).tables["t"]] == ["one", "two"]


def test_rejects_that_are_gone_can_be_done_without(home: Path) -> None:
    (home / "a.txt").write_text("bad\none\ntwo\n")
    assert call("pipeline.yaml", "--limit", "2").exit_code == 0
    for file in (home / "rejects").iterdir():
        file.unlink()
    refused = call("pipeline.yaml")
    assert refused.exit_code == 2
    assert "--accept-lost-rejects" in refused.stderr
    assert call("pipeline.yaml", "--accept-lost-rejects").exit_code == 3
    assert len(store(home).tables["t"]) == 2


def test_a_finished_run_is_told_again_by_its_id_and_loads_nothing(home: Path) -> None:
    (home / "a.txt").write_text("one\nbad\n")
    command = ("pipeline.yaml", "--run-id", "nightly-1", "--summary-json", "-", "--report", "listener")
    first = call(*command)
    assert first.exit_code == 3
    assert json.loads(first.stdout)["run_id"] == "nightly-1"
    (home / "a.txt").unlink()
    again = call(*command)
    told = [{**json.loads(result.stdout), "seconds": 0} for result in (first, again)]  # it ended a moment later
    assert (again.exit_code, told[1]) == (3, told[0])
    assert "run nightly-1 is finished, and is not run again: this is how it ended" in again.stderr
    assert len(store(home).tables["t"]) == 1
    assert [record.run.attempt for record in store(home).records] == [1]
    assert Listener.heard[-1] == ("", "rejects"), "the summary is shown"


def test_an_unfinished_run_is_gone_on_with_by_its_id_and_keeps_others_waiting(home: Path) -> None:
    (home / "a.txt").write_text("one\ntwo\nthree\n")
    assert call("pipeline.yaml", "--run-id", "nightly-1", "--limit", "2").exit_code == 0
    refused = call("pipeline.yaml", "--run-id", "nightly-2")
    assert refused.exit_code == 2
    assert "run nightly-1 of p is unfinished, so run nightly-2 can't begin [run-refused]" in refused.stderr
    assert call("pipeline.yaml", "--run-id", "nightly-1").exit_code == 0
    assert [row["text"] for row in store(home).tables["t"]] == ["one", "two", "three"]
    [record] = store(home).records
    assert (record.run.id, record.run.attempt, record.run.status) == ("nightly-1", 2, "success")


def test_a_finished_run_of_which_nobody_can_say_how_it_ended_is_refused(home: Path) -> None:
    assert call("pipeline.yaml", "--run-id", "nightly-1").exit_code == 0
    store(home).records[0] = replace(store(home).records[0], summary={"schema": 7})
    refused = call("pipeline.yaml", "--run-id", "nightly-1")
    assert refused.exit_code == 2
    assert "the summary has format 7; this etl-host reads format 1" in refused.stderr
    assert len(store(home).tables["t"]) == 1


def test_a_missing_input_is_told_before_anything_is_written(home: Path) -> None:
    (home / "a.txt").unlink()
    result = call("pipeline.yaml")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "pipeline.yaml:7:21: load: a.txt: there is no such file; correct its name [check-failed]\n"
    )
    assert not store(home).records


def test_tasks_reporters_and_connections_are_chosen(home: Path) -> None:
    more = "  - task: other\n    run: {say: [hello]}\n"
    (home / "pipeline.yaml").write_text(PIPELINE + more)
    result = call("pipeline.yaml", "--task", "load", "--report", "listener", "--connection", "toy=paper")
    assert result.exit_code == 0
    assert Say.said == []
    assert Listener.heard == [("", "success")]
    assert set(Toy.stores) == {"paper"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("times", [1, 2])
def test_a_signal_ends_a_run_in_good_order_and_a_second_one_at_once(
    number: signal.Signals, times: int, home: Path, folder: PluginFolder
) -> None:
    (home / "pipeline.yaml").write_text(
        dedent("""
        pipeline: p
        reporters: []
        tasks: [{task: slow, source: {ticks: {mark: mark}}, sink: {table: t}}]
        """)
    )
    support = Path(__file__).parents[1] / "support"
    environment = os.environ | {"PYTHONPATH": f"{folder.path}:{support}"}
    code = "from etl_host.cli import main; main()"
    command = [sys.executable, "-c", code, "run", "pipeline.yaml", "--summary-json", "s.json"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while not (home / "mark").exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        assert process.stderr.readline() == "stopping after the batch in flight; once more: at once\n"
        if times == 2:
            process.send_signal(number)
        told = process.stderr.read()
    assert process.returncode == 5, told
    if times == 2:
        assert told == "slow: interrupted [interrupted]\n  committed: 0 rows\n"
    else:
        assert told.startswith("slow: slow was asked to stop")
    summary = json.loads((home / "s.json").read_text())
    assert (summary["status"], summary["error" if times == 2 else "tasks"] is not None) == ("interrupted", True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_before_the_run_has_begun_leaves_it_unbegun(
    number: signal.Signals, home: Path, folder: PluginFolder
) -> None:
    slow = (
        "import time\nfrom pathlib import Path\nfrom pydantic import BaseModel\nPath('mark').touch()\ntime.sleep(1)\n"
    )
    (home / "slow.py").write_text(slow + "class Row(BaseModel): pass\n")
    (home / "pipeline.yaml").write_text(PIPELINE.replace("[checked]", "[{checked: 'slow:Row'}]"))
    support = Path(__file__).parents[1] / "support"
    environment = os.environ | {"PYTHONPATH": f"{folder.path}:{support}"}
    command = [sys.executable, "-c", "from etl_host.cli import main; main()", "run", "pipeline.yaml"]
    command += ["--summary-json", "s.json"]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while not (home / "mark").exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        told = process.stderr.read()
    assert process.returncode == 5, told
    assert "p was asked to stop before it began; nothing was read or written [interrupted]" in told
    assert json.loads((home / "s.json").read_text())["status"] == "interrupted"
