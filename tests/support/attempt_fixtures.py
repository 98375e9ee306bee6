"""Fixtures of tests that load numbers into a SQLiteTarget, attempt after attempt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from attempts import Attempts
from etl_host.delivery.runs import lock
from sqlite_target import SQLiteTarget


@pytest.fixture
def retries_without_pauses() -> Iterator[None]:
    """Whatever is tried again is tried at once, at most 20 times."""
    stamina.set_testing(True, attempts=20)
    yield
    stamina.set_testing(False)


@pytest.fixture
def nobody_is_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever works on a run is given up at once."""
    monkeypatch.setattr(lock, "SILENCE", 0.0)
    monkeypatch.setattr(lock, "WATCH", 0.0)


@pytest.fixture
def attempts(tmp_path: Path) -> Attempts:
    """One attempt after the other, in the test's folder."""
    return Attempts(tmp_path)


@pytest.fixture
def target(tmp_path: Path) -> Iterator[SQLiteTarget]:
    """The target of the attempts, as somebody sees it who only looks."""
    target = SQLiteTarget(tmp_path / "sqlite.db")
    yield target
    target.close()
