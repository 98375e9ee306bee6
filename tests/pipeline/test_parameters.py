from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from etl_host import FileLocation
from etl_host.pipeline.document import read_document
from etl_host.pipeline.nodes import Fields
from etl_host.pipeline.parameter_types import Parameter
from etl_host.pipeline.parameters import Parameters
from etl_host.pipeline.problems import Problems
from etl_host.pipeline.variables import Variables
from pipeline_folder import PipelineFolder

HEAD = "pipeline: p\nparameters:\n"
TAIL = "tasks: [{task: a, run: {say: [x]}}]\n"


def read(folder: PipelineFolder, declarations: str, given: dict[str, object] | None = None) -> Any:
    problems = Problems("pipeline.yaml")
    root = read_document(folder.write("pipeline.yaml", declarations), problems)
    assert isinstance(root, Fields)
    environment = Variables({}, {"HOME_OF_FEEDS": "/feeds", "WORD": "s3cret"}, problems)
    parameters = Parameters(given or {}, folder.path, environment, problems).read(root)
    assert not problems.found
    return parameters


@pytest.mark.parametrize(
    ("declaration", "value", "text", "recorded"),
    [
        ("cairns", "cairns", "cairns", "cairns"),
        ("017", "017", "017", "017"),
        ("2024-01-31", "2024-01-31", "2024-01-31", "2024-01-31"),
        ("no", "no", "no", "no"),
        ("{type: string, default: ''}", "", "", ""),
        ("{type: integer, default: 017}", 17, "17", 17),
        ("{type: integer, default: '-5'}", -5, "-5", -5),
        ("{type: number, default: 1e3}", 1000.0, "1e3", 1000.0),
        ("{type: boolean, default: TRUE}", True, "true", True),
        ("{type: date, default: 2024-02-29}", date(2024, 2, 29), "2024-02-29", "2024-02-29"),
        ("{type: path, default: s3://bucket/x}", "s3://bucket/x", "s3://bucket/x", "s3://bucket/x"),
        ("{type: path, default: /x/y.zip}", "/x/y.zip", "/x/y.zip", "/x/y.zip"),
        ('{type: path, default: "${HOME_OF_FEEDS}/y.zip"}', "/feeds/y.zip", "/feeds/y.zip", "/feeds/y.zip"),
        ('"${NOWHERE:-x}"', "x", "x", "x"),
    ],
)
def test_a_default_is_of_the_declared_type(
    declaration: str, value: object, text: str, recorded: object, folder: PipelineFolder
) -> None:
    assert read(folder, f"p: {declaration}") == {"p": Parameter(value, text, recorded)}


def test_a_path_of_the_file_is_relative_to_it_and_one_given_to_the_working_folder(
    folder: PipelineFolder, tmp_path: Path
) -> None:
    declarations = "feed: {type: path, default: feed.zip}\nother: {type: path, default: zip://a::feed.zip}\n"
    parameters = read(folder, declarations)
    assert parameters["feed"] == Parameter(f"{folder.path}/feed.zip", f"{folder.path}/feed.zip", "feed.zip")
    assert parameters["other"].text == f"zip://a::{folder.path}/feed.zip"
    assert parameters["other"].recorded == "zip://a::feed.zip"
    here = f"{tmp_path}/elsewhere/x.zip"
    for given in ("x.zip", Path("x.zip"), FileLocation("x.zip")):
        assert read(folder, declarations, {"feed": given})["feed"] == Parameter(here, here, here)


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [
        ("string", "5", "5"),
        ("string", 5, "5"),
        ("integer", 5, 5),
        ("integer", "5", 5),
        ("number", 2.5, 2.5),
        ("boolean", True, True),
        ("boolean", "false", False),
        ("date", date(2026, 1, 2), date(2026, 1, 2)),
    ],
)
def test_what_is_given_may_be_text_or_of_the_type(
    kind: str, given: object, value: object, folder: PipelineFolder
) -> None:
    assert read(folder, f"p: {{type: {kind}}}", {"p": given})["p"].value == value


@pytest.mark.parametrize("given", [None, {"p": "https://anna:hunter2@host/feed.zip?sig=hunter2"}])
def test_of_a_path_what_may_be_secret_is_not_recorded(given: dict[str, object] | None, folder: PipelineFolder) -> None:
    url = "https://anna:hunter2@host/feed.zip?sig=hunter2"
    parameter = read(folder, f"p: {{type: path, default: '{url}'}}", given)["p"]
    assert (parameter.text, parameter.recorded) == (url, "https://…@host/feed.zip?…")


@pytest.mark.parametrize("given", ["s3cret", SecretStr("s3cret")])
def test_a_secret_is_not_recorded(given: object, folder: PipelineFolder) -> None:
    assert read(folder, "p: {type: secret}", {"p": given}) == {"p": Parameter("s3cret", "s3cret", None, secret=True)}
    assert read(folder, 'p: {type: secret, default: "${WORD}"}')["p"].text == "s3cret"


@pytest.mark.parametrize(
    ("declaration", "problem"),
    [
        ("p:", "3:3: parameter p has no value: --set p=…, or give it a default [unset-parameter]"),
        ("p: {type: date}", "3:3: parameter p has no value: --set p=…, or give it a default [unset-parameter]"),
        ("p: {type: secret}", '3:3: parameter p has no value: default: "${VARIABLE}" [unset-parameter]'),
        ("p: {type: integer, default: ten}", "3:31: parameter p: it should be a whole number [wrong-value]"),
        ("p: {type: integer, default: 1.5}", "3:31: parameter p: it should be a whole number [wrong-value]"),
        ("p: {type: number, default: 1_0}", "3:30: parameter p: it should be a number [wrong-value]"),
        ("p: {type: boolean, default: no}", "3:31: parameter p: it should be true or false [wrong-value]"),
        (
            "p: {type: date, default: 2023-02-29}",
            "3:28: parameter p: it should be a date such as 2026-01-31 [wrong-value]",
        ),
        (
            "p: {type: date, default: 20230201}",
            "3:28: parameter p: it should be a date such as 2026-01-31 [wrong-value]",
        ),
        ("p: {type: path, default: ''}", "3:28: parameter p: the name of the file is empty [wrong-value]"),
        ("p: [a]", "3:6: the default of parameter p must be one value [wrong-value]"),
        (
            "p: {type: int, default: 1}",
            "3:13: the type of parameter p must be one of string, integer, number, boolean, date, path, secret, "
            'did you mean "integer"? [wrong-value]',
        ),
        ("p: {defualt: x, default: y}", '3:7: a parameter has no "defualt", did you mean "default"? [unknown-key]'),
        ("etl: x", "3:3: a parameter can't be called etl: that is the host's own name [wrong-value]"),
        (
            "a-b: x",
            "3:3: a parameter can't be called a-b: letters, digits and _ only, and no digit first [wrong-value]",
        ),
        (
            'p: "${NOWHERE}"',
            "3:7: variable NOWHERE is not set; set it, or give a default: ${NOWHERE:-…} [unset-variable]",
        ),
    ],
)
def test_a_wrong_declaration_is_a_problem_at_its_place(declaration: str, problem: str, folder: PipelineFolder) -> None:
    assert folder.problems(f"{HEAD}  {declaration}\n{TAIL}") == [problem]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"feeed": "x"}, 'the pipeline has no parameter feeed, did you mean "feed"? [unknown-parameter]'),
        ({"size": "x"}, "4:3: parameter size: it should be a whole number [wrong-value]"),
        (
            {"size": None},
            "4:3: parameter size: what is given is neither a text nor a value of a parameter's type [wrong-value]",
        ),
    ],
)
def test_a_wrong_value_given_is_a_problem(given: dict[str, object], problem: str, folder: PipelineFolder) -> None:
    text = f"{HEAD}  feed: x\n  size: {{type: integer, default: 1}}\n{TAIL}"
    assert folder.problems(text, parameters=given) == [problem]


def test_a_parameter_that_is_unset_is_told_once_however_often_it_is_used(folder: PipelineFolder) -> None:
    text = f'{HEAD}  words: {{type: string}}\ntasks: [{{task: a, run: {{say: ["${{words}}", "${{words}}"]}}}}]\n'
    assert folder.problems(text) == [
        "3:3: parameter words has no value: --set words=…, or give it a default [unset-parameter]"
    ]


def test_the_default_of_a_secret_is_shown_nowhere(folder: PipelineFolder) -> None:
    text = f"{HEAD}  p: {{type: secret, default: [hunter2]}}\n  q: {{type: secret, default: hunter3}}\n{TAIL}"
    with pytest.raises(Exception, match="must be one value") as caught:
        folder.load(text, parameters={"nothing": 1})
    assert "hunter" not in str(caught.value)
