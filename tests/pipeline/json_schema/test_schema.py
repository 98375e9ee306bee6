from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest
from markdown_it import MarkdownIt

from etl_host.pipeline import model
from etl_host.pipeline.json_schema import pipeline_schema
from etl_host.registry.lookup import Registry
from etl_host.registry.plugin import Plugin
from etl_host.registry.spec import ProcessorSpec
from pipeline_folder import PipelineFolder
from schema_check import misfits
from toy_plugin import SPECS, Lines, toy_registry

ROOT = Path(__file__).parents[3]

TASK = """
  - task: load
    source: {lines: a.txt}
    sink: {table: t}
"""

WRONG = {
    "unknown-key": ("piepline: p\npipeline: p\ntasks:" + TASK, "$"),
    "no-name": ("tasks:" + TASK, "$"),
    "empty-name": ('pipeline: " "\ntasks:' + TASK, "$.pipeline"),
    "name-is-a-number": ("pipeline: 1\ntasks:" + TASK, "$.pipeline"),
    "name-is-a-variable": ("pipeline: ${p}\ntasks:" + TASK, "$.pipeline"),
    "no-tasks": ("pipeline: p\n", "$"),
    "tasks-are-empty": ("pipeline: p\ntasks: []\n", "$.tasks"),
    "tasks-are-a-mapping": ("pipeline: p\ntasks: {task: a}\n", "$.tasks"),
    "another-version": ("pipeline: p\nversion: 2\ntasks:" + TASK, "$.version"),
    "batch-size-of-0": ("pipeline: p\nbatch_size: 0\ntasks:" + TASK, "$.batch_size"),
    "batch-size-is-a-word": ("pipeline: p\nbatch_size: many\ntasks:" + TASK, "$.batch_size"),
    "a-task-is-a-text": ("pipeline: p\ntasks: [load]\n", "$.tasks[0]"),
    "no-source": ("pipeline: p\ntasks: [{task: a, sink: {table: t}}]\n", "$.tasks[0]"),
    "no-sink": ("pipeline: p\ntasks: [{task: a, source: {lines: a}}]\n", "$.tasks[0]"),
    "source-and-run": (
        "pipeline: p\ntasks: [{task: a, source: {lines: a}, run: {say: [x]}}]\n",
        "$.tasks[0]",
    ),
    "unknown-key-of-a-task": ("pipeline: p\ntasks: [{task: a, sorce: {lines: a}, sink: {table: t}}]\n", "$.tasks[0]"),
    "optional-is-a-word": (
        "pipeline: p\ntasks: [{task: a, source: {lines: a}, sink: {table: t}, optional: maybe}]\n",
        "$.tasks[0].optional",
    ),
    "a-group-without-tasks": ("pipeline: p\ntasks: [{group: g}]\n", "$.tasks[0]"),
    "a-group-with-a-source": ("pipeline: p\ntasks: [{group: g, source: {lines: a}, tasks: []}]\n", "$.tasks[0]"),
    "in-a-group": (
        "pipeline: p\ntasks: [{group: g, tasks: [{task: a, source: {lines: a}, sink: nothing}]}]\n",
        "$.tasks[0].tasks[0].sink",
    ),
    "unknown-source": ("pipeline: p\ntasks: [{task: a, source: {xlsx: a}, sink: {table: t}}]\n", "$.tasks[0].source"),
    "a-sink-as-a-source": ("pipeline: p\ntasks: [{task: a, source: say, sink: {table: t}}]\n", "$.tasks[0].source"),
    "two-sources": (
        "pipeline: p\ntasks: [{task: a, source: {lines: a, moody: b}, sink: {table: t}}]\n",
        "$.tasks[0].source",
    ),
    "unknown-option": (
        "pipeline: p\ntasks: [{task: a, source: {lines: {file: a, separater: x}}, sink: {table: t}}]\n",
        "$.tasks[0].source.lines",
    ),
    "missing-option": ("pipeline: p\ntasks: [{task: a, source: lines, sink: {table: t}}]\n", "$.tasks[0].source"),
    "missing-among-options": (
        "pipeline: p\ntasks: [{task: a, source: {lines: {limit: 1}}, sink: {table: t}}]\n",
        "$.tasks[0].source.lines",
    ),
    "option-is-no-number": (
        "pipeline: p\ntasks: [{task: a, source: {lines: {file: a, limit: few}}, sink: {table: t}}]\n",
        "$.tasks[0].source.lines.limit",
    ),
    "option-is-no-text": (
        "pipeline: p\ntasks: [{task: a, source: {lines: {file: a, separator: 1}}, sink: {table: t}}]\n",
        "$.tasks[0].source.lines.separator",
    ),
    "option-is-none-of-the-choices": (
        "pipeline: p\ntasks: [{task: a, source: {lines: {file: a, missing: skip}}, sink: {table: t}}]\n",
        "$.tasks[0].source.lines.missing",
    ),
    "option-is-a-text-for-a-list": ("pipeline: p\ntasks: [{task: a, run: {say: x}}]\n", "$.tasks[0].run.say"),
    "option-is-a-mapping": (
        "pipeline: p\ntasks: [{task: a, source: {lines: {file: {path: a}}}, sink: {table: t}}]\n",
        "$.tasks[0].source.lines.file",
    ),
    "validators-are-a-mapping": (
        "pipeline: p\ntasks: [{task: a, source: {lines: a}, validators: {checked: null}, sink: {table: t}}]\n",
        "$.tasks[0].validators",
    ),
    "unknown-reporter": ("pipeline: p\nreporters: [paper]\ntasks:" + TASK, "$.reporters[0]"),
    "reporters-are-a-text": ("pipeline: p\nreporters: listener\ntasks:" + TASK, "$.reporters"),
    "parameter-of-no-type": (
        "pipeline: p\nparameters: {a: {type: colour, default: x}}\ntasks:" + TASK,
        "$.parameters.a",
    ),
    "parameter-with-another-key": (
        "pipeline: p\nparameters: {a: {kind: string, default: x}}\ntasks:" + TASK,
        "$.parameters.a",
    ),
    "parameter-is-a-list": ("pipeline: p\nparameters: {a: [x]}\ntasks:" + TASK, "$.parameters.a"),
    "parameter-with-a-wrong-name": ("pipeline: p\nparameters: {a-b: x}\ntasks:" + TASK, "$.parameters"),
    "parameter-with-the-hosts-name": ("pipeline: p\nparameters: {etl: x}\ntasks:" + TASK, "$.parameters"),
    "unknown-kind-of-connection": ("pipeline: p\nconnections: {main: {kind: db}}\ntasks:" + TASK, "$.connections.main"),
    "connection-without-kind": ("pipeline: p\nconnections: {main: {place: x}}\ntasks:" + TASK, "$.connections.main"),
    "unknown-option-of-a-connection": (
        "pipeline: p\nconnections: {toy: {plaice: x}}\ntasks:" + TASK,
        "$.connections.toy",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_the_host_refuses_is_refused_at_its_place(name: str, folder: PipelineFolder) -> None:
    text, place = WRONG[name]
    assert folder.problems(text)
    found = misfits(folder.file, toy_registry())
    assert found
    assert all(where.startswith(place) for where in found)


RIGHT = {
    "short": "pipeline: p\ntasks:" + TASK,
    "anchors": """
        pipeline: p
        x-common: &common {separator: ","}
        tasks:
          - {task: a, source: {lines: {<<: *common, file: a}}, sink: {table: t}}
    """,
    "variables-for-whatever-is-no-text": """
        pipeline: p
        parameters: {size: {type: integer, default: 5}, missing: empty, really: {type: boolean, default: true}}
        batch_size: ${size}
        tasks:
          - task: a
            source: {lines: {file: a, limit: "${size}", missing: "${missing}"}}
            validators: [checked]
            sink: {table: {table: t, parameters: {any: [1, {a: null}]}}}
            optional: ${really}
    """,
    "quoted-numbers": """
        pipeline: p
        batch_size: "10"
        tasks: [{task: a, source: {lines: {file: a, limit: "5"}}, sink: {table: t}, optional: "true"}]
    """,
    "nothing-written-behind-keys": """
        pipeline: p
        version:
        parameters:
        connections:
        reporters:
        tasks: [{task: a, source: {lines: a}, validators: , sink: {table: t}, batch_size: , optional: }]
    """,
    "qualified-names": """
        pipeline: p
        tasks: [{task: a, source: {etl-host-toy/lines: a}, validators: [etl-host-toy/checked], sink: {table: t}}]
    """,
    "connections-by-name-and-kind": """
        pipeline: p
        connections: {toy: {place: a}, main: {kind: toy, place: b}}
        tasks: [{task: a, source: {lines: a}, sink: {table: {table: t, connection: main}}}]
    """,
    "groups-in-groups": """
        pipeline: p
        tasks:
          - group: outer
            parallel: 2
            tasks:
              - {group: inner, optional: true, tasks: [{task: a, run: {say: [x, y]}}]}
              - {task: b, run: {say: {words: [z], parameters: {n: 1}}}}
    """,
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_the_host_takes_fits(name: str, folder: PipelineFolder) -> None:
    folder.load(RIGHT[name])
    assert misfits(folder.file, toy_registry()) == []


def test_it_is_a_valid_schema_of_plain_json() -> None:
    made = pipeline_schema(toy_registry())
    jsonschema.Draft202012Validator.check_schema(made.schema)
    assert json.loads(json.dumps(made.schema)) == made.schema


def test_all_that_it_refers_to_is_in_it() -> None:
    made = pipeline_schema(Registry({})).schema
    references = {text.split('"')[0] for text in json.dumps(made).split('"$ref": "#/$defs/')[1:]}
    assert references <= made["$defs"].keys()
    assert {"task", "chain", "run", "group", "source.csv", "sink.cypher"} <= references


def test_each_key_of_a_file_is_in_it_with_a_description() -> None:
    schema = pipeline_schema(toy_registry()).schema
    mappings = {"chain": model.CHAIN_KEYS, "run": model.RUN_KEYS, "group": model.GROUP_KEYS}
    found = {tuple(schema["$defs"][name]["properties"]) for name in mappings}
    assert found == set(mappings.values())
    assert tuple(schema["properties"]) == model.PIPELINE_KEYS
    for properties in (schema["properties"], *(schema["$defs"][name]["properties"] for name in mappings)):
        assert all(value["description"].endswith((".", ";")) for value in properties.values())


def test_an_editor_is_told_what_a_processor_and_its_options_are() -> None:
    schema = pipeline_schema(toy_registry()).schema
    source = schema["$defs"]["chain"]["properties"]["source"]
    assert source["anyOf"][0]["properties"]["lines"]["description"] == "Lines."
    options = schema["$defs"]["source.lines"]["anyOf"][0]["properties"]
    assert options["file"]["description"] == "The file."
    assert (options["separator"]["default"], options["missing"]["default"]) == ("\n", "fail")
    assert "default" not in options["file"]


def test_what_can_not_be_used_is_left_out_with_the_reason() -> None:
    made = pipeline_schema(toy_registry())
    assert [sentence for sentence in made.left_out if "size has no type annotation" in sentence]
    assert "sink.untyped" not in made.schema["$defs"]


def test_a_name_that_two_plugins_have_is_only_there_with_their_distribution() -> None:
    registry = Registry({})
    lines = {"source": [ProcessorSpec("lines", Lines, "Other lines.")]}
    registry.plugins = [
        Plugin("toy", "etl-host-toy", "1.2", state="ok", specs=SPECS),
        Plugin("other", "etl-host-other", "1.0", state="ok", specs=lines),  # type: ignore[arg-type]
    ]
    schema = pipeline_schema(registry).schema
    names = schema["$defs"]["chain"]["properties"]["source"]["anyOf"][0]["properties"]
    assert {name for name in names if "lines" in name} == {"etl-host-toy/lines", "etl-host-other/lines"}


def test_without_any_plugin_it_still_knows_the_shape(tmp_path: Path) -> None:
    registry = Registry({})
    registry.plugins = []
    file = tmp_path / "pipeline.yaml"
    file.write_text(dedent("pipeline: p\nconnections: {a: {}}\ntasks: []\n"))
    assert misfits(file, registry) == ["$.connections", "$.tasks"]


@pytest.mark.parametrize("file", sorted(ROOT.glob("examples/*/pipeline.yaml")), ids=lambda file: file.parent.name)
def test_examples_fit_the_schema_of_what_is_installed(file: Path) -> None:
    assert misfits(file, Registry({})) == []


ODD = (
    "delimeter",  # a sample of what is refused
    *("{logfmt:", "{ltsv:"),  # of plugins that pages tell how to write
)


def whole_pipelines(page: Path) -> list[str]:
    """The blocks of a page that are pipeline files from their first to their last line."""
    blocks = [token.content for token in MarkdownIt("commonmark").parse(page.read_text()) if token.type == "fence"]
    whole = [block for block in blocks if re.search(r"^pipeline:", block, re.M) and re.search(r"^tasks:", block, re.M)]
    return [block for block in whole if not any(odd in block for odd in ODD)]


PAGES = [page for page in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))] if whole_pipelines(page)]


def test_there_are_pages_with_whole_pipelines() -> None:
    assert len(PAGES) > 3


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pipelines_in_the_documentation_fit(page: Path, tmp_path: Path) -> None:
    for block in whole_pipelines(page):
        file = tmp_path / "pipeline.yaml"
        file.write_text(block)
        assert misfits(file, Registry({})) == [], block
