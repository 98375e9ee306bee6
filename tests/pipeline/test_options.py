from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from threading import Thread
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, ImportString, SecretStr, WithJsonSchema

from etl_host import FileLocation
from etl_host.pipeline.conversion import Surroundings
from etl_host.pipeline.imports import Importer
from etl_host.pipeline.options import Options, WrongOption, check_options, options_model
from etl_host.pipeline.parameter_types import TYPES
from etl_host.pipeline.signature import SignatureError
from etl_host.pipeline.variables import Typed

DEFAULT = object()


class Everything:
    """All that a signature may ask for."""

    def __init__(
        self,
        file: FileLocation | str | os.PathLike[str] = "default.txt",
        *,
        files: Sequence[FileLocation | str] = (),
        path: Path = Path("default"),
        text_or_path: str | Path | None = None,
        model: ImportString[type[BaseModel]] | None = None,
        secret: SecretStr | None = None,
        mode: Literal["fail", "empty"] = "fail",
        size: Annotated[int, Field(ge=1), "A size."] = 1,
        share: float = 0.5,
        flag: bool = False,
        day: date | None = None,
        price: Decimal | None = None,
        names: Sequence[str] = (),
        values: Mapping[str, Any] | None = None,
        anything: Any = None,
        number_or_auto: int | Literal["auto"] = "auto",
        schema: str = "",
        json: str = "",
        copy: bool = False,
        model_config: str = "",
        from_: str = "",
        described: Annotated[str, WithJsonSchema({"type": "string"})] = "",
        sentinel: object = DEFAULT,
    ) -> None: ...


class NeedsMuch:
    def __init__(self, path: str, size: int) -> None: ...


@pytest.fixture
def surroundings(tmp_path: Path) -> Surroundings:
    return Surroundings(tmp_path, Importer(tmp_path))


def arguments(surroundings: Surroundings, **data: Any) -> dict[str, Any]:
    made, wrong = check_options(Everything, "source", "thing", data, surroundings)
    assert not wrong
    return made


def wrong(surroundings: Surroundings, target: Callable[..., Any] = Everything, **data: Any) -> list[WrongOption]:
    return check_options(target, "source", "thing", data, surroundings)[1]


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [
        ("mode", "empty", "empty"),
        ("size", 5, 5),
        ("size", "5", 5),
        ("share", 2, 2.0),
        ("share", "2.5", 2.5),
        ("flag", True, True),
        ("flag", "false", False),
        ("day", "2026-01-31", date(2026, 1, 31)),
        ("price", "1.10", Decimal("1.10")),
        ("names", ["a", "b"], ["a", "b"]),
        ("number_or_auto", 5, 5),
        ("number_or_auto", "auto", "auto"),
        ("schema", "s", "s"),
        ("json", "j", "j"),
        ("copy", True, True),
        ("model_config", "m", "m"),
    ],
)
def test_values_become_what_the_signature_says(
    name: str, written: object, value: object, surroundings: Surroundings
) -> None:
    made = arguments(surroundings, **{name: written})
    assert made == {name: value}
    assert type(made[name]) is type(value)


def test_what_is_not_written_is_left_to_the_constructor(surroundings: Surroundings) -> None:
    assert arguments(surroundings) == {}


def test_an_option_whose_name_python_reserves_is_written_without_the_underscore(surroundings: Surroundings) -> None:
    assert arguments(surroundings, **{"from": "x"}) == {"from_": "x"}


def test_files_are_relative_to_the_pipeline_file(surroundings: Surroundings, tmp_path: Path) -> None:
    made = arguments(surroundings, file="a.txt", files=["b.txt", "zip://c::d.zip"], path="e", text_or_path="f")
    assert made["file"] == FileLocation(tmp_path / "a.txt")
    assert made["file"].written == "a.txt"
    assert made["files"] == [FileLocation(tmp_path / "b.txt"), FileLocation(f"zip://c::{tmp_path}/d.zip")]
    assert (made["path"], made["text_or_path"]) == (tmp_path / "e", tmp_path / "f")


def test_a_path_that_is_no_location_can_be_no_url(surroundings: Surroundings) -> None:
    [problem] = wrong(surroundings, path="s3://bucket/x")
    assert problem.message == "path: should be a path; URLs don't work here"


def test_a_class_is_imported_from_beside_the_file(surroundings: Surroundings, tmp_path: Path) -> None:
    (tmp_path / "models.py").write_text(
        "from pydantic import BaseModel\nclass Stop(BaseModel):\n    id: int\nother = 5\n"
    )
    made = arguments(surroundings, model="models:Stop")
    assert made["model"](id="1").id == 1
    [problem] = wrong(surroundings, model="models:other")
    assert problem.message == "model: should be a subclass of BaseModel"


def test_a_secret_stays_wrapped(surroundings: Surroundings) -> None:
    assert arguments(surroundings, secret="hunter2")["secret"].get_secret_value() == "hunter2"


def test_a_parameter_has_its_own_type_only_where_any_type_goes(surroundings: Surroundings) -> None:
    day = Typed.of(TYPES["date"]("2026-01-31", Path("/")))
    made = arguments(surroundings, values={"day": day, "more": [{"day": day}]}, anything=day, names=[day], day=day)
    assert made["values"] == {"day": date(2026, 1, 31), "more": [{"day": date(2026, 1, 31)}]}
    assert made["anything"] == date(2026, 1, 31)
    assert made["names"] == ["2026-01-31"]
    assert type(made["names"][0]) is str
    assert made["day"] == date(2026, 1, 31)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            {"schemaa": 1},
            WrongOption(
                "unknown-option",
                "schemaa",
                'source thing has no option "schemaa", did you mean "schema"?',
                ("schemaa",),
                key=True,
            ),
        ),
        ({"size": 0}, WrongOption("wrong-option", "size", "size: should be greater than or equal to 1", ("size",))),
        (
            {"size": "x"},
            WrongOption(
                "wrong-option",
                "size",
                "size: should be a valid integer, unable to parse string as an integer",
                ("size",),
            ),
        ),
        ({"mode": "maybe"}, WrongOption("wrong-option", "mode", "mode: should be 'fail' or 'empty'", ("mode",))),
        ({"names": ["a", 5]}, WrongOption("wrong-option", "names", "names: should be a valid string", ("names", 1))),
        ({"schema": 5}, WrongOption("wrong-option", "schema", "schema: should be a valid string", ("schema",))),
        ({"file": 5}, WrongOption("wrong-option", "file", "file: should be a file: a path or a URL", ("file",))),
        ({"file": ""}, WrongOption("wrong-option", "file", "file: the name of the file is empty", ("file",))),
        (
            {"number_or_auto": "atuo"},
            WrongOption(
                "wrong-option",
                "number_or_auto",
                "number_or_auto: should be a valid integer, unable to parse string as an integer, or should be 'auto'",
                ("number_or_auto",),
            ),
        ),
        (
            {"model": "models"},
            WrongOption(
                "wrong-option", "model", "model: it must be of the form module:Class, such as models:Stop", ("model",)
            ),
        ),
    ],
)
def test_a_wrong_option_says_what_and_where(
    data: Mapping[str, Any], problem: WrongOption, surroundings: Surroundings
) -> None:
    assert wrong(surroundings, **data) == [problem]


def test_all_that_is_wrong_is_said(surroundings: Surroundings) -> None:
    assert [problem.message for problem in wrong(surroundings, NeedsMuch, pth="x", other=1)] == [
        'source thing needs the option "path"',
        'source thing needs the option "size"',
        'source thing has no option "pth", did you mean "path"?',
        'source thing has no option "other"; it has path, size',
    ]


def test_the_model_is_made_once_for_a_class() -> None:
    assert options_model(NeedsMuch, "source") is options_model(NeedsMuch, "source")
    assert issubclass(options_model(NeedsMuch, "source"), Options)


def test_the_model_has_a_json_schema_of_what_a_file_may_say() -> None:
    properties = options_model(Everything, "source").model_json_schema()["properties"]
    assert properties["file"]["type"] == "string"
    assert {"type": "string"} in properties["model"]["anyOf"]
    assert properties["size"] == {"default": 1, "minimum": 1, "title": "Size", "type": "integer"}


class HasABareImport:
    def __init__(self, model: ImportString) -> None: ...  # type: ignore[type-arg]


class HasAThread:
    def __init__(self, thread: Thread) -> None: ...


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (HasABareImport, "option model .* a bare ImportString takes anything"),
        (HasAThread, "option thread has the type .*Thread.*, which no value in a file can become"),
    ],
)
def test_a_type_that_no_file_can_give_is_refused(
    target: Callable[..., Any], message: str, surroundings: Surroundings
) -> None:
    with pytest.raises(SignatureError, match=message):
        check_options(target, "source", "thing", {}, surroundings)
