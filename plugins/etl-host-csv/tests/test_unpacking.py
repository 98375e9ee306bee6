from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from etl_host import FileLocation, InputError
from etl_host_csv.stream import opened

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MakeFile = Callable[..., Path]
CONTENT = b"id,name\n1,a\n"


def zipped(*names: str, content: bytes = CONTENT) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"" if name.endswith("/") else content)
    return stream.getvalue()


def read(location: object) -> bytes:
    with opened(FileLocation.of(location)) as stream:  # type: ignore[arg-type]
        return b"".join(iter(stream.read, b""))


@pytest.mark.parametrize("name", ["stops.csv", "stops.csv.gz", "stops.csv.GZ", "stops.zip", "stops"])
@pytest.mark.parametrize(
    "content",
    [
        CONTENT,
        gzip.compress(CONTENT),
        gzip.compress(CONTENT[:5]) + gzip.compress(CONTENT[5:]),
        zipped("stops.csv"),
        zipped("feed/", "feed/stops.csv", "__MACOSX/feed/._stops.csv"),
        bz2.compress(CONTENT),
        lzma.compress(CONTENT),
        zstd.compress(CONTENT),
        zipped("stops.csv.gz", content=gzip.compress(CONTENT)),
    ],
    ids=["plain", "gzip", "gzip of two members", "zip", "zip of macOS", "bzip2", "xz", "zstd", "gzip in zip"],
)
def test_packed_files_are_known_by_their_content_whatever_their_names(
    stops: MakeFile, name: str, content: bytes
) -> None:
    assert read(stops(content, name)) == CONTENT


@pytest.mark.parametrize("content", [b"", b"P", b"\x1f", b"PK\n1\n", b"BZh9\n1\n", b"BZh", b"\xfd7z", b"(\xb5/"])
def test_what_only_begins_like_a_packed_file_is_plain(stops: MakeFile, content: bytes) -> None:
    assert read(stops(content)) == content


def test_a_zip_file_with_several_files_is_refused_with_their_names_and_the_url_of_one(stops: MakeFile) -> None:
    file = stops(zipped("stops.txt", "sub/trips.txt"), "feed.zip")
    with pytest.raises(InputError, match=r"feed\.zip: .* 2 files: stops\.txt, sub/trips\.txt") as raised:
        read(file)
    assert f"zip://stops.txt::{file}" in str(raised.value.remedy)
    assert read(f"zip://stops.txt::{file}") == CONTENT


def test_of_very_many_files_in_a_zip_file_some_are_named(stops: MakeFile) -> None:
    with pytest.raises(InputError, match=r"holds 30 files: n0, .*, n9 and 20 more$"):
        read(stops(zipped(*(f"n{number}" for number in range(30)))))


def test_an_empty_zip_file_is_refused(stops: MakeFile) -> None:
    with pytest.raises(InputError, match="holds no file"):
        read(stops(zipped()))


def _encrypted() -> bytes:
    """With the flag that says so in both headers."""
    content = bytearray(zipped("stops.csv"))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(CONTENT * 100)[:-20],
        gzip.compress(CONTENT)[:-1],
        _flipped(gzip.compress(CONTENT), -6),
        gzip.compress(CONTENT) + b"rubbish",
        zipped("stops.csv")[:40],
        _flipped(zipped("stops.csv"), 45),
        _encrypted(),
    ],
    ids=[
        "gzip cut off",
        "gzip end cut off",
        "gzip checksum",
        "gzip and more",
        "zip cut off",
        "zip damaged",
        "zip locked",
    ],
)
def test_damaged_or_locked_files_are_errors_that_name_the_file(stops: MakeFile, content: bytes) -> None:
    with pytest.raises(InputError, match=r"stops\.csv: it can't be read: .") as raised:
        read(stops(content))
    assert raised.value.remedy


def test_everything_is_closed_again(stops: MakeFile) -> None:
    before = len(os.listdir("/dev/fd"))
    for content in (gzip.compress(CONTENT), bz2.compress(CONTENT), lzma.compress(CONTENT), zipped("a.csv")):
        read(stops(content))
    with pytest.raises(InputError):
        read(stops(zipped("a", "b")))
    assert len(os.listdir("/dev/fd")) == before
