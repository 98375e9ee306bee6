"""Packed files, damaged ones, and files that are no CSV at all."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sqlite3
import struct
import sys
import tarfile
import zipfile
from collections.abc import Iterator

from nasty_case import Case, rows

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = b'id,name\r\n1,a\r\n2,"b\r\nb"\r\n'
ROWS = rows(("1", "a"), ("2", "b\r\nb"))
NOTHING = "polars refuses a file without a header"
UNPACKED = "polars unpacks no such file"


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip file, the same each time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return stream.getvalue()


def gzipped(content: bytes) -> bytes:
    """Without a time in it."""
    return gzip.compress(content, mtime=0)


def cases() -> Iterator[Case]:
    """All of them."""
    half = len(TEXT) // 2
    for name, content, like_polars in (
        ("gzip", gzipped(TEXT), True),
        ("gzip in two parts", gzipped(TEXT[:half]) + gzipped(TEXT[half:]), True),
        ("gzip, then zeros", gzipped(TEXT) + bytes(512), False),
        ("bzip2", bz2.compress(TEXT), False),
        ("bzip2 in two parts", bz2.compress(TEXT[:half]) + bz2.compress(TEXT[half:]), False),
        ("xz", lzma.compress(TEXT), False),
        ("zstd", zstd.compress(TEXT), True),
        ("zstd in two parts", zstd.compress(TEXT[:half]) + zstd.compress(TEXT[half:]), True),
        ("zstd after a frame to skip", struct.pack("<II", 0x184D2A50, 3) + b"abc" + zstd.compress(TEXT), False),
        ("zip", zipped({"stops.csv": TEXT}), False),
        ("zip of macOS", zipped({"stops.csv": TEXT, "__MACOSX/._stops.csv": b"x"}), False),
        ("gzip in a zip", zipped({"stops.gz": gzipped(TEXT)}), False),
        ("zstd in gzip in bzip2", bz2.compress(gzipped(zstd.compress(TEXT))), False),
        ("zip in gzip", gzipped(zipped({"stops.csv": TEXT})), False),
    ):
        yield Case(f"packed: {name}", content, ROWS, unlike_polars=None if like_polars else UNPACKED)
    utf_16 = TEXT.decode().encode("utf-16")
    yield Case("packed: utf-16 in gzip", gzipped(utf_16), ROWS, unlike_polars="polars reads UTF-8 only")
    for name, empty in {"gzip": gzipped(b""), "bzip2": bz2.compress(b""), "xz": lzma.compress(b""),
                        "zstd": zstd.compress(b"")}.items():  # fmt: skip
        yield Case(f"packed: {name} of nothing", empty, unlike_polars=None if name in ("bzip2", "xz") else NOTHING)
    yield from _damaged()
    yield from _other_kinds()
    yield from _only_alike()


def _damaged() -> Iterator[Case]:
    for name, content in {
        "gzip": gzipped(TEXT)[:-9], "bzip2": bz2.compress(TEXT)[:-9], "xz": lzma.compress(TEXT)[:-9],
        "zstd": zstd.compress(TEXT * 9)[:-9], "zip": zipped({"stops.csv": TEXT})[:50],
    }.items():  # fmt: skip
        yield Case(f"damaged: {name} cut off", content, error="it can't be read: .")
    two = zipped({"a.csv": TEXT, "b.csv": TEXT})
    yield Case("damaged: no file in a zip", zipped({}), error="the zip file holds no file")
    yield Case("damaged: two files in a zip", two, error="the zip file holds 2 files: a.csv, b.csv")


def _other_kinds() -> Iterator[Case]:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("stops.csv"))
    odf = b"application/vnd.oasis.opendocument.spreadsheet"
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE stops (id)")
    for name, content in {
        "an Excel workbook (xlsx)": zipped({"[Content_Types].xml": b"<", "xl/workbook.xml": b"<"}),
        "an Excel workbook (xlsb)": zipped({"xl/workbook.bin": b"\0"}),
        "a Word document (docx)": zipped({"word/document.xml": b"<"}),
        "an OpenDocument spreadsheet": zipped({"mimetype": odf, "content.xml": b"<"}),
        "a Numbers or Pages document": zipped({"Index/Document.iwa": b"\0"}),
        "an old Excel workbook (xls)": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
        "a Parquet file": b"PAR1\x15\x04\x15\x10" + bytes(20) + b"PAR1",
        "an Arrow file": b"ARROW1\0\0" + bytes(20),
        "an ORC file": b"ORC\n\x03\0\0\x12" + bytes(20),
        "an Avro file": b"Obj\x01\x04\x14avro.codec",
        "an HDF5 file": b"\x89HDF\r\n\x1a\n" + bytes(20),
        "a SQLite database": database.serialize(),
        "a PDF document": b"%PDF-1.7\n%\xe2\xe3\n",
        "an RTF document": b"{\\rtf1\\ansi id,name}",
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(20),
        "a program": b"\x7fELF\x02\x01\x01" + bytes(20),
        "a 7z archive": b"7z\xbc\xaf\x27\x1c\0\x04",
        "a RAR archive": b"Rar!\x1a\x07\x01\0",
        "a tar archive": tar.getvalue(),
        "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
        "a web page (HTML)": b"\n<!DOCTYPE html>\n<html><body>Please log in</body></html>",
        "an XML file": b'\xef\xbb\xbf<?xml version="1.0"?><stops/>',
        "a JSON file": b'[\n  {"id": "1", "name": "a"}\n]\n',
    }.items():
        yield Case(
            f"really {name}",
            content,
            error=f"it is {name.replace('(', '[(]').replace(')', '[)]')}",
        )
    yield Case("really a tar archive, in gzip", gzipped(tar.getvalue()), error="it is a tar archive")
    yield Case("really lines of JSON", b'{"id": "1"}\n{"id": "2"}\n', error="it is a JSON file")
    database.close()


def _only_alike() -> Iterator[Case]:
    """Names of columns that begin as other files do."""
    for name in (
        "ORCID",
        "ORC",
        "PAR1",
        "PK",
        "%PDF",
        "BZh9",
        "MZ",
        "Obj",
        "GIF",
        "Rar!",
        "{id}",
        "[id]",
        "7z",
        "<id>",
    ):
        yield Case(f"a column named {name}", f"{name},name\n1,a\n".encode(), rows(("1", "a"), header=[name, "name"]))
