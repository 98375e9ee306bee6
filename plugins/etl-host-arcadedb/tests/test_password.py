"""The password of an embedded graph."""

from __future__ import annotations

import stat
from pathlib import Path

from etl_host_arcadedb.password import password_of


def test_it_stays_the_same(tmp_path: Path) -> None:
    assert password_of(tmp_path) == password_of(tmp_path)


def test_each_folder_has_its_own(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert password_of(tmp_path) != password_of(tmp_path / "other")


def test_it_is_long_and_for_the_owner_only_even_after_a_start_that_was_cut_off(tmp_path: Path) -> None:
    (tmp_path / "password.new").write_text("half of")
    assert len(password_of(tmp_path)) == 32
    assert stat.S_IMODE((tmp_path / "password").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["password"]
