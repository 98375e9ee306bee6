"""From bytes to text."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain

from etl_host import OptionError
from etl_host_csv.stream import ByteStream

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of utf-16-le
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LONGEST_MARK = 4


class Undecodable(Exception):
    """The text goes on, but not in the encoding that it should have. Offsets are those of the unpacked file."""


def known_encoding(name: str) -> str:
    """``name``, if Python knows a text encoding by it. Raises OptionError."""
    try:
        " ".encode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError) as error:
        raise OptionError("encoding", f"encoding is {name!r}: there is no such text encoding") from error
    return name


def decoded(stream: ByteStream, encoding: str) -> Iterator[str]:
    """The text of ``stream``, in pieces.

    A byte order mark goes before ``encoding`` and is no part of the text. Raises Undecodable, after all before it.
    """
    blocks = iter(stream.read, b"")
    start = b""
    while len(start) < _LONGEST_MARK and (block := next(blocks, b"")):
        start += block
    mark, encoding = next((known for known in _MARKS if start.startswith(known[0])), (b"", encoding))
    offset = len(mark)
    decoder = codecs.getincrementaldecoder(encoding)()
    for raw in chain([start[offset:]], blocks, [b""]):
        state = decoder.getstate()
        try:
            text = decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            pending = len(error.object) - len(raw)  # of a character that began in the block before
            wrong = error.start - pending
            decoder.setstate(state)
            yield decoder.decode(raw[: max(0, wrong)])
            byte = error.object[error.start]
            raise Undecodable(f"byte 0x{byte:02X} (at offset {offset + wrong:,}) is not {encoding}") from error
        except UnicodeError as error:  # utf-16 without the mark that tells the order of its bytes
            raise Undecodable(f"this is not {encoding}: {error}") from error
        yield text
        offset += len(raw)
