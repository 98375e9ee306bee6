from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

import pytest
from pydantic import BaseModel, Field, Secret, SecretBytes, SecretStr

from etl_host.pipeline.secrecy import fields_of, is_secret, secrets_in


class Token(SecretStr):
    """A kind of its own."""


class Login(BaseModel):
    user: str = ""
    password: SecretStr = Field(SecretStr("hunter2"), alias="pass")


class Nested(BaseModel):
    logins: list[Login] = []
    again: Nested | None = None


@dataclass
class Record:
    token: Token


class Typed(TypedDict):
    token: SecretStr


class Open(BaseModel):
    user: str
    again: Open | None = None


@pytest.mark.parametrize(
    ("annotation", "secret"),
    [
        (SecretStr, True),
        (SecretBytes | None, True),
        (Secret[int], True),
        (Token, True),
        (Annotated[Mapping[str, Sequence[SecretStr]], "Help."], True),
        (Login, True),
        (list[Nested], True),
        (Record, True),
        (Typed, True),
        (Open, False),
        (str | int, False),
        (dict[str, Any], False),
        ({}, False),
    ],
)
def test_a_type_with_a_secret_anywhere_in_it_is_secret(annotation: Any, secret: bool) -> None:
    assert is_secret(annotation) is secret


def test_secrets_are_found_in_values_of_all_these_types() -> None:
    nested = Nested(logins=[Login.model_validate({"pass": "one"})])
    value = {"a": [nested, "open", {SecretBytes(b"two")}], "b": Record(Token("three")), "c": (Secret(4), 5, Login)}
    assert [*secrets_in(value)] == ["one", "two", "three", "4"]


def test_fields_have_the_names_that_a_file_gives_them() -> None:
    assert [fields_of(kind) for kind in (Login, Typed, str, None)] == [
        {"user": str, "pass": SecretStr},
        {"token": SecretStr},
        {},
        {},
    ]
