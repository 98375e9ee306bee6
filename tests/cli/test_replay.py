"""The command on an embedded graph: what was rejected is loaded once it is corrected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from etl_host.cli import main

PIPELINE = """
pipeline: stops
reporters: []
tasks:
  - task: stops
    source: {csv: stops.csv}
    sink: {cypher: {query: "UNWIND $batch AS row CREATE (:Stop {at: date(row.at)})"}}
"""


def etl_host(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_rows_that_source_and_database_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pipeline.yaml").write_text(PIPELINE)
    Path("stops.csv").write_text("id,at\n1,2026-01-01\n2,someday\n3\n")
    assert etl_host("run", "pipeline.yaml", "--embedded").exit_code == 3
    [file] = Path("rejects").iterdir()
    rows = {"source:csv": {"id": "3", "at": "2026-01-03"}, "sink:cypher": {"id": "2", "at": "2026-01-02"}}
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    file.write_text("\n".join(json.dumps({**line, "row": rows[line["processor"]]}) for line in lines))
    command = ("replay", "pipeline.yaml", "--embedded", "--task", "stops")
    result = etl_host(*command, "--summary-json", "-")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["statistics"]["rejects_rows_read"] == 2
    again = etl_host(*command)
    assert (again.exit_code, "nothing to do" in again.stderr) == (0, True)
    result = etl_host("query", "--embedded", "MATCH (s:Stop) RETURN toString(s.at) AS at ORDER BY at")
    assert [line for line in result.stdout.split() if line.startswith("2026")] == [f"2026-01-0{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize("tasks", [(), ("--task", "a", "--task", "b")])
def test_it_wants_one_task(tmp_path: Path, tasks: tuple[str, ...]) -> None:
    (tmp_path / "pipeline.yaml").write_text(PIPELINE)
    result = etl_host("replay", str(tmp_path / "pipeline.yaml"), *tasks)
    assert (result.exit_code, "--task" in result.stderr) == (2, True)
