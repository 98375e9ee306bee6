from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from etl_host.cli import main
from graph_handle import GraphHandle

CONSTRAINT = "CREATE CONSTRAINT IF NOT EXISTS FOR (n:Stop) REQUIRE n.id IS UNIQUE"
PIPELINE = """\
pipeline: stops
parameters: {region: cairns}
tasks:
  - task: stops
    source: {csv: stops.csv}
    validators: [{pydantic: "models:Stop"}]
    sink:
      cypher:
        query: |
          UNWIND $batch AS row
          MERGE (s:Stop {id: row.id}) SET s.name = row.name, s.region = $region
        parameters: {region: "${region}"}
"""
FIRST = f"  - {{task: schema, run: {{cypher: {{statements: ['{CONSTRAINT}']}}}}}}\n"
MODELS = "from pydantic import BaseModel\n\nclass Stop(BaseModel):\n    id: int\n    name: str\n"
NO_SERVER = {"NEO4J_URI": "bolt://127.0.0.1:1", "NEO4J_PASSWORD": "never-shown"}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a pipeline in which nothing is wrong, but that MERGE has no constraint."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"pipeline.yaml": PIPELINE, "models.py": MODELS, "stops.csv": "id,name\n1,Cairns\n"}.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def call(settings: Mapping[str, str], *arguments: str, command: str = "check") -> Result:
    return CliRunner().invoke(main, [command, "pipeline.yaml", *arguments], env=settings, catch_exceptions=False)


def lines(result: Result) -> list[str]:
    """What it says, with single spaces, and without the time that it took."""
    assert result.stderr == ""
    return [re.sub(r" +", " ", re.sub(r" in \d+\.\d s$", "", line)) for line in result.stdout.splitlines()]


def started_with(expected: list[str], found: list[str]) -> bool:
    return len(expected) == len(found) and all(map(str.startswith, found, expected))


def contents(graph: GraphHandle) -> list[Any]:
    nodes = graph.driver.execute_query("MATCH (n) RETURN n", database_=graph.database).records
    constraints = graph.driver.execute_query("SHOW CONSTRAINTS", database_=graph.database).records
    return [sorted(str(dict(record["n"])) for record in nodes), [record["name"] for record in constraints]]


def test_all_that_a_run_needs_is_looked_at_and_nothing_is_changed(home: Path, graph: GraphHandle) -> None:
    result = call(graph.settings)
    assert result.exit_code == 0
    assert started_with(
        [
            "ok file pipeline.yaml: pipeline stops, 1 task",
            "ok plugins etl-host-csv ",
            "ok variables 1 parameter: region",
            "ok models models:Stop",
            "ok stops.csv stops: ",
            "ok Stop stops: all 2 fields found",
            "ok server Neo4j/",
            "ok rights the database can be written",
            "ok query stops: the server accepts it",
            f"warn constraint pipeline.yaml:9:16: stops: MERGE (:Stop {{id}}) has no constraint; {CONSTRAINT} "
            "[missing-constraint]",
            "ok guarantee stops: exactly once: checkpoints are committed with the rows",
            "ok run a new run; there was none before",
            "1 warning, 0 failures",
        ],
        lines(result),
    ), result.stdout
    assert contents(graph) == [[], []]
    assert sorted(path.name for path in home.iterdir() if path.name != "__pycache__") == [
        "models.py",
        "pipeline.yaml",
        "stops.csv",
    ]


def test_a_constraint_that_the_pipeline_makes_itself_is_not_missing(home: Path, graph: GraphHandle) -> None:
    (home / "pipeline.yaml").write_text(PIPELINE.replace("tasks:\n", f"tasks:\n{FIRST}"))
    result = call(graph.settings)
    assert (result.exit_code, lines(result)[-1]) == (0, "0 warnings, 0 failures")
    alone = call(graph.settings, "--task", "stops")
    assert (alone.exit_code, lines(alone)[-1]) == (0, "1 warning, 0 failures")


def test_what_a_run_would_do_is_told_from_what_is_in_the_database(home: Path, graph: GraphHandle) -> None:
    (home / "stops.csv").write_text("id,name\n" + "".join(f"{n},Stop {n}\n" for n in range(30)))
    second = PIPELINE[PIPELINE.index("  - task") :].replace("task: stops", "task: names")
    failing = second.replace("SET s.name", "SET s.x = 1 / (row.id - row.id), s.name")
    (home / "pipeline.yaml").write_text(PIPELINE + failing)
    assert call(graph.settings, "--quiet", command="run").exit_code == 1
    (home / "pipeline.yaml").write_text(PIPELINE + second)
    before = contents(graph)
    resumed = call(graph.settings)
    assert resumed.exit_code == 0
    assert re.match(r"ok run goes on with run \w+-\w+ of 20.*, attempt 2, after \d+ rows$", lines(resumed)[-2])
    refused = call(graph.settings, "--set", "region=x")
    assert refused.exit_code == 2
    [outlook] = [line for line in lines(refused) if line.startswith("fail run")]
    assert "parameter region was 'cairns', now it is 'x'" in outlook
    assert outlook.endswith("[run-refused]")
    assert contents(graph) == before


def test_the_last_run_is_named(home: Path, graph: GraphHandle) -> None:
    assert call(graph.settings, "--quiet", command="run").exit_code == 0
    outlook = lines(call(graph.settings))[-2]
    assert re.match(r"ok run a new run; the last, \w+-\w+, began 20.* and ended: success", outlook)


def test_a_run_makes_the_same_checks_shows_warnings_and_stops_at_failures(home: Path, graph: GraphHandle) -> None:
    warned = call(graph.settings, "--quiet", command="run")
    assert warned.exit_code == 0
    assert "pipeline.yaml:9:16: stops: constraint: MERGE (:Stop {id}) has no constraint; CREATE" in warned.stderr
    graph.wipe()
    (home / "stops.csv").write_text("id,nam\n1,Cairns\n")
    failed = call(graph.settings, "--quiet", command="run")
    assert failed.exit_code == 1
    assert 'there is no column for its field name, did you mean "nam"?' in failed.stderr
    assert contents(graph) == [[], []]


def test_as_json(home: Path, graph: GraphHandle) -> None:
    (home / "stops.csv").unlink()
    result = call(graph.settings, "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["schema"], told["ok"]) == (1, 1, False)
    assert told["counts"] == {"ok": 9, "warn": 1, "fail": 1, "skip": 0}
    assert isinstance(told["seconds"], float)
    keys = {"level", "subject", "task", "message", "place", "remedy", "code"}
    assert all(set(check) == keys for check in told["checks"])
    [failure] = [check for check in told["checks"] if check["level"] == "fail"]
    assert (failure["subject"], failure["task"], failure["code"]) == ("stops.csv", "stops", "check-failed")
    assert failure["place"] == {"file": "pipeline.yaml", "line": 5, "column": 19}
    assert "there is no such file" in failure["message"]
    [warning] = [check for check in told["checks"] if check["level"] == "warn"]
    assert (warning["remedy"], warning["code"]) == (CONSTRAINT, "missing-constraint")
    assert {check["code"] for check in told["checks"] if check["level"] == "ok"} == {None}


def test_offline_uses_no_connection(home: Path) -> None:
    (home / "pipeline.yaml").write_text(PIPELINE.replace("row.name", "row.nmae").replace("$region", "$regoin"))
    result = call(NO_SERVER, "--offline")
    assert result.exit_code == 2
    assert lines(result)[4:] == [
        "ok stops.csv stops: 2 columns",
        "ok Stop stops: all 2 fields found",
        'fail query pipeline.yaml:9:16: stops: it uses $regoin, which is not given, did you mean "region"?; '
        "add it to parameters [query-refused]",
        "warn query pipeline.yaml:9:16: stops: the rows have no field nmae, so that it is null in each, "
        'did you mean "name"? [unknown-field]',
        "skip guarantee stops: not looked at: it needs connection neo4j",
        "skip run not looked at: it needs connection neo4j",
        "1 warning, 1 failure, 2 skipped",
    ]


@pytest.mark.parametrize(
    ("settings", "exit_code", "message"),
    [
        (NO_SERVER, 1, "connection neo4j pipeline.yaml:8:7: no connection to bolt://127.0.0.1:1"),
        ({"NEO4J_URI": ""}, 2, "connection neo4j pipeline.yaml:8:7: no Neo4j is given: NEO4J_URI is not set"),
    ],
)
def test_a_server_that_cannot_be_reached_is_told_once(
    settings: dict[str, str], exit_code: int, message: str, home: Path
) -> None:
    (home / "pipeline.yaml").write_text(PIPELINE + PIPELINE[PIPELINE.index("  - task") :].replace("task: s", "task: t"))
    result = call(settings)
    assert result.exit_code == exit_code
    [failure] = [line for line in lines(result) if line.startswith("fail")]
    assert failure.startswith(f"fail {message}")
    assert "skip sink:cypher 2 tasks: not looked at: connection neo4j fails" in lines(result)
    assert "never-shown" not in result.stdout


def test_a_wrong_password_is_told_and_not_shown(home: Path, neo4j_server: GraphHandle) -> None:
    result = call({**neo4j_server.settings, "NEO4J_PASSWORD": "wrong-but-secret"})
    assert result.exit_code == 1
    assert "correct NEO4J_USERNAME and NEO4J_PASSWORD" in result.stdout
    assert "wrong-but-secret" not in result.stdout


def test_everything_that_is_wrong_with_the_file_is_told_at_once(home: Path) -> None:
    wrong = PIPELINE.replace("{csv: stops.csv}", "{cvs: stops.csv}").replace("${region}", "${REGOIN}")
    (home / "pipeline.yaml").write_text(wrong.replace("models:Stop", "models:Stpo"))
    result = call(NO_SERVER, "--task", "stosp", "--set", "regoin=x", "--connection", "neo4=neo4j")
    assert result.exit_code == 2
    levels = [line.split(" ")[:2] for line in lines(result)[:-1]]
    subjects = ["variables", "file", "plugins", "plugins", "file", "variables"]
    assert levels == [*(["fail", subject] for subject in subjects), ["skip", "the"]]
    for part in (
        'did you mean "region"',
        'did you mean "stops"',
        'did you mean "csv"',
        'did you mean "Stop"',
        "REGOIN",
    ):
        assert part in result.stdout
    assert "pipeline.yaml:5:14: " in result.stdout


def test_a_file_that_is_not_there_is_a_matter_of_configuration_also_as_json(home: Path) -> None:
    (home / "pipeline.yaml").unlink()
    assert call(NO_SERVER).exit_code == 2
    told = json.loads(call(NO_SERVER, "--json").stdout)
    assert (told["ok"], told["checks"][0]["code"]) == (False, "no-pipeline-file")


def test_an_embedded_graph_is_made_to_be_asked(home: Path) -> None:
    assert lines(call({}, "--embedded"))[-2:] == ["ok run a new run; there was none before", "1 warning, 0 failures"]


def test_nothing_of_it_is_imported_for_help(home: Path) -> None:
    code = "import sys\nfrom etl_host.cli import main\nmain(['check', '--help'], standalone_mode=False)\n"
    code += "print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert "Check the pipeline FILE" in done.stdout
    assert not set(done.stderr.split()) & {"pydantic", "yaml", "neo4j", "etl_host_neo4j"}
