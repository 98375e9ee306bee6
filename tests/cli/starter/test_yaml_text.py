from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from etl_host.cli.starter.yaml_text import yaml_text
from etl_host.pipeline.document import read_document
from etl_host.pipeline.problems import Problems
from etl_host.pipeline.variables import Variables

_TEXTS = st.text(st.characters())  # lone surrogates too, which names of files may hold
_VALUES = st.recursive(
    _TEXTS | st.booleans() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(_TEXTS, inner)
)


def read(text: str, folder: Path) -> Any:
    """What a pipeline file with this text says, variables replaced."""
    file = folder / "value.yaml"
    file.write_text(f"value: {text}\n", encoding="utf-8")
    problems = Problems(file)
    root = read_document(file, problems)
    assert root is not None
    problems.raise_if_any()
    return Variables({}, {}, problems).resolve(root)["value"]


@example("no")
@example("null")
@example("1e3")
@example("${home}/$${x}")
@example("a: b #c")
@example("\x85\u2028\x7f\ufeff'\"\\")
@example("-")
@example("a ")
@given(_VALUES)
def test_what_is_written_is_what_is_read(value: Any) -> None:
    with TemporaryDirectory() as folder:
        assert read(yaml_text({"x": value}), Path(folder)) == {"x": value}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("stops.csv", "stops.csv"),
        ({"file": "a b.csv", "delimiter": ";"}, '{file: a b.csv, delimiter: ";"}'),
        (["a", 1, True], "[a, 1, true]"),
        ("true", '"true"'),
        ("2024", '"2024"'),
    ],
)
def test_quotes_stand_only_where_they_have_to(value: object, text: str) -> None:
    assert yaml_text(value) == text
