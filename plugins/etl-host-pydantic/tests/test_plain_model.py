"""Which models are plain, so that rows go through them without an instance."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Generic, Literal, Self, TypeVar
from uuid import UUID

import pytest
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    RootModel,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticUseDefault

from etl_host_pydantic.plain_model import PlainModel
from etl_host_pydantic.validate import validate_with

T = TypeVar("T")


class Color(Enum):
    RED = "red"


class Scalars(BaseModel):
    id: int
    name: Annotated[str, Field(max_length=9)] = "nobody"
    on: date | None = None
    price: Annotated[Decimal, BeforeValidator(lambda found: found)] = Decimal(1)
    uuid: UUID | None = None
    color: Color | None = None
    kind: Literal["a", 1] = "a"


class Checked(Scalars):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    alias: int = Field(validation_alias=AliasChoices("a", "b"))

    @field_validator("id")
    @classmethod
    def positive(cls, value: int) -> int:
        return abs(value)


class Holding(BaseModel):
    scalars: Scalars
    parts: list[int] = []


class Box(BaseModel, Generic[T]):
    content: T


class Recursive(BaseModel):
    children: list[Recursive] = []


class OfTheWhole(Scalars):
    @model_validator(mode="after")
    def fine(self) -> Self:
        return self


class LooksAtOthers(Scalars):
    @field_validator("name")
    @classmethod
    def fine(cls, value: str, info: ValidationInfo) -> str:
        return value


class Private(Scalars):
    _seen: int = PrivateAttr(default=0)


class Initialised(Scalars):
    def __init__(self, **values: Any) -> None:
        super().__init__(**values)


class Strict(Scalars):
    model_config = ConfigDict(strict=True)


class Abstract(Scalars, ABC):
    @abstractmethod
    def missing(self) -> None: ...


class New(Scalars):
    def __new__(cls, **_: Any) -> Self:
        return super().__new__(cls)


class Numbers(RootModel[list[int]]):
    pass


@pytest.mark.parametrize("model", [Scalars, Box[int], Box[Color | None]])
def test_dicts_of_scalars_are_not_dumped(model: type[BaseModel]) -> None:
    plain = PlainModel.of(model)
    assert plain is not None
    assert plain.kept


@pytest.mark.parametrize("model", [Checked, Holding, Box[list[int]], Box[Any], Box[Annotated[int, AfterValidator(id)]]])
def test_dicts_that_may_hold_something_else_are_dumped_where_they_do(model: type[BaseModel]) -> None:
    plain = PlainModel.of(model)
    assert plain is not None
    assert not plain.kept


@pytest.mark.parametrize(
    "model", [OfTheWhole, LooksAtOthers, Private, Initialised, Strict, Abstract, New, Numbers, Recursive]
)
def test_a_model_that_needs_an_instance_is_not_plain(model: type[BaseModel]) -> None:
    assert PlainModel.of(model) is None


def test_a_default_that_is_made_of_other_fields_needs_the_model() -> None:
    model = create_model("Made", a=(int, ...), b=(int, Field(default_factory=lambda data: data["a"])))
    assert PlainModel.of(model) is None
    assert validate_with(model)({"a": "1"}) == {"a": 1, "b": 1}


def test_what_the_core_schema_of_another_pydantic_adds_makes_a_model_not_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(BaseModel):
        id: int

    monkeypatch.setitem(Later.__pydantic_core_schema__, "not_known_yet", True)
    assert PlainModel.of(Later) is None
    assert validate_with(Later)({"id": "1"}) == {"id": 1}


def test_a_plugin_of_pydantic_sees_each_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    class Hooked(BaseModel):
        id: int

    class Counting:
        def __init__(self, inner: Any) -> None:
            self.inner = inner
            self.seen = 0

        def validate_python(self, row: Any) -> Any:
            self.seen += 1
            return self.inner.validate_python(row)

    counting = Counting(Hooked.__pydantic_validator__)
    monkeypatch.setattr(Hooked, "__pydantic_validator__", counting)
    assert validate_with(Hooked)({"id": "1"}) == {"id": 1}
    assert counting.seen == 1


def test_a_default_that_a_validator_wants_and_the_field_lacks_is_a_missing_value() -> None:

    def wanting(value: Any) -> Any:
        raise PydanticUseDefault

    model = create_model("Wanting", a=(Annotated[int, BeforeValidator(wanting)], ...))
    assert PlainModel.of(model)
    with pytest.raises(ValidationError, match="Field required"):
        validate_with(model)({"a": 1})
