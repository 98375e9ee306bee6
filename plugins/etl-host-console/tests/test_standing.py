"""How far a task is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from etl_host_console.standing import Standing


@pytest.mark.parametrize(
    ("read", "details", "standing"),
    [
        (0, {"rate": 0.0}, Standing(None, "0 rows", "0 rows/s")),
        (1, {}, Standing(None, "1 row", "1,234 rows/s")),
        (1500, {}, Standing(None, "1,500 rows", "1,234 rows/s")),
        (1500, {"rejected": 1200}, Standing(None, "1,500 rows", "1,234 rows/s", "", "1,200 rejected")),
        (
            25_193,
            {"expected": 37_790, "share": 0.9},
            Standing(0.6666578459910029, "25,193/37,790", "1,234 rows/s", "0:10 left"),
        ),
        (1000, {"share": 0.25, "rate": 10.0}, Standing(0.25, "1,000 rows", "10 rows/s", "5:00 left")),
        (1000, {"share": 0.01, "rate": 10.0}, Standing(0.01, "1,000 rows", "10 rows/s", "2:45:00 left")),
        (10, {"share": 0.0}, Standing(0.0, "10 rows", "1,234 rows/s")),
        (11, {"expected": 10}, Standing(1.0, "11/10", "1,234 rows/s", "0:00 left")),
    ],
)
def test_what_is_known_is_told(
    batch: Callable[..., Any], read: int, details: dict[str, Any], standing: Standing
) -> None:
    assert Standing.after(batch(read, **details)) == standing


def test_rows_of_earlier_attempts_do_not_make_the_rest_seem_nearer(batch: Callable[..., Any]) -> None:
    """Half is done: 900,000 rows before this attempt, in which 100,000 took 100 seconds."""
    assert Standing.after(batch(1_000_000, share=0.5, rate=1000.0)).left == "16:40 left"


def test_until_this_attempt_has_loaded_something_nobody_knows_how_long_it_takes(batch: Callable[..., Any]) -> None:
    assert Standing.after(batch(900, expected=1000, rate=0.0)).left == ""
