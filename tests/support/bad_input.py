"""Mistakes of users, as data, and the real command that is to meet them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from textwrap import dedent

from click.testing import CliRunner

from etl_host.cli import main

SECRET = "hunter2-hunter2"
"""Stands in the environment of every call, and in no message."""

PIPELINE = """\
pipeline: stops
tasks:
  - task: stops
    source: {csv: stops.csv}
    validators: [{pydantic: "models:Stop"}]
    sink: {cypher: {query: "UNWIND $batch AS row CREATE (s:Stop) SET s = row"}}
"""

FILES: Mapping[str, str] = {
    "pipeline.yaml": PIPELINE,
    "models.py": "from pydantic import BaseModel\n\nclass Stop(BaseModel):\n    id: int\n    name: str\n",
    "stops.csv": "id,name\n1,Cairns\n2,Palm Cove\n",
}
"""A pipeline that loads two rows; each case changes something about it."""

Written = str | bytes | Path | None


@dataclass(frozen=True)
class Case:
    """One mistake.

    ``says``: what the message tells, whatever its words in between. ``at``: the place that it names. ``replace``: old
    and new text in the pipeline file. ``files``: written instead of, or beside, the usual ones; None: not there; a
    Path: a link to that. ``settings``: environment variables, None: not set. ``arguments``: of ``etl-host``.
    ``code``: the name in brackets; "" for what the command line itself refuses.
    """

    name: str
    code: str
    says: tuple[str, ...]
    at: str = ""
    exit_code: int = 2
    replace: tuple[str, str] = ("", "")
    files: Mapping[str, Written] = field(default_factory=dict)
    settings: Mapping[str, str | None] = field(default_factory=dict)
    arguments: tuple[str, ...] = ("run", "pipeline.yaml", "--quiet")

    def write(self, folder: Path) -> None:
        """Put all that it needs into ``folder``."""
        old, new = self.replace
        assert old in PIPELINE
        files: dict[str, Written] = {**FILES, "pipeline.yaml": PIPELINE.replace(old, new, 1), **self.files}
        for name, content in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            match content:
                case str():
                    file.write_text(content, encoding="utf-8")
                case bytes():
                    file.write_bytes(content)
                case Path():
                    file.symlink_to(content)

    def environment(self, settings: Mapping[str, str]) -> dict[str, str | None]:
        """``settings`` with its own over them."""
        return {"PROD_PASSWORD": SECRET, "SOME_API_KEY": SECRET, **settings, **self.settings}


@dataclass(frozen=True)
class Outcome:
    """What a call ended with."""

    exit_code: int
    stdout: str
    stderr: str

    def told(self, case: Case, *secrets: str) -> None:
        """Assert that it says what ``case`` wants, and nothing that nobody should see."""
        shown = self.stdout + self.stderr
        assert self.exit_code == case.exit_code, shown
        for part in case.says:
            assert part.lower() in self.stderr.lower(), shown
        assert case.at in self.stderr, shown
        assert "Traceback" not in shown, shown
        assert not [secret for secret in (SECRET, *secrets) if secret in shown], shown
        codes = re.findall(r"\[([a-z]+(?:-[a-z]+)*)\]$", self.stderr, re.MULTILINE)
        named = set(case.code.split("|")) & set(codes)
        assert named if case.code else not codes, shown


def example_of(code: str) -> str:
    """The message that ``etl-host explain`` shows for ``code``: the first block of its page, as it was printed."""
    page = files("etl_host").joinpath("explanations", f"{code}.md").read_text("utf-8")
    block = re.search(r"^(?:    .+\n)+", page, re.MULTILINE)
    assert block, page
    return dedent(block[0])


def in_process(case: Case, settings: Mapping[str, str]) -> Outcome:
    """Call the command in this process, in the current folder."""
    result = CliRunner().invoke(
        main, case.arguments, env=case.environment(settings), prog_name="etl-host", catch_exceptions=False
    )
    return Outcome(result.exit_code, result.stdout, result.stderr)


def in_a_process(case: Case, settings: Mapping[str, str], *before: str) -> Outcome:
    """Call the command as a shell would, in the current folder; ``before``: a command that starts it."""
    given = {**os.environ, **case.environment(settings)}
    environment = {name: value for name, value in given.items() if value is not None}
    command = [*before, sys.executable, "-m", "etl_host", *case.arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    return Outcome(done.returncode, done.stdout, done.stderr)
