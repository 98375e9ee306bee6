from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from etl_host.cli.starter.types import type_of

TYPES = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "datetime.date": datetime.date,
    "datetime.datetime": datetime.datetime,
    "Any": object,
}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([], "str"),
        (["a", "1"], "str"),
        (["1", "-20", "0"], "int"),
        (["9223372036854775807"], "int"),
        (["9223372036854775808"], "str"),  # no database has such integers
        (["123456789012345678901234567890"], "str"),
        (["007", "12"], "str"),
        (["+49 30 1234"], "str"),
        (["1", "2.5"], "float"),
        (["1.5e10"], "float"),
        (["1E5"], "str"),  # an article number
        (["1,5"], "str"),
        (["1_000"], "str"),
        ([" 1"], "str"),
        (["nan", "inf"], "str"),
        (["true", "False"], "bool"),
        (["true", "0", "1"], "bool"),
        (["0", "1"], "int"),
        (["yes", "no"], "str"),  # NO is Norway, too
        (["2024-02-29"], "datetime.date"),
        (["2023-02-29"], "str"),
        (["20240229"], "int"),
        (["29.02.2024"], "str"),
        (["2024-02-29 12:30", "2024-02-29T12:30:00.5Z"], "datetime.datetime"),
        (["2024-02-29", "2024-02-29T12:30"], "str"),
        (["12:30:00", "25:10:00"], "str"),
        (["١٢"], "str"),
    ],
)
def test_texts_are_what_they_all_look_like(texts: list[str], expected: str) -> None:
    assert type_of(texts) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2], "int"),
        ([1, 2.5], "float"),
        ([True], "bool"),
        ([True, 1], "Any"),
        ([datetime.date(2024, 1, 1)], "datetime.date"),
        ([datetime.datetime(2024, 1, 1)], "datetime.datetime"),
        ([1, "a"], "Any"),
        ([Decimal(1)], "Any"),
        ([["a"], {"b": 1}], "Any"),
    ],
)
def test_values_that_have_a_type_keep_it(values: list[object], expected: str) -> None:
    assert type_of(values) == expected


@given(st.lists(st.from_regex(r"\A[-+]?[0-9.,:TZ e_-]{0,24}\Z") | st.text(max_size=5)))
def test_a_model_takes_every_value_that_its_type_was_guessed_from(texts: list[str]) -> None:
    validate: Callable[[str], object] = TypeAdapter(TYPES[type_of(texts)]).validate_python
    for text in texts:
        validate(text)
