"""One odd plugin beside a good one, and what every command must do all the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fresh_environment import FreshEnvironment

GOOD = """
  - task: good
    source: {fixed-width: {file: tides.txt, columns: {port: 12, state: 4, height: 5}}}
    sink: {fixed-width: {file: %s, columns: {port: 12}}}
"""
NEEDS_IT = """
  - task: odd
    source: {%s: {file: tides.txt}}
    sink: {fixed-width: {file: odd.txt, columns: {port: 12}}}
"""
# Each command as if it were alone in its process, in one process: most of the time goes into importing the host.
CALL_EACH = """
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from etl_host.cli import main

for line in sys.argv[1:]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(line.split(), prog_name="etl-host")
        except SystemExit as stop:
            code = stop.code or 0
    print(json.dumps({"code": code, "stdout": out.getvalue(), "stderr": err.getvalue()}))
"""


@dataclass(frozen=True)
class Called:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str


@dataclass(frozen=True)
class Outcome:
    """``plugins``: the records of the odd distributions; ``needing``: how a run ended that needs one of them."""

    plugins: list[dict[str, Any]]
    needing: Called


def use(
    host: FreshEnvironment,
    beside: Path,
    folder: Path,
    *,
    processor: str = "odd",
    settings: Mapping[str, str] | None = None,
) -> Outcome:
    """Every command, with the packages in ``beside``.

    Asserts what must hold whatever is there: the good plugin is ok and works, and no command fails but a run that
    needs ``processor`` (a source): not before a row is read.
    """
    (folder / "tides.txt").write_text("Cairns      QLD  3.5\n")
    (folder / "good.yaml").write_text(f"pipeline: good\ntasks:{GOOD % 'out.txt'}")
    (folder / "needing.yaml").write_text(f"pipeline: needing\ntasks:{GOOD % 'early.txt'}{NEEDS_IT % processor}")
    commands = ("list-plugins --json", "run needing.yaml", "run good.yaml --quiet", "--help", "--version")
    settings = {"PYTHONPATH": str(beside), **(settings or {})}
    done = host.run("python", "-c", CALL_EACH, *commands, folder=folder, settings=settings)
    assert done.returncode == 0, done.stderr
    listing, needing, good, *others = (Called(**json.loads(line)) for line in done.stdout.splitlines())
    for each in (listing, good, *others):
        assert each.code == 0, each
        assert "Traceback" not in each.stdout + each.stderr
    assert needing.code == 0 or not (folder / "early.txt").exists(), "a row was read"
    assert (good.stdout, (folder / "out.txt").read_text()) == ("", "Cairns      \n")
    assert others[-1].stdout.startswith("etl-host ")
    records = json.loads(listing.stdout)["plugins"]
    [state] = [plugin["state"] for plugin in records if plugin["distribution"] == "etl-host-fixed-width"]
    assert state == "ok"
    return Outcome([plugin for plugin in records if plugin["distribution"] != "etl-host-fixed-width"], needing)
