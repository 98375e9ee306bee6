from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest

from etl_host import FileLocation, InputError
from etl_host_csv import CSVBatchProcessor
from etl_host_csv.stream import opened

MakeSource = Callable[..., CSVBatchProcessor]
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
    ],
    ids=["plain", "gzip", "gzip of two members", "zip", "zip of macOS"],
)
def test_packed_files_are_known_by_their_content_whatever_their_names(
    stops: MakeFile, name: str, content: bytes
) -> None:
    assert read(stops(content, name)) == CONTENT


@pytest.mark.parametrize("content", [b"", b"P", b"\x1f", b"PK\n1\n"])
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


def test_rows_before_the_damage_are_not_taken_for_all(source: MakeSource, stops: MakeFile) -> None:
    rows = b"".join(b"%d\n" % number for number in range(200_000))
    file = stops(gzip.compress(b"id\n" + rows)[:-100])
    batches = source(file).get_batch(1000)
    assert next(batches).chunk[0] == {"id": "0"}
    with pytest.raises(InputError, match=r"stops\.csv"):
        list(batches)


def test_urls_of_fsspec_are_read_packed_or_not(source: MakeSource, stops: MakeFile) -> None:
    memory = fsspec.filesystem("memory")
    for name, content in {"plain": CONTENT, "gzip": gzip.compress(CONTENT), "zip": zipped("a.csv")}.items():
        memory.pipe(f"/etl-host-csv/{name}", content)
        [batch] = source(f"memory://etl-host-csv/{name}").get_batch(10)
        assert list(batch.chunk) == [{"id": "1", "name": "a"}]
    packed = stops(zipped("stops.csv.gz", "other", content=gzip.compress(CONTENT)), "feed.zip")
    assert read(f"zip://stops.csv.gz::{packed}") == CONTENT


class Trickle(io.RawIOBase):
    """What a slow server without ranges gives: three bytes at a time, and no way back."""

    def __init__(self, content: bytes) -> None:
        self._rest = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._rest.readinto(memoryview(buffer)[:3])


class TricklingFileSystem(fsspec.AbstractFileSystem):  # type: ignore[misc]
    protocol = "trickle"

    def info(self, path: str, **kwargs: object) -> dict[str, object]:
        return {"name": path, "size": None, "type": "file"}

    def open(self, path: str, mode: str = "rb", **kwargs: object) -> Trickle:
        return Trickle(gzip.compress(CONTENT) if path.endswith("gz") else CONTENT)


@pytest.mark.parametrize("url", ["trickle://stops.csv", "trickle://stops.gz"])
def test_a_stream_that_trickles_and_cannot_go_back_is_enough(source: MakeSource, url: str) -> None:
    fsspec.register_implementation("trickle", TricklingFileSystem, clobber=True)
    [batch] = source(url).get_batch(10)
    assert list(batch.chunk) == [{"id": "1", "name": "a"}]
    assert batch.position is not None
    assert batch.position.share is None


def test_the_share_of_a_packed_file_is_that_of_its_packed_bytes(stops: MakeFile) -> None:
    with opened(FileLocation(stops(gzip.compress(b"".join(b"%d\n" % number for number in range(500_000)))))) as stream:
        shares = [stream.share for _ in iter(stream.read, b"")]
    assert len(shares) > 10
    assert shares == sorted(share for share in shares if share is not None)
    assert 0 < (shares[1] or 0) < 0.5
    assert shares[-1] == 1
