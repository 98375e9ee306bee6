"""Whatever a plugin raises, wherever: a run that is not whole never looks like one that is.

Every case is a process of its own that runs the command line; all are forked from one, which has imported what they
need.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from plugin_folder import PluginFolder
from tests.end_to_end import raising_links

QUIET_ENDS = ("Fine", "SystemExit")
"""What says by itself that all is well, raised everywhere; the others by turns."""
OTHERS = [error for error in raising_links.ERRORS if error not in QUIET_ENDS]
OF_CHAIN = ["__init__", "check", "open", "close"]
PLACES = [
    "plugin",
    "links",
    "hook",
    *(f"{kind}.{method}" for kind in ("source", "validator", "sink") for method in OF_CHAIN),
    "source.expected",
    "source.read",
    "source.read after a batch",
    "source.read at the end",
    "validator.process",
    "sink.store",
    "sink.write",
    "sink.write after the commit",
    "connection.__init__",
    "connection.from_settings",
    "connection.close",
    "task.__init__",
    "task.run_internal",
    "reporter.__init__",
]
OF_CHECK = ["plugin", "source.__init__", "source.check"]
RAISED = [
    (place, error) for number, place in enumerate(PLACES) for error in (*QUIET_ENDS, OTHERS[number % len(OTHERS)])
]

PLUGIN = """
from etl_host import ProcessorSpec, hookimpl
from tests.end_to_end.raising_links import raise_at

raise_at("plugin")

@hookimpl
def etl_host_sources():
    raise_at("hook")
    return [ProcessorSpec("raising", "etl_host_raising.links:RaisingSource", "Made for a test.")]

"""
KINDS = {"validators": "Validator", "sinks": "Sink", "connections": "Target", "tasks": "Task", "reporters": "Reporter"}
PIPELINE = """
pipeline: raising
reporters: [raising]
batch_size: 2
tasks:
  - {task: load, source: raising, validators: [raising], sink: raising}
  - {task: other, run: raising}
"""
DRIVER = """
import contextlib, json, os, sys
from etl_host.cli import main

with contextlib.suppress(SystemExit):  # imports what all of them need
    main(["run", "pipeline.yaml"], prog_name="etl-host")
for name in [*sys.modules]:
    if name.startswith("etl_host_raising"):
        del sys.modules[name]
codes = {}
for number, (place, error, command) in enumerate(json.load(sys.stdin)):
    os.mkdir(f"{number}")
    pid = os.fork()
    if not pid:
        os.environ.update(RAISE_AT=place, RAISE=error)
        os.chdir(f"{number}")
        output = os.open("output", os.O_CREAT | os.O_WRONLY)
        os.dup2(output, 1)
        os.dup2(output, 2)
        main([command, "../pipeline.yaml"], prog_name="etl-host")
    codes[f"{place} {error} {command}"] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps(codes))
"""


@pytest.fixture(scope="module")
def codes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, int]:
    """The exit code of each case."""
    folder = tmp_path_factory.mktemp("raising")
    plugins = PluginFolder(folder)
    hooks = (
        f"@hookimpl\ndef etl_host_{kind}():\n"
        f"    return [ProcessorSpec('raising', 'etl_host_raising.links:Raising{name}', 'Made for a test.')]\n"
        for kind, name in KINDS.items()
    )
    plugins.plugin("raising", PLUGIN + "\n".join(hooks))
    links = "from tests.end_to_end.raising_links import *\nraise_at('links')\n"
    plugins.module("etl_host_raising.links", links)
    (folder / "pipeline.yaml").write_text(PIPELINE)
    cases = [
        ("nowhere", "ValueError", "run"),
        *((place, error, "run") for place, error in RAISED),
        *((place, error, "check") for place, error in RAISED if place in OF_CHECK),
    ]
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(folder), str(root)])
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        input=json.dumps(cases),
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path, "ETL_HOST_PLUGINS_ALLOWED": "raising"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


def test_where_nothing_is_raised_all_is_well(codes: Mapping[str, int]) -> None:
    assert codes["nowhere ValueError run"] == 0


@pytest.mark.parametrize(("place", "error"), RAISED)
def test_what_is_raised_in_a_run_never_gives_0(codes: Mapping[str, int], place: str, error: str) -> None:
    assert codes[f"{place} {error} run"] in (1, 2, 5)


@pytest.mark.parametrize(("place", "error"), [(place, error) for place, error in RAISED if place in OF_CHECK])
def test_what_is_raised_in_a_check_never_gives_0(codes: Mapping[str, int], place: str, error: str) -> None:
    assert codes[f"{place} {error} check"] in (1, 2, 5)
