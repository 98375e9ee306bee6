from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, create_model

from etl_host.cli.starter.words import class_name, field_name, words_of


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("stop_times", ["stop", "times"]),
        ("StopTimes", ["stop", "times"]),
        ("HTTPStatusCode", ["http", "status", "code"]),
        ("Straße Nr.", ["straße", "nr"]),
        ("2024-export", ["2024", "export"]),
        ("%", []),
    ],
)
def test_words_are_found_however_they_are_joined(name: str, words: list[str]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("file", "label"),
    [
        ("stops", "Stop"),
        ("stop_times", "StopTime"),
        ("agency", "Agency"),
        ("cities", "City"),
        ("addresses", "Address"),
        ("boxes", "Box"),
        ("status", "Status"),
        ("news items", "NewsItem"),
        ("gas", "Gas"),
        ("2024 export", "Row2024Export"),
        ("none", "NoneRow"),
        ("exceptions", "ExceptionRow"),
        ("base models", "BaseModelRow"),
        ("straßen", "Straßen"),
    ],
)
def test_a_label_is_a_singular_and_the_name_of_a_class(file: str, label: str) -> None:
    assert class_name(words_of(file), set()) == label


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("stop_id", "stop_id"),
        ("stopId", "stopId"),
        ("Straße Nr.", "straße_nr"),
        ("class", "class_"),
        ("1st", "column_1st"),
        ("_id", "id"),
        ("__init__", "init"),
        ("%", "column_7"),
        (" name ", "name"),
        ("json", "json_"),
        ("copy", "copy_"),
        ("model_dump", "model_dump_"),
        ("model_name", "model_name"),
        ("int", "int_"),
        ("datetime", "datetime_"),
        ("date", "date"),
        ("ﬁle", "file"),
    ],
)
def test_a_field_is_called_like_its_column_wherever_that_can_be(column: str, field: str) -> None:
    assert field_name(column, 7, set()) == field


def test_no_name_is_given_twice() -> None:
    assert field_name("a b", 2, {"a_b", "a_b_2"}) == "a_b_3"
    assert class_name(["stops"], {"Stop"}) == "Stop2"


@given(st.lists(st.text(min_size=1), unique=True, min_size=1, max_size=8))
def test_any_columns_become_fields_of_a_model(columns: list[str]) -> None:
    taken: set[str] = set()
    for number, column in enumerate(columns, 1):
        name = field_name(column, number, taken)
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert name not in taken
        taken.add(name)
    model = create_model("Model", __config__={"protected_namespaces": ()}, **dict.fromkeys(taken, (str, ...)))  # type: ignore[call-overload]
    assert issubclass(model, BaseModel)
    assert set(model.model_fields) == taken


@given(st.text())
def test_any_file_becomes_a_class(name: str) -> None:
    label = class_name(words_of(name) or ["row"], set())
    assert label.isidentifier()
    assert not keyword.iskeyword(label)
