"""Ctrl-C while lanes write, through the real command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from plugin_folder import PluginFolder

PLUGIN = """
import sys, threading, time
from etl_host import ProcessorSpec, hookimpl
from toy_plugin import Lines, Table, Toy

class Stuck(Table):
    concurrent = True

    def write(self, batch, checkpoint):
        sys.stderr.write("writing\\n")
        self.context.stop.wait()
        while sys._current_frames()[threading.main_thread().ident].f_code.co_name != "done":
            time.sleep(0)
        sys.stderr.write("waited for\\n")
        threading.Event().wait()

@hookimpl
def etl_host_sources():
    return [ProcessorSpec("lines", Lines, "Lines.")]

@hookimpl
def etl_host_sinks():
    return [ProcessorSpec("stuck", Stuck, "Never done.")]

@hookimpl
def etl_host_connections():
    return [ProcessorSpec("toy", Toy, "In memory.")]
"""

PIPELINE = """
pipeline: p
reporters: []
tasks:
  - {task: load, source: {lines: a.txt}, sink: {stuck: {table: t}}, lanes: {count: 2, keys: {line: text}}}
"""


def test_a_second_one_ends_it_at_once_though_no_lane_is_ever_done(tmp_path: Path) -> None:
    PluginFolder(tmp_path).plugin("stuck", PLUGIN)
    (tmp_path / "pipeline.yaml").write_text(PIPELINE)
    (tmp_path / "a.txt").write_text("\n".join(map(str, range(100))))
    support = Path(__file__).parents[2] / "support"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([f"{tmp_path}", f"{support}", *sys.path])}
    environment["TOY_PLACE"] = "here"
    command = [sys.executable, "-c", "from etl_host.cli import main; main()", "run", "pipeline.yaml"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            assert [process.stderr.readline() for _ in range(2)] == ["writing\n"] * 2
            process.send_signal(signal.SIGINT)
            assert process.stderr.readline() == "stopping after the batch in flight; once more: at once\n"
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 5
            assert process.stderr.read().endswith("load: interrupted [interrupted]\n  committed: 0 rows\n")
        finally:
            process.kill()
