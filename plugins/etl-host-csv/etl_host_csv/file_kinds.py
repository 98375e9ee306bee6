"""What a file is that is no text, by its first bytes: names lie, and a wrong one would be read as rubbish."""

from __future__ import annotations

import re
from collections.abc import Callable
from zipfile import ZipFile

from etl_host import FileLocation, InputError

HEAD = 512
"""Bytes that are enough to know a file by."""

_EXPORT = "open it in its program and save it as {form}, in UTF-8"
_CONVERT = "convert it to {form}, or use a source for this format: etl-host list-plugins shows which there are"
_UNPACK = "unpack it, and name the file in it"

_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (rb"PAR1[\0-\x08\x0e-\x1f\x80-\xff]", "a Parquet file", _CONVERT),
    (rb"ARROW1\0\0", "an Arrow file", _CONVERT),
    (rb"(?s:ORC.*\0)", "an ORC file", _CONVERT),
    (rb"Obj\x01", "an Avro file", _CONVERT),
    (rb"\x89HDF\r\n\x1a\n", "an HDF5 file", _CONVERT),
    (rb"SQLite format 3\0", "a SQLite database", "export a table of it: sqlite3 -csv -header FILE 'SELECT …'"),
    (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (xls), or another Office file", _EXPORT),
    (rb"%PDF-", "a PDF document", "ask for the data itself: a PDF holds their picture only"),
    (rb"\{\\rtf", "an RTF document", _EXPORT),
    (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a", "a picture", "look whether this is the right file"),
    (rb"\x7fELF|MZ[\0-\xff]\0", "a program", "look whether this is the right file"),
    (rb"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (rb"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (rb"(?s:(?=.*\0).{257})ustar", "a tar archive", _UNPACK),
    (rb"version https://git-lfs\.github\.com/", "a pointer of Git LFS, not the file itself", "get it: git lfs pull"),
    (
        rb"(?:\xef\xbb\xbf)?\s*(?i:<!doctype html|<html)",
        "a web page (HTML)",
        "open it: it may say why the download failed, e.g. that a login is needed",
    ),
    (rb"(?:\xef\xbb\xbf)?\s*<\?xml", "an XML file", _CONVERT),
    (rb'(?:\xef\xbb\xbf)?\s*\[?\s*\{\s*"[^"]*"\s*:', "a JSON file", _CONVERT),
)
_MATCHES = tuple((re.compile(pattern).match, name, remedy) for pattern, name, remedy in _KINDS)

_TEXTS = {"a web page (HTML)": "HTML", "an XML file": "XML", "a JSON file": "JSON"}

_MEMBERS: tuple[tuple[str, str], ...] = (
    ("xl/workbook.xml", "an Excel workbook (xlsx)"),
    ("xl/workbook.bin", "an Excel workbook (xlsb)"),
    ("word/document.xml", "a Word document (docx)"),
    ("Index/Document.iwa", "a Numbers or Pages document"),
)
_ODF = "application/vnd.oasis.opendocument."


def refuse_other_kinds(head: bytes, location: FileLocation, form: str) -> None:
    """Raises InputError, which names what it is, where a file that begins with ``head`` is not of that ``form``.

    What begins like JSON may be JSON Lines: a text is no other kind to a form that bears its name.
    """
    for matches, name, remedy in _MATCHES:
        if matches(head) and _TEXTS.get(name) not in form.split():
            raise _other(location, name, form, remedy)


def _other(location: FileLocation, name: str, form: str, remedy: str = _EXPORT) -> InputError:
    return InputError(f"{location}: it is {name}, not {form}", remedy=remedy.format(form=form))


def refuse_documents(archive: ZipFile, location: FileLocation, form: str) -> None:
    """Raises InputError where the zip file is a spreadsheet or another document."""
    names = set(archive.namelist())
    for member, name in _MEMBERS:
        if member in names:
            raise _other(location, name, form)
    if "mimetype" in names and (kind := _odf(archive.read, "mimetype")):
        raise _other(location, f"an OpenDocument {kind}", form)


def _odf(read: Callable[[str], bytes], member: str) -> str | None:
    kind = read(member).decode("ascii", "replace").strip()
    return kind.removeprefix(_ODF) if kind.startswith(_ODF) else None
