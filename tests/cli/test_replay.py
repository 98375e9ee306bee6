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


def test_rejects_are_found_where_a_validator_puts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("models.py").write_text("from pydantic import BaseModel\n\n\nclass Stop(BaseModel):\n    id: int\n")
    validators = 'validators: [{pydantic: {model: "models:Stop", error_file: wrong/stops.jsonl}}]'
    written = PIPELINE.replace("    sink:", f"    {validators}\n    sink:").replace("at: date(row.at)", "id: row.id")
    Path("pipeline.yaml").write_text(written)
    Path("stops.csv").write_text("id\n1\ntwo\nthree\n")
    assert etl_host("run", "pipeline.yaml", "--embedded").exit_code == 3
    command = ("replay", "pipeline.yaml", "--embedded", "--task", "stops", "--summary-json", "-")
    file = Path("wrong/stops.jsonl")
    assert file.exists()
    file.write_text(file.read_text().replace('"two"', '"2"'))
    assert etl_host(*command).exit_code == 3
    assert not file.exists()
    [again] = file.parent.glob("stops.*.jsonl")
    again.write_text(again.read_text().replace('"three"', '"3"'))
    last = etl_host(*command)
    assert (last.exit_code, json.loads(last.stdout)["statistics"]["nodes_created"]) == (0, 1)
    assert json.loads(etl_host(*command).stdout)["tasks"] == []


def test_a_file_that_is_written_as_a_whole_is_not_replaced_by_some_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pipeline.yaml").write_text(
        "pipeline: stops\nreporters: []\ntasks:\n  - {task: stops, source: {csv: stops.csv}, sink: {csv: out.csv}}\n"
    )
    Path("stops.csv").write_text("id,at\n1,2026-01-01\n3\n")
    assert etl_host("run", "pipeline.yaml").exit_code == 3
    before = {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()}
    result = etl_host("replay", "pipeline.yaml", "--task", "stops")
    assert result.exit_code == 2
    assert "can't be replayed" in result.stderr
    assert "run the pipeline again" in result.stderr
    assert {file: file.read_bytes() for file in Path().rglob("*") if file.is_file()} == before
