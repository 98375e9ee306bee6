"""A password is nowhere to be found after a load: not in logs, tracebacks, rejects, records or summaries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graph_handle import GraphHandle

CANARY = "canary-7f3a-password"
PIPELINE = """
pipeline: stops
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
    """Exit code of a load, and all that it has printed and written."""
    settings = {**graph.settings, "API_TOKEN": CANARY}
    if password:
        settings["NEO4J_PASSWORD"] = password
    command = [sys.executable, "-m", "etl_host", "run", "pipeline.yaml", *LOUD, *options]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **settings}, capture_output=True, text=True, timeout=120, check=False
    )
    given = {"stops.csv", "pipeline.yaml"}
    files = [file for file in folder.rglob("*") if file.is_file() and file.name not in given]
    return done.returncode, "\n".join([done.stdout, done.stderr, *(file.read_text("utf-8") for file in files)])


@pytest.mark.parametrize("options", [(), ("--log-format", "json"), ("--rollback",)])
def test_a_load_tells_no_secret(embedded_graph: GraphHandle, folder: Path, options: tuple[str, ...]) -> None:
    embedded_graph.wipe()
    exit_code, told = told_by(folder, embedded_graph, *options)
    assert exit_code == (1 if "--rollback" in options else 3)
    assert "stops.csv:3" in told
    assert CANARY not in told
    assert embedded_graph.password not in told
    records = embedded_graph.driver.execute_query(
        "MATCH (n) RETURN properties(n) AS found", database_=embedded_graph.database
    ).records
    assert CANARY not in str(records)
    assert embedded_graph.password not in str(records)


def test_a_connection_that_fails_tells_no_password(embedded_graph: GraphHandle, folder: Path) -> None:
    exit_code, told = told_by(folder, embedded_graph, password=CANARY)
    assert exit_code == 1
    assert "Traceback" in told
    assert CANARY not in told
