from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from etl_host.core.errors import InputError
from etl_host.core.files.location import FileLocation


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        archive.writestr("stops.txt", "id,name\n1,a\n")
        archive.writestr("trips.txt", "id\n")
        archive.writestr("sub/more.txt", "id\n")
    return tmp_path


def read(location: FileLocation) -> bytes:
    with location.open() as stream:
        return stream.read()


def test_a_plain_path_is_relative_to_the_folder_given(tmp_path: Path) -> None:
    (tmp_path / "stops.txt").write_bytes(b"id\n")
    location = FileLocation("stops.txt", folder=tmp_path)
    assert (location.path, location.url, location.size()) == (tmp_path / "stops.txt", None, 3)
    assert read(location) == b"id\n"


def test_a_plain_path_is_relative_to_the_current_folder_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert FileLocation("a/../stops.txt").path == tmp_path / "stops.txt"
    assert FileLocation.of(Path("stops.txt")) == FileLocation.of("stops.txt")


def test_a_location_stays_where_it_was_when_the_process_changes_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    location = FileLocation("stops.txt")
    monkeypatch.chdir("/")
    assert location.path == tmp_path / "stops.txt"


def test_the_home_folder_may_be_written_as_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert FileLocation("~/stops.txt", folder="/elsewhere").path == tmp_path / "stops.txt"
    assert FileLocation("zip://a.txt::~/feed.zip", folder="/elsewhere").url == f"zip://a.txt::{tmp_path}/feed.zip"


def test_an_absolute_path_stays(tmp_path: Path) -> None:
    assert FileLocation(tmp_path / "stops.txt", folder="/elsewhere").path == tmp_path / "stops.txt"


@pytest.mark.parametrize("url", ["s3://bucket/stops.csv", "zip://stops.txt::https://host/feed.zip", "file://stops.txt"])
def test_a_url_stays_as_it_is(url: str, tmp_path: Path) -> None:
    location = FileLocation(url, folder=tmp_path)
    assert (location.path, location.url) == (None, url)


def test_the_last_plain_part_of_a_chained_url_is_relative_to_the_folder(feed: Path) -> None:
    location = FileLocation("zip://stops.txt::feed.zip", folder=feed)
    assert location.url == f"zip://stops.txt::{feed}/feed.zip"
    assert location.name == "stops.txt"
    assert read(location) == b"id,name\n1,a\n"
    assert location.size() == 12


def test_the_archive_stays_open_as_long_as_the_stream_only(feed: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    stream = FileLocation("zip://stops.txt::feed.zip", folder=feed).open()
    assert stream.read() == b"id,name\n1,a\n"
    stream.close()
    del stream
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_time_of_a_file_in_a_local_archive_is_the_archives(feed: Path) -> None:
    os.utime(feed / "feed.zip", ns=(5, 7))
    assert FileLocation("zip://stops.txt::feed.zip", folder=feed).modified() == 7
    assert FileLocation("feed.zip", folder=feed).modified() == 7
    assert FileLocation("memory://stops.txt").modified() is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("data/stops.txt", "stops.txt"),
        ("zip://sub/more.txt::feed.zip", "more.txt"),
        ("https://user:secret@host/stops.csv?token=secret", "stops.csv"),
        ("odd?name.txt", "odd?name.txt"),
    ],
)
def test_the_name_is_that_of_the_file_alone(written: str, name: str) -> None:
    assert FileLocation(written).name == name


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("data/stops.txt", "data/stops.txt"),
        ("what@is?this.txt", "what@is?this.txt"),
        ("https://user:secret@host/stops.csv?token=secret", "https://…@host/stops.csv?…"),
        ("zip://s?ops.txt::https://host/f.zip?sig=secret", "zip://s?ops.txt::https://host/f.zip?…"),
    ],
)
def test_what_is_shown_hides_secrets_of_a_url(written: str, shown: str) -> None:
    assert str(FileLocation(written)) == shown
    assert "secret" not in repr(FileLocation(written))


@pytest.mark.parametrize("pattern", ["*.txt", "**/m*.txt"])
def test_a_pattern_stands_for_files_sorted_by_name(pattern: str, tmp_path: Path) -> None:
    folder = tmp_path / "old [1]"  # a folder whose own name looks like a pattern
    (folder / "month.txt").mkdir(parents=True)
    for file in ("mb.txt", "ma.txt", "c.csv"):
        (folder / file).touch()
    found = FileLocation(pattern, folder=folder).glob()
    assert [(location.written, location.path) for location in found] == [
        ("ma.txt", folder / "ma.txt"),
        ("mb.txt", folder / "mb.txt"),
    ]


def test_a_pattern_may_stand_for_files_in_an_archive(feed: Path) -> None:
    found = FileLocation("zip://*.txt::feed.zip", folder=feed).glob()
    assert [location.written for location in found] == ["zip://stops.txt::feed.zip", "zip://trips.txt::feed.zip"]
    assert read(found[1]) == b"id\n"


def test_folders_in_an_archive_are_no_files(feed: Path) -> None:
    found = FileLocation("zip://*::feed.zip", folder=feed).glob()
    assert [location.name for location in found] == ["stops.txt", "trips.txt"]


def test_a_file_whose_own_name_looks_like_a_pattern_comes_first(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "feed.zip", "w") as archive:
        for name in ("a[1].txt", "a1.txt"):
            archive.writestr(name, "id\n")
            (tmp_path / name).touch()
    for written in ("a[1].txt", "zip://a[1].txt::feed.zip"):
        assert [found.written for found in FileLocation(written, folder=tmp_path).glob()] == [written]
    for written, other in (("a[0-9].txt", "a1.txt"), ("zip://a[0-9].txt::feed.zip", "zip://a1.txt::feed.zip")):
        assert [found.written for found in FileLocation(written, folder=tmp_path).glob()] == [other]


@pytest.mark.parametrize("pattern", ["*.txt", "no such folder/*.txt", "feed.zip/*.txt", "*/*.txt"])
def test_a_pattern_may_stand_for_nothing(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "feed.zip").touch()
    assert FileLocation(pattern, folder=tmp_path).glob() == []


def test_a_folder_that_may_not_be_read_is_not_taken_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(folder: object) -> object:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(InputError, match=f"^{tmp_path}: it may not be read"):
        FileLocation("*.txt", folder=tmp_path).glob()


def test_what_is_no_pattern_stands_for_itself_whether_it_exists_or_not(tmp_path: Path) -> None:
    (tmp_path / "a[1].txt").touch()
    for written in ("nothing.txt", "a[1].txt", "https://host/a.csv?page=*", "zip://a.txt::feed.zip"):
        location = FileLocation(written, folder=tmp_path)
        assert location.glob() == [location]


@pytest.mark.parametrize(
    ("written", "exists"),
    [
        ("feed.zip", True),
        ("feed.zip/nothing.txt", False),
        ("nothing.txt", False),
        ("zip://stops.txt::feed.zip", True),
        ("zip://nothing.txt::feed.zip", False),
    ],
)
def test_a_file_exists_or_not(feed: Path, written: str, exists: bool) -> None:
    assert FileLocation(written, folder=feed).exists() is exists


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("nothing.txt", "{folder}/nothing.txt: there is no such file"),
        (".", "{folder}: it is a folder; name the file in it"),
        ("zip://nothing.txt::feed.zip", "zip://nothing.txt::feed.zip: there is no such file"),
        ("zip://stops.txt::nothing.zip", "zip://stops.txt::nothing.zip: there is no {folder}/nothing.zip"),
        ("zip://stops.txt::plain.txt", "zip://stops.txt::plain.txt: File is not a zip file"),
        ("unheard://stops.txt", "unheard://stops.txt: Protocol not known: unheard"),
    ],
)
def test_a_file_that_cannot_be_opened_is_an_input_error(feed: Path, written: str, message: str) -> None:
    (feed / "plain.txt").write_text("no archive at all, but long enough to be looked at")
    with pytest.raises(InputError) as caught:
        FileLocation(written, folder=feed).open()
    assert str(caught.value) == message.format(folder=feed)


@pytest.mark.parametrize(
    "written", ["zip://stops.txt::nothing.zip", "unheard://stops.txt", "http://127.0.0.1:9/stops.txt"]
)
def test_what_cannot_be_looked_at_is_not_said_to_be_missing(feed: Path, written: str) -> None:
    with pytest.raises(InputError):
        FileLocation(written, folder=feed).exists()


@pytest.mark.parametrize("written", ["", "  "])
def test_an_empty_location_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        FileLocation(written)


def test_locations_of_the_same_file_are_equal(tmp_path: Path) -> None:
    one, other = FileLocation("a.txt", folder=tmp_path), FileLocation(tmp_path / "a.txt")
    assert one == other
    assert len({one, other}) == 1
    assert one != FileLocation("zip://a.txt::a.txt", folder=tmp_path)
