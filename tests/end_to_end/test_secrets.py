"""A password is nowhere to be found, during a load or after it: not in logs, tracebacks, rejects, records, summaries,
the history of runs, or the list of processes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from click.testing import CliRunner

from etl_host.cli import main
from graph_handle import GraphHandle

CANARY = "canary-7f3a-password"
PIPELINE = """
pipeline: stops
reporters: [console, neo4j]
parameters:
  token: {type: secret, default: "${API_TOKEN}"}
tasks:
  - task: stops
    source: {csv: {file: stops.csv}}
    sink:
      cypher:
        query: "UNWIND $batch AS row CREATE (:Stop {id: row.id, since: date(row.since), by: size($token)})"
        parameters: {token: "${token}"}
"""
LOUD = ("--log-level", "debug", "--traceback", "--summary-json", "summary.json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "stops.csv").write_text("id,since\n1,2026-11-23\n2,someday\n3,2026-11-24\n")
    (tmp_path / "pipeline.yaml").write_text(PIPELINE)
    return tmp_path


def told_by(folder: Path, graph: GraphHandle, *options: str, password: str | None = None) -> tuple[int, str]:
    """Exit code of a load, and all that it has printed and written, and that processes show of themselves."""
    settings = {**graph.settings, **({"NEO4J_PASSWORD": password} if password else {})}
    exit_code, told = watched(folder, settings, "run", "pipeline.yaml", *LOUD, *options)
    given = {"stops.csv", "pipeline.yaml"}
    files = [file for file in folder.rglob("*") if file.is_file() and file.name not in given]
    return exit_code, "\n".join([told, *(file.read_text("utf-8") for file in files)])


def watched(folder: Path, settings: dict[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code of a command, all that it prints, and the command lines of all processes while it runs."""
    command = [sys.executable, "-m", "etl_host", *arguments]
    environment = {**os.environ, **settings, "API_TOKEN": CANARY}
    seen: set[str] = set()
    with (
        TemporaryFile("w+") as output,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output) as process,
    ):
        while process.poll() is None:
            seen.update(command_lines())
            time.sleep(0.02)
        output.seek(0)
        printed = output.read()
    assert any(" ".join(arguments) in line for line in seen), "the command was not seen"
    return process.returncode, "\n".join([printed, *seen])


def command_lines() -> Iterator[str]:
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended
            yield file.read_bytes().replace(b"\0", b" ").decode(errors="replace")


@pytest.mark.parametrize("options", [(), ("--log-format", "json"), ("--rollback",)])
def test_a_load_tells_no_secret(embedded_graph: GraphHandle, folder: Path, options: tuple[str, ...]) -> None:
    embedded_graph.wipe()
    exit_code, told = told_by(folder, embedded_graph, *options)
    assert exit_code == (1 if "--rollback" in options else 3)
    assert "stops.csv:3" in told
    assert CANARY not in told
    assert embedded_graph.password not in told
    records = embedded_graph.driver.execute_query(
        "MATCH (n) RETURN labels(n) AS labels, properties(n) AS found", database_=embedded_graph.database
    ).records
    labels = {label for record in records for label in record["labels"]}
    kept = set() if "--rollback" in options else {"EtlHostRun", "EtlHostCheckpoint", "ETLRun", "ETLTask", "ETLStats"}
    assert kept <= labels
    assert CANARY not in str(records)
    assert embedded_graph.password not in str(records)


def test_what_is_told_of_runs_has_no_secret(embedded_graph: GraphHandle, folder: Path) -> None:
    """Told by a command that does not know the secret, and so could not leave it out."""
    embedded_graph.wipe()
    assert told_by(folder, embedded_graph, "--run-id", "one")[0] == 3
    for command in (["list"], ["list", "--json"], ["show", "one"], ["show", "one", "--json"]):
        result = CliRunner().invoke(main, ["runs", *command], env=embedded_graph.settings)
        assert (result.exit_code, "one" in result.output) == (0, True), result.output
        assert CANARY not in result.output
        assert embedded_graph.password not in result.output


def test_the_password_of_an_embedded_graph_stays_in_its_file(folder: Path) -> None:
    exit_code, told = watched(folder, {}, "run", "pipeline.yaml", *LOUD, "--embedded")
    assert exit_code == 3, told
    assert "etl_host_arcadedb" in told, "its process was not seen"
    password = (folder / ".etl-host" / "embedded" / "password").read_text()
    assert len(password) == 32
    assert password not in told


def test_a_connection_that_fails_tells_no_password(embedded_graph: GraphHandle, folder: Path) -> None:
    exit_code, told = told_by(folder, embedded_graph, password=CANARY)
    assert exit_code == 1
    assert "Traceback" in told
    assert CANARY not in told
