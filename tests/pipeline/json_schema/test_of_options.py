from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import jsonschema
import pytest
from pydantic import BaseModel, Field, ImportString, SecretStr

from etl_host import FileLocation
from etl_host.pipeline.conversion import Surroundings
from etl_host.pipeline.imports import Importer
from etl_host.pipeline.json_schema.of_options import alone, options_schema
from etl_host.pipeline.options import check_options


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Circle(BaseModel):
    shape: Literal["circle"]
    radius: int


class Square(BaseModel):
    shape: Literal["square"]
    side: float


class Wide:
    """An option of every kind."""

    def __init__(
        self,
        size: Annotated[int, "How large.", Field(ge=1)] = 5,
        *,
        share: float = 0.5,
        exact: Decimal = Decimal("1.5"),
        flag: bool = False,
        colour: Colour = Colour.RED,
        day: date | None = None,
        code: Annotated[str, Field(min_length=2, description="A code.")] = "ab",
        words: Sequence[str] = (),
        numbers: Mapping[str, int] | None = None,
        shapes: Sequence[Annotated[Circle | Square, Field(discriminator="shape")]] = (),
        file: FileLocation | None = None,
        folder: Path = Path("here"),
        model: ImportString[type[BaseModel]] | None = None,
        password: SecretStr = SecretStr("swordfish"),  # noqa: B008
        anything: Any = None,
        from_: str = "",
    ) -> None: ...


SCHEMA, DEFINITIONS = options_schema(Wide, "source", "source.wide")
VALIDATOR = jsonschema.Draft202012Validator({**SCHEMA, "$defs": DEFINITIONS})

TAKEN: dict[str, list[object]] = {
    "size": [1, "7", " 7 ", 3.0],
    "share": [1, 0.5, "0.5", ".5", "1e3", "-2"],
    "exact": [1, "1.50"],
    "flag": [True, "true", "False"],
    "colour": ["red"],
    "day": ["2024-01-31", None],
    "code": ["ab"],
    "words": [["a", "b"], []],
    "numbers": [{"a": 1, "b": "2"}, None],
    "shapes": [[{"shape": "circle", "radius": 1}, {"shape": "square", "side": "2.5"}]],
    "file": ["a.csv", "zip://a.csv::b.zip", None],
    "folder": ["a/b"],
    "password": ["x"],
    "anything": [1, None, {"a": []}],
    "from": ["x"],
}
REFUSED: dict[str, list[object]] = {
    "size": [0, "few", [1], None, 1.5],
    "share": ["half", {}],
    "flag": ["maybe", 2],
    "colour": ["green", 1],
    "code": ["a", 12],
    "words": ["a", [1], {}],
    "numbers": [[1], {"a": "x"}],
    "shapes": [[{"shape": "circle"}], [{"shape": "star"}], [{"shape": "circle", "radius": "wide"}]],
    "file": [1, ["a"]],
    "folder": [None],
    "password": [["x"]],
    "from_": ["x"],
}


def problems(name: str, value: object, folder: Path) -> bool:
    """What the host itself says."""
    surroundings = Surroundings(folder, Importer(folder))
    return bool(check_options(Wide, "source", "wide", {name: value}, surroundings)[1])


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in TAKEN.items() for value in values])
def test_what_the_host_takes_fits(name: str, value: object, tmp_path: Path) -> None:
    assert not problems(name, value, tmp_path)
    VALIDATOR.validate({name: value})


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in REFUSED.items() for value in values])
def test_what_the_host_refuses_does_not(name: str, value: object, tmp_path: Path) -> None:
    assert problems(name, value, tmp_path)
    assert not VALIDATOR.is_valid({name: value})


@pytest.mark.parametrize("name", [name for name in TAKEN if name not in ("words", "numbers", "shapes")])
def test_a_variable_may_stand_for_any_single_value(name: str) -> None:
    VALIDATOR.validate({name: "${region}"})
    VALIDATOR.validate({name: "${region:-x}"})


def test_a_variable_may_stand_deep_inside() -> None:
    VALIDATOR.validate({"numbers": {"a": "${n}"}, "shapes": [{"shape": "circle", "radius": "${r}"}]})


def test_help_and_defaults_are_told_but_no_secret() -> None:
    options = SCHEMA["properties"]
    assert (options["size"]["description"], options["size"]["default"]) == ("How large.", 5)
    assert (options["code"]["description"], options["words"]["default"]) == ("A code.", [])
    assert (options["colour"]["default"], options["folder"]["default"]) == ("red", "here")
    assert "default" not in options["password"]
    assert "swordfish" not in repr((SCHEMA, DEFINITIONS))


STAND_INS: list[object] = [3, "${n}", 0, {}, None]


def test_a_single_value_stands_for_the_first_option() -> None:
    way = alone(Wide, "source", SCHEMA)
    assert way is not None
    validator = jsonschema.Draft202012Validator(way)
    assert [validator.is_valid(value) for value in STAND_INS] == [True, True, False, False, False]


def test_nothing_stands_for_all_options_where_another_is_needed() -> None:
    class Two:
        def __init__(self, first: str, second: str) -> None: ...

    class ByName:
        def __init__(self, *, first: str = "") -> None: ...

    for target in (Two, ByName):
        assert alone(target, "source", options_schema(target, "source", "x")[0]) is None


def test_a_default_that_json_lacks_is_not_told() -> None:
    class Odd:
        def __init__(self, thing: Any = object()) -> None: ...  # noqa: B008

    schema, _ = options_schema(Odd, "source", "x")
    assert "default" not in schema["properties"]["thing"]


def test_where_only_code_knows_what_an_option_takes_anything_fits() -> None:
    class Chosen:
        def __init__(self, how: Callable[[], None] | None = None) -> None: ...

    schema, _ = options_schema(Chosen, "source", "x")
    jsonschema.Draft202012Validator(schema).validate({"how": "x"})
