from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from etl_host.pipeline.document import read_document
from etl_host.pipeline.nodes import Fields, Items, Node, Scalar
from etl_host.pipeline.problems import Place, Problems


def read(folder: Path, text: str | bytes) -> tuple[Node | None, Problems]:
    file = folder / "pipeline.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    problems = Problems("pipeline.yaml")
    return read_document(file, problems), problems


def data(node: Node | None) -> Any:
    match node:
        case Fields(values=values):
            return {key: data(value) for key, value in values.items()}
        case Items(items=items):
            return [data(item) for item in items]
        case Scalar(value=value):
            return value
    return None


def told(problems: Problems) -> list[str]:
    return [
        f"{problem.place.line}:{problem.place.column}+{problem.place.width}: {problem.message} [{problem.code}]"
        if problem.place
        else f"{problem.message} [{problem.code}]"
        for problem in (problems.error().problems if problems.found else ())
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("12:30:00", "12:30:00"),
        ("2024-01-31", "2024-01-31"),
        ("1_000", "1_000"),
        ("017", 17),
        ("0o17", 15),
        ("0x1F", 31),
        ("+1", 1),
        ("-3", -3),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.10", 1.1),
        ("-.inf", -math.inf),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ('""', ""),
        ("'017'", "017"),
        ("!!str 5", "5"),
        ("${feed}", "${feed}"),
        ("=", "="),
        ('"<<"', "<<"),
    ],
)
def test_scalars_are_of_the_types_of_yaml_1_2(written: str, value: object, tmp_path: Path) -> None:
    node, problems = read(tmp_path, f"a: {written}\n")
    assert data(node) == {"a": value}
    assert type(data(node)["a"]) is type(value)
    assert not told(problems)


def test_each_key_and_value_knows_its_place(tmp_path: Path) -> None:
    text = "top: 1\ntasks:\n  - task: stops\n    source: {csv: stops.txt, \"ä\": 'x y'}\n"
    root, _ = read(tmp_path, text)
    assert isinstance(root, Fields)
    tasks = root.values["tasks"]
    assert isinstance(tasks, Items)
    task = tasks.items[0]
    assert isinstance(task, Fields)
    source = task.values["source"]
    assert isinstance(source, Fields)

    def marked(place: Place) -> str:
        return text.split("\n")[place.line - 1][place.column - 1 :][: place.width]

    assert marked(root.keys["tasks"]) == "tasks"
    assert marked(task.keys["source"]) == "source"
    assert marked(task.values["task"].place) == "stops"
    assert marked(source.place) == "{csv: stops.txt, \"ä\": 'x y'}"
    assert marked(source.keys["ä"]) == '"ä"'
    assert marked(source.values["ä"].place) == "'x y'"


def test_a_value_of_several_lines_is_marked_in_its_first(tmp_path: Path) -> None:
    root, _ = read(tmp_path, "query: |\n  MATCH (n)\n  RETURN n\nother: 1\n")
    assert isinstance(root, Fields)
    place = root.values["query"].place
    assert (place.line, place.column, place.width) == (1, 8, 1)
    assert root.values["query"].last_line >= 3


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a: x${one}y${two}", [(1, 5, 6), (1, 12, 6)]),
        ('a: "$${x} ${one}"', [(1, 6, 4), (1, 11, 6)]),
        ("a: |\n  x ${one}\n  ${two}\n", [(2, 5, 6), (3, 3, 6)]),
        ("a: >-\r\n  x ${one}\r\n", [(2, 5, 6)]),
        ("a: '''${one}'''", [(1, 7, 6)]),
    ],
)
def test_variables_in_a_value_have_places_of_their_own(
    text: str, places: list[tuple[int, int, int]], tmp_path: Path
) -> None:
    root, _ = read(tmp_path, text)
    assert isinstance(root, Fields)
    scalar = root.values["a"]
    assert isinstance(scalar, Scalar)
    assert [(place.line, place.column, place.width) for place in scalar.dollars] == places


def test_anchors_and_merges_work_and_what_is_written_wins(tmp_path: Path) -> None:
    text = """
one: &one {a: 1, b: 1}
two: &two {b: 2, c: 2}
merged: {<<: [*one, *two], a: 0}
single:
  c: 9
  <<: *two
alias: *one
"""
    root, problems = read(tmp_path, text)
    assert not told(problems)
    assert data(root)["merged"] == {"a": 0, "b": 1, "c": 2}
    assert data(root)["single"] == {"b": 2, "c": 9}
    assert isinstance(root, Fields)
    merged = root.values["merged"]
    assert isinstance(merged, Fields)
    assert (merged.keys["c"].line, merged.keys["a"].line) == (3, 4)
    assert data(root)["alias"] == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("a: 1\nb: 2\na: 3\n", ['3:1+1: "a" is given twice, first in line 1 [duplicate-key]']),
        (
            "x: {a: 1, a: 2}\ny: {b: 1,\n  b: 2}\n",
            [
                '1:11+1: "a" is given twice, first in line 1 [duplicate-key]',
                '3:3+1: "b" is given twice, first in line 2 [duplicate-key]',
            ],
        ),
        ("a: {<<: {x: 1}, <<: {y: 1}}", ['1:17+2: "<<" is given twice, first in line 1 [duplicate-key]']),
        ("a: {<<: 5}", ["1:9+1: << wants a mapping, such as *name [yaml-syntax]"]),
        ("1: x\n", ['1:1+1: this key is no name: quote it, "1" [yaml-syntax]']),
        ("? [a]\n: x\n", ["1:3+3: this key is no name [yaml-syntax]"]),
        ("a: !thing x", ["1:4+8: the tag !thing is unknown; leave it out [yaml-syntax]"]),
        (
            "a: !!python/object:os.system x",
            ["1:4+27: the tag !!python/object:os.system is unknown; leave it out [yaml-syntax]"],
        ),
        ("a: !!int ten", ["1:4+9: the value does not fit the tag !!int [yaml-syntax]"]),
        ("a: &a [*a]", ["1:4+7: this stands for something that it is in itself [yaml-syntax]"]),
        ("", ["the file is empty [yaml-syntax]"]),
        ("# nothing\n", ["the file is empty [yaml-syntax]"]),
    ],
)
def test_what_yaml_allows_and_a_pipeline_does_not_is_noted(text: str, problems: list[str], tmp_path: Path) -> None:
    assert told(read(tmp_path, text)[1]) == problems


def test_problems_of_one_kind_do_not_hide_others(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "a: 1\na: 2\nb: !x 1\nq: RETURN 'a # b\n3: 4\n")
    assert [(problem.place.line, problem.code) for problem in problems.found if problem.place] == [
        (2, "duplicate-key"),
        (3, "yaml-syntax"),
        (4, "cut-off"),
        (5, "yaml-syntax"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: 1\nb: \xff\n", "the file must be UTF-8; byte 9, in line 2, isn't [yaml-syntax]"),
        ("a: 1\n".encode("utf-16"), "the file must be UTF-8; byte 1, in line 1, isn't [yaml-syntax]"),
    ],
)
def test_a_file_in_another_encoding_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    assert told(read(tmp_path, content)[1]) == [message]


def test_a_byte_order_mark_moves_no_column(tmp_path: Path) -> None:
    root, _ = read(tmp_path, b"\xef\xbb\xbfa: 1\n")
    assert isinstance(root, Fields)
    assert root.keys["a"].column == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [("nothing.yaml", "there is no such file"), (".", "this is a folder; name the pipeline file in it")],
)
def test_a_file_that_cannot_be_read_is_a_problem_without_a_place(name: str, message: str, tmp_path: Path) -> None:
    problems = Problems(name)
    assert read_document(tmp_path / name, problems) is None
    assert told(problems) == [f"{message} [no-pipeline-file]"]


_KEYS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=8)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_KEYS, _VALUES, min_size=1, max_size=3), st.booleans())
def test_whatever_is_dumped_is_read_again(tmp_path_factory: pytest.TempPathFactory, value: Any, flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True, default_style='"')
    root, problems = read(tmp_path_factory.getbasetemp(), text)
    assert not told(problems)
    assert data(root) == value


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_text_makes_it_raise(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    root, problems = read(tmp_path_factory.getbasetemp(), text)
    assert root is not None or problems.found
    for problem in problems.found:
        assert problem.place is None or (problem.place.line > 0 and problem.place.column > 0)
