"""How a file that nobody has described is written: its encoding, delimiter, quotes and header, from how it begins."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

from etl_host import FileLocation, InputError
from etl_host_csv.decoding import Undecodable, decoded
from etl_host_csv.dialect import Dialect
from etl_host_csv.guessing import likely_encoding
from etl_host_csv.header import generated_header
from etl_host_csv.stream import opened

_BYTES = 4 * 1024 * 1024  # looked at for the encoding
_CHARACTERS = 256 * 1024  # for all else
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_NAMES = re.compile(r"\.(csv|tsv|tab|psv)(\.|$)", re.IGNORECASE)
_ALIKE = 0.9  # of the records of a file that isn't called CSV

_QUOTES = (('"', ""), ('"', "\\"), ("", ""))
_DELIMITERS = ",;\t|"
_DATA = re.compile(r"[-+]?[0-9]*[.,]?[0-9]+|[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}([T ][0-9:.]+Z?)?")
_YEAR = re.compile(r"(19|20)[0-9]{2}")


def recognised(location: FileLocation) -> dict[str, Any] | None:
    """The options, but for those at their defaults, with which the file is read; None where it is no CSV.

    Raises InputError where it is empty, or plainly something else.
    """
    start = b"".join(_limited(location))
    if not start:
        raise InputError(f"{location}: it is empty", remedy="name a file with a header at least")
    encoding = likely_encoding(start)
    text = _text(location, encoding)
    if not text.strip() or _NO_TEXT.search(text):
        return None
    best = max((_Attempt.of(dialect, text) for dialect in _dialects(text)), key=lambda attempt: attempt.merit)
    if not _NAMES.search(location.name) and best.merit < (_ALIKE,):
        return None
    options = {} if start.startswith(_MARKS) or encoding == "utf-8" else {"encoding": encoding}
    default = Dialect()
    options |= {name: value for name, value in vars(best.dialect).items() if value != getattr(default, name)}
    return {**options, **_header(best)}


def _limited(location: FileLocation) -> Iterator[bytes]:
    size = 0
    with opened(location) as stream:
        while size < _BYTES and (block := stream.read()):
            size += len(block)
            yield block


def _text(location: FileLocation, encoding: str) -> str:
    """How the text begins, up to the end of a line."""
    text = ""
    with opened(location) as stream:
        try:
            for piece in decoded(stream, encoding):
                text += piece
                if len(text) >= _CHARACTERS:
                    return text[: text.rfind("\n") + 1] or text
        except Undecodable:
            pass  # what came before it must do
    return text


def _dialects(text: str) -> Iterator[Dialect]:
    """Those that there are, the likelier first; apostrophes quote only where the text begins with one."""
    quotes = (("'", ""), *_QUOTES) if text.lstrip().startswith("'") else _QUOTES
    return (Dialect(delimiter, *around) for around in quotes for delimiter in _DELIMITERS)


@dataclass(frozen=True)
class _Attempt:
    """What a dialect makes of a text. ``first``: how many lines the first record takes, with blank ones before it.

    ``merit``: the larger the better: the share of records as wide as the first, if that is no single column, then
    the width.
    """

    dialect: Dialect
    records: Sequence[Sequence[str]]
    first: int
    merit: tuple[float, ...]

    @classmethod
    def of(cls, dialect: Dialect, text: str) -> _Attempt:
        lines = StringIO(text, newline="").readlines()  # other than splitlines, by the ends that an editor knows
        reader, records, first = dialect.reader(lines), list[Sequence[str]](), 0
        try:
            for cells in reader:
                first = first or (reader.line_num if cells else 0)
                records += [cells] if cells else []
        except csv.Error as error:
            if "unexpected end" not in str(error):  # what is looked at may end within a cell
                return cls(dialect, [], 0, (0.0,))
        width = len(records[0]) if records else 0
        if width < 2:
            return cls(dialect, records, first, (0.0, float(width)))
        alike = sum(len(cells) == width for cells in records) / len(records)
        return cls(dialect, records, first, (alike, float(width)))


def _header(attempt: _Attempt) -> dict[str, Any]:
    """The options for a header that is missing, or whose names won't do."""
    names = attempt.records[0]
    others = [cell for cell in names if _DATA.fullmatch(cell.strip()) and not _YEAR.fullmatch(cell.strip())]
    if others and len(attempt.records) > 1:
        return {"header": False}
    if all(name.strip() for name in names) and len(set(names)) == len(names):
        return {}
    return {"header": _made_unique(names), "skip_rows": attempt.first}


def _made_unique(names: Sequence[str]) -> list[str]:
    unique: list[str] = []
    for name, generated in zip(names, generated_header(len(names)), strict=True):
        candidate, number = name if name.strip() else generated, 1
        while candidate in unique or (number > 1 and candidate in names):
            number += 1
            candidate = f"{name}_{number}" if name.strip() else f"{generated}_{number}"
        unique.append(candidate)
    return unique
