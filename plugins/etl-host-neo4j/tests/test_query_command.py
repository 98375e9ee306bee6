"""The command ``query``, as the command line calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


Done = subprocess.CompletedProcess[str]


def call(settings: dict[str, str], *arguments: str) -> Done:
    command = [sys.executable, "-m", "etl_host", *arguments]
    environment = {**os.environ, **settings}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)


def query(settings: dict[str, str], *arguments: str) -> Done:
    return call(settings, "query", *arguments)


def test_rows_are_a_table_or_json(graph: Any) -> None:
    cypher = "UNWIND [1, 22] AS n RETURN n, 'x' + n AS text"
    assert query(graph.settings, cypher).stdout == "n   text\n--  ----\n1   x1\n22  x22\n"
    lines = query(graph.settings, cypher, "--json").stdout.splitlines()
    assert [json.loads(line) for line in lines] == [{"n": 1, "text": "x1"}, {"n": 22, "text": "x22"}]


def test_an_embedded_graph_that_is_not_there_is_not_made(home: Path) -> None:
    result = query({}, "RETURN 1", "--embedded")
    assert (result.returncode, result.stdout) == (2, "")
    assert f"the embedded graph in {home / '.etl-host' / 'embedded'} has not been made yet" in result.stderr
    assert "next: load something into it first: etl-host run pipeline.yaml --embedded" in result.stderr
    assert not [*home.iterdir()]


def test_an_embedded_graph_that_was_made_is_asked(home: Path) -> None:
    (home / "pipeline.yaml").write_text(
        "pipeline: one\ntasks: [{task: one, run: {cypher: {statements: ['CREATE (:Thing)']}}}]\n"
    )
    run = call({}, "run", "pipeline.yaml", "--embedded", "--quiet")
    assert run.returncode == 0, run.stderr
    assert query({}, "MATCH (t:Thing) RETURN count(t) AS n", "--embedded").stdout == "n\n-\n1\n"


def test_a_query_that_is_refused_is_told_with_its_name(graph: Any) -> None:
    result = query(graph.settings, "RETRUN 1")
    assert result.returncode == 1
    assert "[query-refused]" in result.stderr
