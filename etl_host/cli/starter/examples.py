"""The examples that come with etl-host."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

EXAMPLES: Final[Mapping[str, str]] = {"gtfs": "the timetable of the buses of Cairns: 40,000 rows in eight files"}
"""By name, what each is."""

_PLACES: Final = (
    Path(__file__).parent.parent / "examples",  # in a wheel, see pyproject.toml
    Path(__file__).parents[3] / "examples",  # in a checkout
)


def example(name: str) -> dict[str, bytes]:
    """The files of that example, contents by name."""
    folder = next(place / name for place in _PLACES if (place / name).is_dir())
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}
