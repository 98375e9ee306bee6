"""Starts attempts, each a process of its own, as lines of JSON on stdin order; it has imported all that they need.

A start of Python with all imports would be most of what a short load takes. Orders: ``arguments`` of the command
``etl-host``, ``folder``, ``environment``, ``errors`` (the file for stderr) and ``chaos``, which ``loads.Chaos``
describes; or ``wait``, the number of a process. Answers: the number of the process; its exit code, negative for a
signal.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import sys
from collections.abc import Mapping
from signal import Signals
from typing import Any

from etl_host.delivery.runs import lock
from tests.chaos.mutants import MUTANTS
from tests.chaos.windows import set_trap

IMPORTED = (
    *("etl_host.cli.run", "etl_host.pipeline", "etl_host_arcadedb.connection", "etl_host_console"),
    *("etl_host_csv.source", "etl_host_neo4j.csv_task", "etl_host_pydantic.validate"),
)


def main() -> None:
    """Obeys until stdin ends."""
    for module in IMPORTED:
        importlib.import_module(module)
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            answer = os.waitstatus_to_exitcode(os.waitpid(order["wait"], 0)[1])
        elif (answer := os.fork()) == 0:
            attempt(order)  # raises SystemExit, which is how this process ends
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def attempt(order: Mapping[str, Any]) -> None:
    """Be the command from now on."""
    os.chdir(order["folder"])
    os.environ.update(order["environment"])
    for stream, file in ((0, os.devnull), (1, os.devnull), (2, order["errors"])):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT, 0o644), stream)
    chaos = order["chaos"]
    if chaos["silence"]:
        lock.SILENCE = lock.WATCH = chaos["silence"]  # type: ignore[misc]
    if chaos["mutant"]:
        MUTANTS[chaos["mutant"]]()
    if chaos["window"]:
        set_trap(chaos["window"], chaos["occurrence"], Signals(chaos["signal"]))
    sys.argv = ["etl-host", *order["arguments"]]
    runpy.run_module("etl_host", run_name="__main__")


if __name__ == "__main__":
    main()
