"""The fast way through a model gives exactly what pydantic's own two calls give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    RootModel,
    ValidationError,
    computed_field,
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
    parts: list[int] = []
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


class Recursive(BaseModel):
    id: int
    children: list[Recursive] = []


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


@pytest.mark.parametrize("model", MODELS)
@given(row=rows)
def test_the_result_is_that_of_validating_and_dumping(model: type[BaseModel], row: dict[str, Any]) -> None:
    def outcome(validate: Any) -> Any:
        try:
            result = validate(row)
        except ValidationError as error:
            return error.errors(include_url=False, include_context=False)
        except TypeError as error:  # str.strip of what is no text
            return str(error)
        return result, [(key, type(value)) for key, value in result.items()]

    assert outcome(validate_with(model)) == outcome(lambda row: model.model_validate(row).model_dump())


def test_a_root_model_gives_its_value() -> None:
    row: Any = ["1", 2]
    assert validate_with(Numbers)(row) == Numbers.model_validate(row).model_dump()
