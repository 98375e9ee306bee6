from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Literal, Optional, get_type_hints

import pytest
from pydantic import BaseModel, Field, ImportString, SecretStr

from etl_host import FileLocation
from etl_host.cli.plugins.option_words import in_words, type_in_words
from etl_host.pipeline.signature import REQUIRED, Option


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Point(BaseModel):
    x: int


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        (str, "text"),
        (int, "whole number"),
        (float, "number"),
        (Decimal, "number"),
        (bool, "true or false"),
        (Path, "file"),
        (FileLocation | str | PathLike[str], "file"),
        (str | Path | None, "file"),
        (Optional[int], "whole number"),  # noqa: UP045  as older code has it
        (int | str, "whole number or text"),
        (int | float, "whole number or number"),
        (date | None, "date"),
        (timedelta, "duration"),
        (SecretStr | None, "secret text"),
        (Literal["fail", "empty"], "one of fail, empty"),
        (Colour, "one of red, blue"),
        (Sequence[str], "list of text"),
        (tuple[int, ...], "list of whole number"),
        (set[int | None], "list of whole number"),
        (list, "list"),
        (Mapping[str, Sequence[str]], "mapping of text to list of text"),
        (dict, "mapping"),
        (Any, "any value"),
        (Annotated[int, Field(ge=1, lt=10), "How many."], "whole number ≥ 1 < 10"),
        (Point, "Point"),
        (Callable[[int], str], "Callable"),
    ],
)
def test_types_are_told_in_words(annotation: Any, words: str) -> None:
    assert type_in_words(annotation) == words


@pytest.mark.parametrize(
    ("default", "words"),
    [
        (REQUIRED, None),
        (",", '","'),
        ("", '""'),
        (True, "true"),
        (None, "null"),
        (600.0, "600.0"),
        ((), "[]"),
        ({"a": 1}, '{"a": 1}'),
        (Path("data/x"), "data/x"),
        (Colour.RED, '"red"'),
        (SecretStr("geheim"), "secret"),
        (date(2024, 1, 31), "2024-01-31"),
        (object(), "unset"),
    ],
)
def test_defaults_are_told_as_a_file_would_have_them(default: object, words: str | None) -> None:
    assert in_words(Option("x", str, default, True))["default"] == words


def test_an_option_is_called_as_in_a_file() -> None:
    option = in_words(Option("from_", Annotated[str, "Where from."], REQUIRED, True))
    assert option == {"name": "from", "type": "text", "required": True, "default": None, "meaning": "Where from."}


def test_what_is_imported_is_told_as_it_is_written() -> None:
    def load(model: Annotated[ImportString[type[BaseModel]] | None, "The model."]) -> None: ...

    assert type_in_words(get_type_hints(load, include_extras=True)["model"]) == "module:Name"
