from __future__ import annotations

import builtins
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import pytest

from etl_host.cli.profile import profiled


def count_up_to_a_million() -> int:
    return sum(n % 7 for n in range(1_000_000))


def test_the_page_shows_which_functions_took_the_time(tmp_path: Path) -> None:
    page = tmp_path / "profile.html"
    with suppress(KeyError), profiled(str(page)):
        count_up_to_a_million()
        raise KeyError
    assert "count_up_to_a_million" in page.read_text("utf-8")


def test_without_the_profiler_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyinstrument", None)
    told = pytest.raises(click.UsageError, match=r'pip install "etl-host\[profile\]"')
    with told, profiled(str(tmp_path / "profile.html")):
        pytest.fail("it goes on")


def test_a_page_that_can_not_be_written_changes_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with profiled(str(tmp_path)):
        pass
    assert "the profile can't be written" in capsys.readouterr().err


def test_nothing_is_imported_where_nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *arguments: Any, **more: Any) -> Any:
        assert name != "pyinstrument"
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with profiled(None):
        pass
