"""Whatever a model is made of, the fast way through it gives what pydantic's own two calls give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import (
    AfterValidator,
    AliasChoices,
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    RootModel,
    Strict,
    ValidationError,
    ValidationInfo,
    WrapValidator,
    computed_field,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticOmit, PydanticUseDefault

from etl_host_pydantic.validate import validate_with

T = TypeVar("T")


class Color(Enum):
    RED = "red"


class Size(IntEnum):
    SMALL = 1


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str = Field(default="Rex", alias="NAME")


class Box(BaseModel, Generic[T]):
    content: T


class Numbers(RootModel[list[int]]):
    pass


@dataclass
class Point:
    x: int


def refused(value: Any) -> Any:
    if value in (2, "2"):
        raise ValueError("not two")
    return value


def omitted(value: Any) -> Any:
    if value in (1, "1"):
        raise PydanticOmit
    if value in ("a", None):
        raise PydanticUseDefault
    return value


shown = PlainSerializer(str)


def seen(value: Any, info: ValidationInfo) -> Any:
    return (value, info.field_name, sorted(info.data)) if info.data else value


after_all = AfterValidator(seen)
CAT = {"kind": "cat", "lives": "7"}
DOG = {"kind": "dog", "NAME": "Max"}

KINDS: list[tuple[Any, Sequence[Any]]] = [
    *((int, ["3", 4.0, Size.SMALL]), (float, ["1.5", "nan", 2]), (str, ["a", " b "]), (bool, ["true", 0])),
    *((bytes, ["x"]), (date, ["2026-11-23"]), (datetime, ["2026-11-23T12:30:00+01:00"]), (time, ["12:30"])),
    *((timedelta, ["PT3S"]), (Decimal, ["1.50", 3]), (UUID, [str(UUID(int=7))]), (Color, ["red", Color.RED])),
    *((Size, [1, "1", Size.SMALL]), (Literal["a", 1], ["a", 1]), (Literal[Color.RED], [Color.RED])),
    *(
        (int | None, ["3", None]),
        (int | str, ["3", 3]),
        (Color | None, ["red", None]),
        (Any, [Point(1), {"p": Point(1)}]),
    ),
    *((list[int], [["1"]]), (list[Cat], [[CAT]]), (set[str], [["a"]]), (dict[str, int], [{"k": "1"}])),
    *((tuple[int, str], [["1", "a"]]), (Cat, [CAT, Cat(kind="cat")]), (Cat | None, [CAT, None]), (Numbers, [["1"]])),
    *((Box[int], [{"content": "1"}]), (Point, [{"x": "1"}, Point(2)]), (int | Cat | Dog, ["1", CAT, DOG])),
    *((Annotated[Cat | Dog, Field(discriminator="kind")], [CAT, DOG]), (Annotated[int, Strict()], [3])),
    *((Annotated[str, Field(max_length=2)], ["ab", "abc"]), (Annotated[int, Field(ge=0, lt=20)], ["3", 30])),
    *((Annotated[int, BeforeValidator(refused)], ["2", "3"]), (Annotated[int, AfterValidator(refused)], ["2", "3"])),
    *((Annotated[int, AfterValidator(lambda found: [found, Point(found)])], ["3"]), (Annotated[Any, after_all], ["3"])),
    *(
        (Annotated[int, WrapValidator(lambda found, handler: handler(found) * 2)], ["3"]),
        (Annotated[int, shown], ["3"]),
    ),
    *((Annotated[int, BeforeValidator(omitted)], ["1", "a", "3"]), (Annotated[int, BeforeValidator(seen)], ["3"])),
]

NO_DEFAULT: Mapping[str, Any] = {}
DEFAULTS: list[Mapping[str, Any]] = [
    *(NO_DEFAULT, NO_DEFAULT, {"default": None}, {"default": 1}, {"default": [Point(1)]}, {"default_factory": list}),
    *({"default": "2", "validate_default": True}, {"default_factory": lambda data: sorted(data)}),
]
ALIASES: list[tuple[Mapping[str, Any], Sequence[str]]] = [
    *(({}, []), ({}, []), ({"alias": "A"}, ["A"]), ({"validation_alias": AliasChoices("B", AliasPath("c", 0))}, ["B"])),
    *(({"validation_alias": AliasPath("a", "lives")}, []), ({"serialization_alias": "S"}, []), ({"exclude": True}, [])),
    *(({"frozen": True}, []), ({"init": False}, [])),
]
PLAIN = ConfigDict()
CONFIGS: list[ConfigDict] = [
    *(ConfigDict(extra="forbid"), ConfigDict(extra="allow"), ConfigDict(strict=True)),
    *(ConfigDict(populate_by_name=True), ConfigDict(use_enum_values=True), ConfigDict(validate_default=True)),
    *(ConfigDict(str_strip_whitespace=True, str_max_length=3), ConfigDict(coerce_numbers_to_str=True)),
    *(ConfigDict(frozen=True), ConfigDict(alias_generator=str.upper), ConfigDict(hide_input_in_errors=True)),
    *(ConfigDict(arbitrary_types_allowed=True, from_attributes=True), ConfigDict(revalidate_instances="always")),
    *(ConfigDict(loc_by_alias=False), ConfigDict(allow_inf_nan=False), ConfigDict(validate_assignment=True)),
]


class HasAMethod(BaseModel):
    @computed_field
    def number(self) -> int:
        return len(type(self).model_fields)


class Checked(BaseModel):
    @model_validator(mode="after")
    def checked(self) -> Any:
        if getattr(self, "a", None) == 1:
            raise ValueError("a is one")
        return self


class Prepared(BaseModel):
    @model_validator(mode="before")
    @classmethod
    def prepared(cls, row: dict[str, Any]) -> Any:
        row.pop("b", None)
        return {**row, "a": row.get("a", 5)}


class Hidden(BaseModel):
    _seen: int = PrivateAttr(default=1)


class Initialised(BaseModel):
    def __init__(self, **values: Any) -> None:
        super().__init__(**{"a": 3, **values})


class PostInit(BaseModel):
    def model_post_init(self, _: Any, /) -> None:
        self.__dict__.update(a=7)


class FieldsChecked(BaseModel):
    @field_validator("*")
    @classmethod
    def checked(cls, value: Any) -> Any:
        return refused(value)


class FieldsSeen(BaseModel):
    @field_validator("*", mode="before")
    @classmethod
    def seen(cls, value: Any, info: ValidationInfo) -> Any:
        return value if len(info.data) % 2 else str(value)


BASES = [BaseModel, HasAMethod, Checked, Prepared, Hidden, Initialised, PostInit, FieldsChecked, FieldsSeen]


anything = st.one_of(
    *(st.none(), st.booleans(), st.integers(-3, 30), st.floats(), st.text(" a1é", max_size=5), st.binary(max_size=2)),
    *(st.dates(), st.datetimes(), st.decimals(), st.uuids(), st.sampled_from([Point(1), {"kind": "cow"}, [1, "x"]])),
)


@st.composite
def cases(draw: st.DrawFn, plain: bool = False) -> tuple[type[BaseModel], list[dict[str, Any]]]:
    """Models of up to four fields, and rows, most of which fit; plain models validate each field by itself."""
    base = draw(st.sampled_from([BaseModel, BaseModel, FieldsChecked] if plain else BASES))
    config = draw(st.sampled_from([PLAIN, PLAIN, *CONFIGS]))
    configured: type[BaseModel] = type("Configured", (base,), {"model_config": config, "__module__": __name__})
    fields: dict[str, Any] = {}
    entries = []
    for name in draw(st.lists(st.sampled_from(["a", "b", "c", "d"]), unique=True, min_size=1)):
        kind, fitting = draw(st.sampled_from(KINDS))
        default = draw(st.sampled_from(DEFAULTS[:5] if plain else DEFAULTS))
        alias, keys = draw(st.sampled_from(ALIASES[:4] if plain else ALIASES))
        fields[name] = (kind, Field(**default, **alias))
        value = st.one_of(*[st.sampled_from(fitting)] * 4, anything)
        entries.append(st.tuples(st.sampled_from([*keys, *keys, name, name.upper()] if keys else [name]), value))
    model: type[BaseModel] = create_model("Generated", __base__=configured, **fields)
    row = st.tuples(*(st.one_of(entry, entry, entry, entry, st.just(("x", 1))) for entry in entries)).map(dict)
    return model, draw(st.lists(row, min_size=2, max_size=6))


def outcome(way: Callable[[Any], Any], row: Any) -> Any:
    """What comes of a row: names in order, values and their types; or errors, as far as rejects tell of them."""
    try:
        result = way(row)
    except ValidationError as error:
        return [(found["type"], found["loc"], found["msg"]) for found in error.errors()]
    except Exception as error:
        return type(error)
    return repr(result), [
        (key, type(value)) for key, value in result.items()
    ]  # of equal reprs, as no nan equals itself


def compare(model: type[BaseModel], some: Iterable[dict[str, Any]]) -> None:
    fast = validate_with(model)
    for row in some:
        before = repr(row)
        result = outcome(fast, row)
        assert repr(row) == before
        assert result == outcome(lambda given: model.model_validate(given).model_dump(by_alias=False), dict(row)), row


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@settings(max_examples=250, deadline=None)
@given(case=cases())
def test_the_result_is_that_of_validating_and_dumping(case: tuple[type[BaseModel], list[dict[str, Any]]]) -> None:
    compare(*case)


def test_a_value_that_is_omitted_is_not_made_up_for_by_one_of_no_field() -> None:
    model = create_model("Generated", __base__=PostInit, b=(Annotated[int, BeforeValidator(omitted)], ...))
    compare(model, [{"b": "1"}])


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
@settings(max_examples=250, deadline=None)
@given(case=cases(plain=True))
def test_so_it_is_of_models_without_an_instance(case: tuple[type[BaseModel], list[dict[str, Any]]]) -> None:
    compare(*case)
