from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from etl_host import OutputError
from etl_host.core.files.sync import rename, sync, sync_folder, writing


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was synced, and how many bytes a file had then."""
    seen: list[str] = []

    def fsync(handle: int) -> None:
        path = Path(f"/proc/self/fd/{handle}").resolve()
        seen.append(path.name if path.is_dir() else f"{path.name}: {path.stat().st_size}")

    monkeypatch.setattr(os, "fsync", fsync)
    return seen


def test_a_file_is_synced_with_what_was_written_to_it_last(tmp_path: Path, synced: list[str]) -> None:
    with (tmp_path / "out").open("w") as file:
        file.write("five!")
        sync(file)
        assert synced == ["out: 5"]


def test_a_renamed_file_takes_the_place_of_the_other_and_its_folder_is_synced(
    tmp_path: Path, synced: list[str]
) -> None:
    (tmp_path / "old").write_text("new rows")
    (tmp_path / "new").write_text("old rows")
    rename(tmp_path / "old", tmp_path / "new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("new", "new rows")]
    assert synced == [tmp_path.name]


def test_a_folder_is_let_go_of_though_it_cannot_be_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OSError, match="Input/output"):
        sync_folder(tmp_path)
    assert len(os.listdir("/proc/self/fd")) == before


def test_what_the_system_says_becomes_an_error_with_place_cause_and_remedy(tmp_path: Path) -> None:
    missing = r"out\.csv can't be written: No such file or directory"
    with pytest.raises(OutputError, match=missing) as raised, writing(tmp_path / "out.csv"):
        (tmp_path / "absent" / "out.csv.part").open("xb")
    assert raised.value.remedy
    assert isinstance(raised.value.__cause__, OSError)


def test_other_errors_stay_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="mine"), writing(tmp_path / "out.csv"):
        raise ValueError("mine")
