from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

import pytest

from etl_host_csv.cells import cell_of


class Colour(Enum):
    RED = "red"
    NONE = None
    PAIR = (1, 2)


class Size(IntEnum):
    LARGE = 3


class Named(str, Enum):  # noqa: UP042  as a user's own code has it
    A = "a"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("", ""),
        (' a,"b"\r\n', ' a,"b"\r\n'),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-(10**30), "-1" + "0" * 30),
        (1.5, "1.5"),
        (1e300, "1e+300"),
        (float("nan"), "nan"),
        (Decimal("1.50"), "1.50"),
        (date(2026, 11, 23), "2026-11-23"),
        (time(1, 2, 3), "01:02:03"),
        (datetime(2026, 11, 23, 1, tzinfo=UTC), "2026-11-23T01:00:00+00:00"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (PurePosixPath("a/b"), "a/b"),
        (Colour.RED, "red"),
        (Colour.NONE, ""),
        (Size.LARGE, "3"),
        (Named.A, "a"),
    ],
)
def test_values_that_have_a_text(value: Any, text: str) -> None:
    assert cell_of(value) == text
    assert type(cell_of(value)) is str


@pytest.mark.parametrize("value", [[1], (), {}, {1}, b"bytes", object(), timedelta(1), 1j, Colour.PAIR])
def test_values_that_have_none_are_refused_by_their_type_alone(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^a \w+ can't be written into a cell$"):
        cell_of(value)


def test_a_nul_character_is_refused_as_the_source_would_refuse_it() -> None:
    with pytest.raises(ValueError, match="NUL"):
        cell_of("a\0b")
