from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from etl_host import Run
from etl_host.pipeline.plan import plan_of
from pipeline_folder import PipelineFolder

TEXT = """
pipeline: p
parameters: {feed: {type: path, default: a.txt}, word: {type: secret, default: hunter2}, region: cairns}
connections: {toy: {place: x, password: "${word}"}}
tasks:
  - task: a
    source: {lines: "${feed}"}
    validators: [{checked: {bad: "${word}"}}]
    sink: {table: {table_file: t.cypher, parameters: {region: "${region}", run: "${etl.run}"}}}
  - group: g
    tasks: [{task: b, run: {say: [x]}}]
"""


def plan(folder: PipelineFolder, text: str = TEXT, **choices: Any) -> list[Mapping[str, Any]]:
    loaded = folder.load(text, **choices)._loaded
    return plan_of(loaded.model.tasks, loaded.steps, Run.new("p"))


def parts_that_differ(one: list[Mapping[str, Any]], other: list[Mapping[str, Any]]) -> set[str]:
    return {
        f"{before['task']}.{part}"
        for before, after in zip(one, other, strict=True)
        for part in {*before, *after}
        if before.get(part) != after.get(part)
    }


def test_a_plan_has_an_entry_for_each_task_by_its_path(folder: PipelineFolder) -> None:
    assert [(entry["task"], sorted(entry)) for entry in plan(folder)] == [
        ("a", ["sink", "source", "task", "validators"]),
        ("g/b", ["source", "task"]),
    ]


def test_the_plan_of_the_same_pipeline_is_the_same(folder: PipelineFolder) -> None:
    assert plan(folder) == plan(folder)


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ("default: a.txt", "default: b.txt", {"a.source"}),
        ("default: hunter2", "default: hunter3", set()),
        ("region: cairns", "region: sydney", {"a.sink"}),
        ("region: cairns", 'region: "cairns"', set()),
        ('{lines: "${feed}"}', '{lines: {file: "${feed}"}}', set()),
        ('{lines: "${feed}"}', "{lines: a.txt}", set()),
        ('{lines: "${feed}"}', '{lines: {file: "${feed}", limit: 5}}', {"a.source"}),
        ("validators: [{", "validators: [checked, {", {"a.validators"}),
        ("say: [x]", "say: [x, y]", {"g/b.source"}),
        ("place: x", "place: y", set()),
        ("tasks:\n", "batch_size: 7\ntasks:\n", set()),
    ],
)
def test_a_part_differs_where_what_it_does_differs(
    old: str, new: str, differ: set[str], folder: PipelineFolder
) -> None:
    assert old in TEXT
    assert parts_that_differ(plan(folder), plan(folder, TEXT.replace(old, new, 1))) == differ


def test_the_contents_of_a_file_that_stands_for_an_option_count(folder: PipelineFolder) -> None:
    folder.write("t.cypher", "one")
    before = plan(folder)
    folder.write("t.cypher", "two")
    assert parts_that_differ(before, plan(folder)) == {"a.sink"}
    folder.write("a.txt", "the contents of an input do not: the source looks after those")
    assert plan(folder) == plan(folder)
    assert parts_that_differ(before, plan(folder)) == {"a.sink"}


def test_a_plan_names_no_place_of_this_machine_nor_a_secret(folder: PipelineFolder) -> None:
    other = PipelineFolder(folder.path / "moved")
    other.path.mkdir()
    assert plan(other) == plan(folder)


def test_a_secret_within_a_model_is_no_part_of_the_plan(folder: PipelineFolder) -> None:
    texts = [
        TEXT.replace('{checked: {bad: "${word}"}}', f"{{chatty: {{login: {{user: ada, password: {word}}}}}}}")
        for word in ("hunter2", "hunter3")
    ]
    assert texts[0] != TEXT
    assert plan(folder, texts[0]) == plan(folder, texts[1])
