"""The fast way through a model gives exactly what pydantic's own two calls give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from functools import cached_property
from ipaddress import IPv4Address
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    AnyUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    PlainSerializer,
    PydanticUserError,
    RootModel,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    computed_field,
    create_model,
    field_serializer,
    field_validator,
    model_validator,
)

from etl_host_pydantic.validate import validate_with


class Color(Enum):
    RED = "red"


class Plain(BaseModel):
    id: int
    name: Annotated[str, BeforeValidator(str.strip)] = "nobody"
    on: date | None = None
    color: Color | None = None
    kind: Literal["a", "b"] = "a"
    parts: list[int] | None = None  # a list makes a row be dumped
    size: float = Field(default=1.0, alias="SIZE", gt=0)


class WithValidators(Plain):
    @field_validator("id")
    @classmethod
    def doubled(cls, value: int) -> int:
        return value * 2

    @model_validator(mode="after")
    def not_thirteen(self) -> WithValidators:
        if self.id == 26:
            raise ValueError("unlucky")
        return self


class Nested(BaseModel):
    plain: Plain
    more: dict[str, Plain] = {}


class Computed(Plain):
    @computed_field
    def twice(self) -> int:
        return self.id * 2


class Serialized(Plain):
    @field_serializer("id")
    def as_text(self, value: int) -> str:
        return str(value)


class SerializedByType(BaseModel):
    id: Annotated[int, PlainSerializer(str)]


class Extra(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: int


class Excluded(BaseModel):
    id: int
    name: str = Field(default="x", exclude=True)


class Dumped(Plain):
    def model_dump(self, **_: Any) -> dict[str, Any]:
        return {"dumped": self.id}


@dataclass
class Point:
    x: int


class WithDataclass(BaseModel):
    id: int
    point: Point = Point(1)


class Rich(BaseModel):
    id: Decimal
    at: datetime | None = None
    uuid: UUID | None = None
    tags: set[str] = set()


class Numbers(RootModel[list[int]]):
    pass


class ByAlias(BaseModel):
    model_config = ConfigDict(serialize_by_alias=True)
    id: int = Field(alias="ID")
    parts: list[int] | None = None


class Recursive(BaseModel):
    id: int
    children: list[Recursive] = []


class Deferred(Plain):
    model_config = ConfigDict(defer_build=True)


class Cached(BaseModel):
    id: int

    @cached_property
    def key(self) -> str:
        return f"key {self.id}"

    @model_validator(mode="after")
    def has_a_key(self) -> Self:
        assert self.key
        return self


class Loose(BaseModel):
    id: Any
    name: str = ""

    @model_validator(mode="after")
    def may_hold_anything(self) -> Self:
        if self.name == "a":
            self.id = Point(1)
        return self


class Replaced(BaseModel):
    id: int

    @model_validator(mode="wrap")
    @classmethod
    def by_another(cls, row: Any, handler: ValidatorFunctionWrapHandler) -> Any:
        made = handler(row)
        return Twice(id=made.id) if made.id > 3 else made


class Twice(BaseModel):
    id: int

    @computed_field
    def twice(self) -> int:
        return self.id * 2


class Forgetful(BaseModel):
    id: int

    @model_validator(mode="after")
    def returns_nothing(self) -> Any:  # a frequent slip
        return None


MODELS = [
    Plain,
    WithValidators,
    Nested,
    Computed,
    Serialized,
    SerializedByType,
    Extra,
    Excluded,
    Dumped,
    WithDataclass,
    Rich,
    ByAlias,
    Recursive,
    Deferred,
    Cached,
    Loose,
    Replaced,
    Forgetful,
]

values = st.one_of(
    st.integers(-5, 30),
    st.text("ab1 -", max_size=4),
    st.none(),
    st.dates().map(str),
    st.sampled_from(["red", "a", "2"]),
)
plain_rows = st.dictionaries(st.sampled_from(["id", "ID", "name", "on", "color", "kind", "SIZE", "x"]), values)
rows = st.one_of(
    plain_rows,
    plain_rows.flatmap(
        lambda row: st.just({**row, "plain": row, "more": {"k": row}, "children": [row], "parts": ["1"]})
    ),
)


def dumped(model: type[BaseModel]) -> Callable[[Any], Any]:
    """The slow way, which is right by definition."""
    return lambda row: model.model_validate(row).model_dump(by_alias=False, warnings=False)


def outcome(way: Callable[[Any], Any], row: Any) -> Any:
    """What comes of a row: names, values and their types in order, or errors."""
    try:
        result = way(row)
    except ValidationError as error:
        return error.errors(include_url=False, include_context=False)
    except Exception as error:
        return type(error)
    return result, [(key, type(value)) for key, value in result.items()]


@pytest.mark.parametrize("model", MODELS)
@given(row=rows)
def test_the_result_is_that_of_validating_and_dumping(model: type[BaseModel], row: dict[str, Any]) -> None:
    assert outcome(validate_with(model), row) == outcome(dumped(model), row)


class Size(IntEnum):
    SMALL = 1


class Text(str):
    __slots__ = ()


anything = st.one_of(
    st.sampled_from([Point(2), Plain(id=1), Twice(id=1), Color.RED, Size.SMALL, Text("t"), Path("p"), (Point(1),)]),
    st.sampled_from([Numbers([1]), IPv4Address("1.1.1.1"), {"k": Point(1)}, [Twice(id=2)], {1, 2}, 1 + 2j]),
    st.sampled_from([{"nested": {"plain": Plain(id=3)}}, AnyUrl("http://a/b"), frozenset({1}), bytearray(b"x")]),
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3)),
    st.one_of(st.binary(max_size=3), st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.uuids()),
    st.decimals(allow_nan=False),
)
KINDS: list[Any] = [
    *(Any, int, float, str, bool, bytes, date, datetime, time, timedelta, Decimal, UUID, Color, Size, Literal["a"]),
    *(list[int], set[int], frozenset[int], tuple[int, ...], dict[str, int], Plain, Twice, Point, Json[int], Path),
    *(int | None, int | str, Plain | Twice, AnyUrl, IPv4Address, Annotated[int, PlainSerializer(str)], Recursive),
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(value=anything)
def test_whatever_a_validator_leaves_in_a_field_comes_out_as_if_dumped(kind: Any, value: Any) -> None:
    field: Any = Annotated[kind, WrapValidator(lambda found, _handler: found)]
    model = create_model("Anyhow", x=(field, ...))
    assert outcome(validate_with(model), {"x": value}) == outcome(dumped(model), {"x": value})


def test_a_field_left_out_of_some_dumps_only_is_left_out() -> None:
    class Sometimes(BaseModel):
        id: int
        note: str = Field(default="", exclude_if=lambda note: not note)

    assert validate_with(Sometimes)({"id": 1}) == {"id": 1}
    assert validate_with(Sometimes)({"id": 1, "note": "x"}) == {"id": 1, "note": "x"}


def test_fields_go_by_their_own_names_even_where_the_model_prefers_aliases() -> None:
    assert validate_with(ByAlias)({"ID": "1"}) == {"id": 1, "parts": None}
    assert validate_with(ByAlias)({"ID": "1", "parts": ["2"]}) == {"id": 1, "parts": [2]}


def test_values_that_do_not_fit_their_field_are_dumped_without_a_warning(recwarn: pytest.WarningsRecorder) -> None:
    class Split(BaseModel):
        parts: Annotated[str, WrapValidator(lambda found, _handler: found.split())]

    assert validate_with(Split)({"parts": "secret words"}) == {"parts": ["secret", "words"]}
    assert not recwarn.list


def test_the_result_is_a_copy() -> None:
    kept: list[BaseModel] = []

    class Remembered(BaseModel):
        id: int

        @model_validator(mode="after")
        def keep(self) -> Self:
            kept.append(self)
            return self

    validate_with(Remembered)({"id": 1})["id"] = 2
    assert [made.model_dump() for made in kept] == [{"id": 1}]


@pytest.mark.parametrize("model", [Plain, Nested])
def test_a_row_may_be_any_mapping(model: type[BaseModel]) -> None:
    row = MappingProxyType({"id": 1, "plain": {"id": 2}})
    assert outcome(validate_with(model), row) == outcome(dumped(model), row)


def test_a_model_that_is_not_fully_defined_is_refused() -> None:
    class Unfinished(BaseModel):
        id: Missing  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(PydanticUserError, match="not fully defined"):
        validate_with(Unfinished)


@pytest.mark.parametrize(("kind", "row", "value"), [(list[int], ["1", 2], [1, 2]), (int, "1", 1)])
def test_a_root_model_gives_its_value(kind: Any, row: Any, value: Any) -> None:
    assert validate_with(RootModel[kind])(row) == value
