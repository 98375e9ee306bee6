"""No change of a public name slips through: the snapshot beside this file is what plugins may rely on."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

import etl_host
from public_api import SNAPSHOT, public_api


def test_the_public_names_are_those_of_the_snapshot() -> None:
    before, now = SNAPSHOT.read_text("utf-8"), public_api()
    changes = "\n".join(
        difflib.unified_diff(before.splitlines(), now.splitlines(), "snapshot", "now", lineterm="", n=1)
    )
    assert not changes, f"where this is meant: .venv/bin/python tests/support/public_api.py\n{changes}"


def test_every_public_name_is_in_it() -> None:
    lines = SNAPSHOT.read_text("utf-8").splitlines()
    for name in etl_host.__all__:
        assert [line for line in lines if line.removeprefix("class ").startswith(f"etl_host.{name}")], name


BEFORE = """
__all__ = ["Thing", "use"]
LIMIT = 3

class _Base:
    def inherited(self, x: int) -> None: ...

class Thing(_Base):
    size: int = 3

    def __init__(self, size: int = 3, *, deep: bool) -> None:
        self.now = size

    @property
    def area(self) -> int: ...

    def _hidden(self) -> None: ...

def use(thing: Thing, *rest: int, **more: str) -> Thing: ...
"""


def seen(folder: Path, source: str) -> str:
    (folder / "made_up").mkdir(exist_ok=True)
    (folder / "made_up" / "__init__.py").write_text(source)
    return public_api(("made_up",), folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x: int) -> None", "x: str) -> None"),
        ("def inherited", "def bequeathed"),
        ("size: int = 3\n", "size: int = 4\n"),
        ("size: int = 3,", "size: int = 4,"),
        ("*, deep: bool", "*, deep: bool = False"),
        ("size: int = 3, *", "size: int, *"),
        ("deep: bool", "deep: int"),
        ("self.now", "self.later"),
        ("@property", "@staticmethod"),
        ("area(self) -> int", "area(self) -> float"),
        ("*rest: int", "*rest: str"),
        ("**more: str", "more: str"),
        ("-> Thing", "-> None"),
        ("class Thing(_Base)", "class Thing"),
        (', "use"', ""),
    ],
)
def test_a_change_that_others_would_notice_is_seen(tmp_path: Path, old: str, new: str) -> None:
    assert old in BEFORE
    assert seen(tmp_path, BEFORE) != seen(tmp_path, BEFORE.replace(old, new))


@pytest.mark.parametrize(
    ("old", "new"), [("_hidden", "_secret"), ("LIMIT = 3", "LIMIT = 4"), ("self.now = size", "self.now = size + 1")]
)
def test_what_is_not_public_may_change(tmp_path: Path, old: str, new: str) -> None:
    assert old in BEFORE
    assert seen(tmp_path, BEFORE) == seen(tmp_path, BEFORE.replace(old, new))
