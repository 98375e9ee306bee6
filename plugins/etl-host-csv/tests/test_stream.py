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


def test_what_has_been_read_of_a_packed_file_are_its_packed_bytes(stops: MakeFile) -> None:
    packed = gzip.compress(b"".join(b"%d\n" % number for number in range(500_000)))
    with opened(FileLocation(stops(packed))) as stream:
        read = [stream.stored_bytes_read for _ in iter(stream.read, b"")]
    assert len(read) > 10
    assert read == sorted(read)
    assert 0 < read[1] < len(packed) / 2
    assert read[-1] == len(packed)
