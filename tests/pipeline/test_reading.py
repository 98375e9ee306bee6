from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from etl_host.core.limits import RejectsBudget
from etl_host.pipeline import model
from etl_host.pipeline.document import read_document
from etl_host.pipeline.model import ChainModel, ChainSettings, GroupModel, PipelineModel, RunModel
from etl_host.pipeline.nodes import Fields
from etl_host.pipeline.parameter_types import TYPES
from etl_host.pipeline.problems import Problems
from etl_host.pipeline.reading import Reader
from etl_host.pipeline.values import Values
from etl_host.pipeline.variables import Variables
from pipeline_folder import PipelineFolder, told


def read(folder: PipelineFolder, text: str) -> tuple[PipelineModel, list[str], Reader]:
    problems = Problems("pipeline.yaml")
    root = read_document(folder.write("pipeline.yaml", text), problems)
    assert isinstance(root, Fields)
    variables = Variables({"five": TYPES["integer"]("5", folder.path)}, {"WANTED": "true"}, problems)
    reader = Reader(Values(variables, problems), problems)
    return reader.pipeline(root, ChainSettings()), [told(problem) for problem in problems.found], reader


def test_a_whole_file_is_read(folder: PipelineFolder) -> None:
    text = """
    pipeline: gtfs
    version: 1
    x-anything: {goes: here}
    connections:
      toy:
      prod: {kind: toy, place: here}
    batch_size: 7
    max_batch_bytes: 1000
    prefetch: 2
    max_rejects: 1%
    reporters: [console, {listener: {prefix: x}}]
    tasks:
      - task: first
        run: {say: [hello]}
      - group: nodes
        parallel: "${five}"
        optional: "${WANTED}"
        tasks:
          - task: stops
            source: {lines: stops.txt}
            validators: [checked, {checked: {bad: x}}]
            sink: table
            batch_size: 3
            max_batch_bytes: 0
            prefetch: 0
            max_rejects: 100
            optional: true
      - task: last
        source: lines
        sink: table
    """
    whole, problems, _ = read(folder, text)
    assert problems == []
    assert whole.name == "gtfs"
    assert {name: use.name for name, use in whole.connections.items()} == {"toy": "toy", "prod": "toy"}
    prod = whole.connections["prod"].options
    assert isinstance(prod, Fields)
    assert list(prod.values) == ["place"]
    assert [use.label for use in whole.reporters or ()] == ["reporters[0]:console", "reporters[1]:listener"]
    first, nodes, last = whole.tasks
    assert isinstance(first, RunModel)
    assert (first.run.kind, first.run.label) == ("task", "run:say")
    assert isinstance(nodes, GroupModel)
    assert (nodes.name, nodes.parallel, nodes.optional) == ("nodes", 5, True)
    [stops] = nodes.tasks
    assert isinstance(stops, ChainModel)
    assert isinstance(last, ChainModel)
    labels = ["source:lines", "validators[0]:checked", "validators[1]:checked", "sink:table"]
    assert [use.label for use in stops.uses()] == labels
    assert (stops.settings, stops.optional) == (ChainSettings(3, 0, 0, RejectsBudget(rows=100)), True)
    assert (last.settings, last.optional) == (ChainSettings(7, 1000, 2, RejectsBudget(share=Fraction(1, 100))), False)


def test_little_needs_to_be_said(folder: PipelineFolder) -> None:
    text = "pipeline: p\ntasks: [{task: a, source: lines, sink: table}]\n"
    whole, problems, _ = read(folder, text)
    assert problems == []
    assert whole.reporters is None
    [task] = whole.tasks
    assert isinstance(task, ChainModel)
    assert task.settings == ChainSettings(model.DEFAULT_BATCH_SIZE, prefetch=0, max_rejects=None)


def test_a_batch_may_be_as_large_as_it_proves_to_be_good(folder: PipelineFolder) -> None:
    head = "batch_size: auto\n"
    tasks = "{task: a, source: lines, sink: table}", "{task: a, source: lines, sink: table, batch_size: 7}"
    models = [read(folder, one(task, head))[0].tasks[0] for task in tasks]
    assert [isinstance(task, ChainModel) and task.settings.batch_size for task in models] == [None, 7]


def one(task: str, head: str = "") -> str:
    return f"pipeline: p\n{head}tasks:\n  - {task}\n"


GOOD = "{task: a, source: lines, sink: table}"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            f"tasks: [{GOOD}]\n",
            ['1:1: a pipeline file needs a name: "pipeline: name" [missing-key]'],
        ),
        (f"pipeline:\ntasks: [{GOOD}]\n", ['1:1: a pipeline file needs a name: "pipeline: name" [missing-key]']),
        (
            f"pipeline: 5\ntasks: [{GOOD}]\n",
            ['1:11: the name under "pipeline" must be a text: quote it, "5" [wrong-value]'],
        ),
        (
            f'pipeline: "${{X}}"\ntasks: [{GOOD}]\n',
            ['1:11: the name under "pipeline" can\'t be a variable [misplaced-variable]'],
        ),
        ("pipeline: p\n", ["1:1: tasks are missing: a list with at least one [missing-key]"]),
        ("pipeline: p\ntasks: []\n", ["1:1: tasks are missing: a list with at least one [missing-key]"]),
        (
            "pipeline: p\ntasks: {task: a}\n",
            ["2:8: tasks want a list [wrong-value]", "1:1: tasks are missing: a list with at least one [missing-key]"],
        ),
        (one(GOOD, "version: 2\n"), ["2:10: this version of etl-host reads version 1 of pipeline files [wrong-value]"]),
        (one(GOOD, "version: one\n"), ["2:10: this must be a whole number of at least 0 [wrong-value]"]),
        (
            one(GOOD, "batchsize: 2\n"),
            ['2:1: a pipeline file has no "batchsize", did you mean "batch_size"? [unknown-key]'],
        ),
        (one(GOOD, "prefetch: -1\n"), ["2:11: this must be a whole number of at least 0 [wrong-value]"]),
        (
            one(GOOD, "max_rejects: few\n"),
            ["2:14: this must be a number of rows, such as 100, or a share, 1% [wrong-value]"],
        ),
        (one(GOOD, "batch_size: 0\n"), ["2:13: this must be a whole number of at least 1 [wrong-value]"]),
        (one(GOOD, "batch_size: true\n"), ["2:13: this must be a whole number of at least 1 [wrong-value]"]),
        (one(GOOD, "batch_size: 1.5\n"), ["2:13: this must be a whole number of at least 1 [wrong-value]"]),
        (
            one(GOOD, "batch_size: ${NOWHERE}\n"),
            ["2:13: variable NOWHERE is not set; set it, or give a default: ${NOWHERE:-…} [unset-variable]"],
        ),
        (one(GOOD, "reporters: console\n"), ["2:12: reporters want a list, such as [console] [wrong-value]"]),
        (one(GOOD, "connections: [toy]\n"), ["2:14: connections want names, each with its options [wrong-value]"]),
        (
            one(GOOD, "connections: {a: {kind: 5}}\n"),
            ['2:25: the kind of a connection must be a text: quote it, "5" [wrong-value]'],
        ),
        (one("a"), ['3:5: a task begins with "task: name", a group with "group: name" [missing-key]']),
        (one("{source: lines}"), ['3:5: a task begins with "task: name", a group with "group: name" [missing-key]']),
        (
            one("{task: a, source: lines}"),
            ['3:6: a task needs a sink, or a "run" instead of source and sink [missing-key]'],
        ),
        (
            one("{task: a}"),
            [
                '3:6: a task needs a source, or a "run" instead of source and sink [missing-key]',
                '3:6: a task needs a sink, or a "run" instead of source and sink [missing-key]',
            ],
        ),
        (
            one("{task: a, source: {lines: x, table: y}, sink: [table]}"),
            [
                "3:23: a source is one name, with its options below it [wrong-value]",
                "3:51: a sink is one name, with its options below it [wrong-value]",
            ],
        ),
        (one("{task: a, run: 5}"), ["3:20: what to run is one name, with its options below it [wrong-value]"]),
        (
            one("{task: a, run: say, batch_size: 5}"),
            ['3:25: a task with "run" has no "batch_size"; there are task, run, optional [unknown-key]'],
        ),
        (
            one("{task: a, source: lines, sink: table, optional: yes}"),
            ["3:53: this must be true or false [wrong-value]"],
        ),
        (
            one("{task: a, source: lines, sink: table, valdators: []}"),
            ['3:43: a task has no "valdators", did you mean "validators"? [unknown-key]'],
        ),
        (
            one("{task: a, source: lines, sink: table, validators: checked}"),
            ["3:55: validators want a list [wrong-value]"],
        ),
        (
            one(f"{{group: g, parallel: 0, tasks: [{GOOD}]}}"),
            ["3:26: this must be a whole number of at least 1 [wrong-value]"],
        ),
        (one("{group: g}"), ["3:5: tasks are missing: a list with at least one [missing-key]"]),
        (
            one(f"{{group: a, tasks: [{GOOD}]}}"),
            ['3:31: the name "a" is taken, in line 3; names of tasks and groups are unique [duplicate-name]'],
        ),
    ],
)
def test_what_is_not_of_the_shape_is_a_problem_at_its_place(
    text: str, problems: list[str], folder: PipelineFolder
) -> None:
    assert read(folder, text)[1] == problems


@pytest.mark.parametrize("key", ["load", "for_each"])
def test_a_key_of_a_later_version_is_refused_and_not_ignored(key: str, folder: PipelineFolder) -> None:
    text = f"pipeline: p\n{key}: 1\ntasks:\n  - {{task: a, source: lines, sink: table, {key}: 1}}\n"
    assert read(folder, text)[1] == [
        f'2:1: a pipeline file has no "{key}" in this version of etl-host [unknown-key]',
        f'4:43: a task has no "{key}" in this version of etl-host [unknown-key]',
    ]


def test_what_is_in_an_incomplete_task_is_still_looked_at(folder: PipelineFolder) -> None:
    _, _, reader = read(folder, one("{task: a, validators: [checked], sink: table}"))
    assert [use.label for use in reader.uses] == ["sink:table", "validators[0]:checked"]


def test_a_task_may_be_called_like_the_pipeline(folder: PipelineFolder) -> None:
    problems: Any = read(folder, "pipeline: a\ntasks: [{task: a, source: lines, sink: table}]\n")[1]
    assert problems == []
