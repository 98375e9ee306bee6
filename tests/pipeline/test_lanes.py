from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from etl_host import ETLContext
from etl_host.core.lanes import Lanes
from etl_host.pipeline.document import read_document
from etl_host.pipeline.lanes import problems_of_lanes, read_lanes, recorded_lanes
from etl_host.pipeline.nodes import Fields
from etl_host.pipeline.problems import Problems
from etl_host.pipeline.values import Values
from etl_host.pipeline.variables import Variables
from etl_host.testing import FakeTask, MemorySink, RowsSource
from pipeline_folder import PipelineFolder, told

TASKS = """
pipeline: p
{top}
reporters: []
tasks:
  - task: a
    source: {{lines: a.txt}}
    sink: {{table: t}}
    {lanes}
"""


def read(folder: PipelineFolder, text: str, default: Lanes | None = None) -> tuple[Lanes | None, list[str]]:
    problems = Problems("pipeline.yaml")
    root = read_document(folder.write("pipeline.yaml", text), problems)
    assert isinstance(root, Fields)
    values = Values(Variables({}, {"COUNT": "3", "FIELD": "id"}, problems), problems)
    return read_lanes(root.get("lanes"), values, default=default), [told(problem) for problem in problems.found]


@pytest.mark.parametrize(
    ("text", "lanes"),
    [
        ("lanes: auto", Lanes(None, {})),
        ("lanes:", None),
        ("lanes: {}", Lanes(None, {})),
        ("lanes: {count: 2}", Lanes(2, {})),
        ("lanes: {keys: {stop: id}}", Lanes(None, {"stop": ("id",)})),
        ("lanes: {count: auto, keys: {trip: a, stop: b}}", Lanes(None, {"trip": ("a",), "stop": ("b",)})),
        ('lanes: {count: "${COUNT}", keys: {stop: [from, "${FIELD}"]}}', Lanes(3, {"stop": ("from", "id")})),
    ],
)
def test_lanes_are_read(folder: PipelineFolder, text: str, lanes: Lanes | None) -> None:
    assert read(folder, text) == (lanes, [])


def test_where_there_are_none_the_default_holds(folder: PipelineFolder) -> None:
    default = Lanes(2, {"stop": ("id",)})
    assert read(folder, "x: 1", default) == (default, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("lanes: 2", "1:8: lanes are auto, or {count: 2, keys: {stop: stop_id}} [wrong-value]"),
        ("lanes: [a]", "1:8: lanes are auto, or {count: 2, keys: {stop: stop_id}} [wrong-value]"),
        ("lanes: {cout: 2}", '1:9: lanes have no "cout", did you mean "count"? [unknown-key]'),
        ("lanes: {count: 0}", "1:16: this must be a whole number of at least 1 [wrong-value]"),
        ("lanes: {count: 2, keys: id}", "1:25: keys say what rows are about"),
        ("lanes: {keys: {a: [1]}}", "1:15: keys say what rows are about"),
        ("lanes: {keys: {a: []}}", "1:15: keys say what rows are about"),
        ("lanes: {keys: {a: [b, c], d: e}}", "1:15: keys say what rows are about"),
        ('lanes: {keys: {a: "${NONE}"}}', "1:20: variable NONE is not set"),
    ],
)
def test_what_is_not_of_the_shape_is_a_problem_at_its_place(folder: PipelineFolder, text: str, problem: str) -> None:
    [said] = read(folder, text)[1]
    assert said.startswith(problem)


def test_the_number_of_lanes_may_change_and_their_keys_may_not() -> None:
    keys = {"stop": ("id",)}
    assert recorded_lanes(Lanes(2, keys)) == recorded_lanes(Lanes(None, keys))
    assert recorded_lanes(Lanes(2, keys)) != recorded_lanes(Lanes(2, {"stop": ("name",)}))
    assert recorded_lanes(Lanes(2, {})) != recorded_lanes(Lanes(2, keys))


@pytest.mark.parametrize(("top", "lanes"), [("", "lanes: {keys: {text: text}}"), ("lanes: {keys: {text: text}}", "")])
def test_lanes_reach_the_sink(folder: PipelineFolder, caplog: pytest.LogCaptureFixture, top: str, lanes: str) -> None:
    folder.write("a.txt", "x\ny\n")
    summary = folder.load(TASKS.format(top=top, lanes=lanes)).run()
    assert summary.balance.written == 2
    assert "lanes: sink:table takes one lane here" in caplog.text


class Stops(RowsSource[Any]):
    def output_fields(self) -> Sequence[str] | None:
        return self.names

    names: Sequence[str] | None = ("stop_id", "name")


@pytest.mark.parametrize(
    ("names", "field", "problems"),
    [
        (("stop_id", "name"), "stop_id", []),
        (None, "stop", []),
        (
            ("stop_id", "name"),
            "stop_i",
            ['lanes split rows by stop_i, and rows have no such field, did you mean "stop_id"?'],
        ),
    ],
)
def test_fields_that_rows_lack_are_found_before_a_run(
    names: Sequence[str] | None, field: str, problems: list[str]
) -> None:
    with ETLContext({}) as context, FakeTask(context) as task:
        source = Stops([], context, task)
        source.names = names
        sink = MemorySink(context, task, source)
        assert list(problems_of_lanes(sink)) == []
        sink.lanes = Lanes(2, {"stop": (field,)})
        assert [problem.message for problem in problems_of_lanes(sink)] == problems
