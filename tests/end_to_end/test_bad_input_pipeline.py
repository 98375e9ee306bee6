"""What is wrong with a pipeline file, or with how it is called: exit code 2, nothing read or written."""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

import pytest

from bad_input import PIPELINE, Case, example_of, in_a_process, in_process

NOWHERE = {"NEO4J_URI": "bolt://127.0.0.1:9", "NEO4J_PASSWORD": "never-used-here"}
"""No server is asked before all this is right."""

SOURCE = "source: {csv: stops.csv}"
SINK = PIPELINE[PIPELINE.index("    sink:") :]
QUERY = "UNWIND $batch AS row CREATE (s:Stop) SET s = row"

YAML = [
    Case("no-file", "no-pipeline-file", ("no such file",), "nowhere.yaml", arguments=("run", "nowhere.yaml")),
    Case("a-folder", "no-pipeline-file", ("is a folder",), arguments=("run", ".")),
    Case("empty-file", "yaml-syntax", ("the file is empty",), "pipeline.yaml", files={"pipeline.yaml": ""}),
    Case("only-comments", "yaml-syntax", ("empty",), "pipeline.yaml", files={"pipeline.yaml": "# later\n"}),
    Case("latin-1", "yaml-syntax", ("UTF-8", "line 2"), files={"pipeline.yaml": b"pipeline: x\ntasks: \xe9\n"}),
    Case("not-yaml", "yaml-syntax", ("expected",), "pipeline.yaml:2:1", files={"pipeline.yaml": "tasks: [\n"}),
    Case("a-tab", "yaml-syntax", ("tab", "spaces"), "pipeline.yaml:2:1", files={"pipeline.yaml": "tasks:\n\t- x\n"}),
    Case("a-list", "wrong-value", ("mapping", "pipeline: name"), "pipeline.yaml:1:1", files={"pipeline.yaml": "- x\n"}),
    Case("a-control-character", "yaml-syntax", ("U+0007",), "pipeline.yaml:1:11", replace=("stops", "\a")),
    Case("colon-in-value", "yaml-syntax", ("quote",), "pipeline.yaml:1:", replace=("stops\n", "stops: of Cairns\n")),
    Case("duplicate-key", "duplicate-key", ('"pipeline" is given twice', "line 1"), "pipeline.yaml:2:1",
         replace=("tasks:", "pipeline: again\ntasks:")),
    Case("unquoted-variable", "unquoted-variable", ("quote", "${feed}"), "pipeline.yaml:4:19",
         replace=("stops.csv", "${feed}")),
    Case("cut-off-query", "cut-off", ("comment", "quote"), "pipeline.yaml:8:16",
         replace=(SINK, "    sink:\n      cypher:\n        query: MATCH (s {id:'a #1'}) SET s.x=1\n")),
    Case("undefined-anchor", "yaml-syntax", ("anchor",), "pipeline.yaml:4:", replace=(SOURCE, "source: *stops")),
]  # fmt: skip

STRUCTURE = [
    Case("no-tasks", "missing-key", ("tasks are missing",), "pipeline.yaml:1:1", replace=(PIPELINE[16:], "")),
    Case("an-empty-list-of-tasks", "missing-key", ("tasks", "at least one"), "pipeline.yaml:",
         files={"pipeline.yaml": "pipeline: x\ntasks: []\n"}),
    Case("no-name", "missing-key", ("pipeline: name",), "pipeline.yaml:", replace=("pipeline: stops\n", "")),
    Case("a-task-without-source", "missing-key", ("source",), "pipeline.yaml:3:", replace=(f"    {SOURCE}\n", "")),
    Case("a-task-without-sink", "missing-key", ("sink",), "pipeline.yaml:3:", replace=(SINK, "")),
    Case("a-task-without-name", "missing-key", ("task: name",), "pipeline.yaml:3:", replace=("task: stops\n    ", "")),
    Case("two-tasks-with-one-name", "duplicate-name", ("stops",), "pipeline.yaml:",
         files={"pipeline.yaml": PIPELINE + PIPELINE[PIPELINE.index("  - task") :]}),
    Case("unknown-key", "unknown-key", ('did you mean "tasks"',), "pipeline.yaml:2:1", replace=("tasks:", "taks:")),
    Case("unknown-key-of-a-task", "unknown-key", ('did you mean "validators"',), "pipeline.yaml:5:5",
         replace=("validators:", "validator:")),
    Case("a-version-to-come", "wrong-value", ("version 1",), "pipeline.yaml:2:",
         replace=("tasks:", "version: 2\ntasks:")),
    Case("a-word-for-a-number", "wrong-value", ("whole number",), "pipeline.yaml:2:13",
         replace=("tasks:", "batch_size: many\ntasks:")),
    Case("batches-of-no-row", "wrong-value", ("at least 1",), "pipeline.yaml:2:13",
         replace=("tasks:", "batch_size: 0\ntasks:")),
]  # fmt: skip

PLUGINS = [
    Case("unknown-source", "unknown-plugin", ('did you mean "csv"', "install"), "pipeline.yaml:4:14",
         replace=("{csv: stops.csv}", "{cvs: stops.csv}")),
    Case("a-sink-as-source", "unknown-plugin", ("cypher is a sink",), "pipeline.yaml:4:14",
         replace=("{csv: stops.csv}", "{cypher: stops.csv}")),
    Case("a-disabled-plugin", "disabled-plugin", ("csv", "--disable-plugin"), "pipeline.yaml:4:14",
         arguments=("run", "pipeline.yaml", "--disable-plugin", "csv")),
    Case("disabled-by-the-environment", "disabled-plugin", ("ETL_HOST_PLUGINS_DISABLED",), "pipeline.yaml:5:",
         settings={"ETL_HOST_PLUGINS_DISABLED": "pydantic"}),
    Case("disabling-what-is-not-there", "unknown-plugin", ('did you mean "csv"',),
         arguments=("--disable-plugin", "cvs", "run", "pipeline.yaml")),
    Case("unknown-option", "unknown-option", ('did you mean "delimiter"',), "pipeline.yaml:4:37",
         replace=(SOURCE, "source: {csv: {file: stops.csv, delimeter: ';'}}")),
    Case("missing-option", "missing-option", ("file",), "pipeline.yaml:4:14",
         replace=(SOURCE, "source: {csv: {delimiter: ';'}}")),
    Case("option-of-the-wrong-type", "wrong-option", ("delimiter",), "pipeline.yaml:4:48",
         replace=(SOURCE, "source: {csv: {file: stops.csv, delimiter: [1]}}")),
    Case("option-of-the-wrong-value", "wrong-option", ("encoding", "utf-9"), "pipeline.yaml:4:47",
         replace=(SOURCE, "source: {csv: {file: stops.csv, encoding: utf-9}}")),
    Case("two-options-that-exclude-each-other", "wrong-option", ("one of query",), "pipeline.yaml:6:",
         replace=(f'{{query: "{QUERY}"}}', f'{{query: "{QUERY}", queries: ["{QUERY}"]}}')),
    Case("unknown-reporter", "unknown-plugin", ("reporter",),
         arguments=("run", "pipeline.yaml", "--report", "consle")),
    Case("unknown-kind-of-connection", "unknown-plugin", ("connection", "neo4j"),
         arguments=("run", "pipeline.yaml", "--connection", "neo4j=neo5j")),
    Case("unknown-connection", "unknown-connection", ("prod",), "pipeline.yaml:6:",
         replace=(f'"{QUERY}"', f'"{QUERY}", connection: prod')),
]  # fmt: skip

VARIABLES = [
    Case("unset-variable", "unset-variable", ("FEED is not set", ":-"), "pipeline.yaml:4:20",
         replace=("stops.csv", '"${FEED}"')),
    Case("misspelt-variable", "unset-variable", ('did you mean "PROD_USER"',), "pipeline.yaml:4:20",
         replace=("stops.csv", '"${PROD_USR}"'), settings={"PROD_USER": "anna"}),
    Case("half-a-variable", "wrong-variable", ("}",), "pipeline.yaml:4:20", replace=("stops.csv", '"${FEED"')),
    Case("the-run-where-it-is-not-known", "misplaced-variable", ("etl.run",), "pipeline.yaml:4:20",
         replace=("stops.csv", '"${etl.run}"')),
    Case("parameter-without-value", "unset-parameter", ("region", "--set region="), "pipeline.yaml:2:14",
         replace=("tasks:", "parameters: {region: {type: string}}\ntasks:")),
    Case("unknown-parameter", "unknown-parameter", ("regoin", 'did you mean "region"'),
         replace=("tasks:", "parameters: {region: cairns}\ntasks:"),
         arguments=("run", "pipeline.yaml", "--set", "regoin=x")),
    Case("parameter-of-the-wrong-type", "wrong-value", ("parameter limit", "integer"),
         replace=("tasks:", "parameters: {limit: {type: integer}}\ntasks:"),
         arguments=("run", "pipeline.yaml", "--set", "limit=ten")),
    Case("a-secret-on-a-wrong-line", "unknown-option", ("pasword", "password"), "pipeline.yaml:2:",
         replace=("tasks:", "connections: {prod: {kind: neo4j, uri: bolt://x, pasword: another-secret}}\ntasks:")),
    Case("a-secret-of-the-wrong-type", "wrong-option", ("uri",), "pipeline.yaml:2:",
         replace=("tasks:", 'connections: {prod: {kind: neo4j, uri: [1], password: "${PROD_PASSWORD}"}}\ntasks:')),
]  # fmt: skip

MODELS = [
    Case("no-models", "wrong-option", ("there is no", "models.py"), "pipeline.yaml:5:29", files={"models.py": None}),
    Case("no-such-class", "wrong-option", ('did you mean "Stop"',), "pipeline.yaml:5:29",
         replace=("models:Stop", "models:Stpo")),
    Case("no-class-named", "wrong-option", ("module:Class",), "pipeline.yaml:5:29", replace=("models:Stop", "models")),
    Case("no-model", "wrong-option", ("BaseModel",), "pipeline.yaml:5:29",
         replace=("models:Stop", "models:BaseModel.copy")),
    Case("models-that-raise", "wrong-option", ("models.py:2", "ZeroDivisionError"), "pipeline.yaml:5:29",
         files={"models.py": "import os\n1 / 0\n"}),
    Case("models-that-exit", "wrong-option", ("models.py:1", "SystemExit"), "pipeline.yaml:5:29",
         files={"models.py": "raise SystemExit(0)\n"}),
    Case("models-that-are-no-python", "wrong-option", ("models.py:1", "SyntaxError"), "pipeline.yaml:5:29",
         files={"models.py": "class Stop(:\n"}),
    Case("models-that-want-what-is-not-installed", "wrong-option", ("models.py:1", "no_such_module"),
         "pipeline.yaml:5:29", files={"models.py": "import no_such_module\n"}),
]  # fmt: skip

COMMAND_LINE = [
    Case("unknown-task", "unknown-task", ('did you mean "stops"',), "pipeline.yaml",
         arguments=("run", "pipeline.yaml", "--task", "stosp")),
    Case("unknown-command", "", ('did you mean "run"',), arguments=("rnu", "pipeline.yaml")),
    Case("unknown-flag", "", ("No such option", "--embedded"), arguments=("run", "pipeline.yaml", "--embeded")),
    Case("no-file-named", "", ("Missing argument 'FILE'",), arguments=("run",)),
    Case("a-word-for-a-number-on-it", "", ("--batch-size", "many"),
         arguments=("run", "pipeline.yaml", "--batch-size", "many")),
    Case("a-parameter-without-value-on-it", "", ("NAME=VALUE",), arguments=("run", "pipeline.yaml", "--set", "region")),
    Case("a-summary-into-nowhere", "", ("no folder",),
         arguments=("run", "pipeline.yaml", "--summary-json", "nowhere/s.json")),
    Case("unknown-error", "", ('did you mean "unset-variable"',), arguments=("explain", "unset-varable")),
    Case("unknown-shell", "", ("bash", "zsh", "fish"), arguments=("completion", "tcsh")),
]  # fmt: skip

CASES = [*YAML, *STRUCTURE, *PLUGINS, *VARIABLES, *MODELS, *COMMAND_LINE]


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mistake_is_told_at_its_place_before_anything_is_done(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    before = sorted(tmp_path.iterdir())
    in_process(case, NOWHERE).told(case, "another-secret", *NOWHERE.values())
    assert [file for file in sorted(tmp_path.iterdir()) if file.name != "__pycache__"] == before


@pytest.mark.parametrize("case", [group[-1] for group in (YAML, STRUCTURE, PLUGINS, VARIABLES, MODELS, COMMAND_LINE)],
                         ids=lambda case: case.name)  # fmt: skip
def test_a_process_tells_the_same(case: Case, tmp_path: Path) -> None:
    case.write(tmp_path)
    in_a_process(case, NOWHERE).told(case, *NOWHERE.values())


@pytest.mark.parametrize("code", sorted({case.code for case in CASES if case.code}))
def test_what_explain_shows_as_an_example_is_what_is_told(code: str, tmp_path: Path) -> None:
    told = []
    for case in CASES:
        if case.code == code:
            (folder := tmp_path / case.name).mkdir()
            case.write(folder)
            with chdir(folder):
                told.append(in_process(case, NOWHERE).stderr)
    assert [text for text in told if example_of(code) in text], told


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    case = Case("all", "unknown-option", ("delimeter", "Stpo", "${REGION", "3 problems"),
                replace=(PIPELINE[PIPELINE.index("    source") :], '''\
    source: {csv: {file: stops.csv, delimeter: ";"}}
    validators: [{pydantic: "models:Stpo"}]
    sink: {cypher: {query: "UNWIND $batch AS row CREATE (s:Stop)", parameters: {region: "${REGION}"}}}
'''))  # fmt: skip
    case.write(tmp_path)
    outcome = in_process(case, NOWHERE)
    outcome.told(case)
    places = [line.split(": ")[0] for line in outcome.stderr.splitlines() if line.startswith("pipeline.yaml")]
    assert places == ["pipeline.yaml:4:37", "pipeline.yaml:5:29", "pipeline.yaml:6:90"]
