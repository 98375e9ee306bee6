from __future__ import annotations

from pathlib import Path

import pytest

from etl_host.cli.starter.errors import UnknownInput
from etl_host.cli.starter.places import seen_from


@pytest.mark.parametrize(
    ("folder", "file", "expected"),
    [
        (".", "stops.csv", "stops.csv"),
        (".", "./data/../stops.csv", "stops.csv"),
        ("etl", "data/stops.csv", "../data/stops.csv"),
        ("etl", "etl/stops.csv", "stops.csv"),
        (".", "./~stops.csv", "./~stops.csv"),
        (".", "/far/away/stops.csv", "/far/away/stops.csv"),
        (".", "https://example.com/stops.csv", "https://example.com/stops.csv"),
        (".", "zip://stops.txt::feed.zip", "zip://stops.txt::feed.zip"),
    ],
)
def test_a_file_is_named_as_seen_from_the_pipeline(
    folder: str, file: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert seen_from(Path(folder), file) == expected


def test_an_archive_is_named_in_full_where_the_pipeline_is_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert seen_from(Path("etl"), "zip://stops.txt::feed.zip") == f"zip://stops.txt::{tmp_path}/feed.zip"


@pytest.mark.parametrize("url", ["https://me:swordfish@example.com/a.csv", "https://example.com/a.csv?token=swordfish"])
def test_what_may_be_secret_is_not_written_down(url: str) -> None:
    with pytest.raises(UnknownInput) as caught:
        seen_from(Path(), url)
    assert "swordfish" not in str(caught.value)
