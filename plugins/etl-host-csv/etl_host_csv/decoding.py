"""From bytes to text."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain

from etl_host import OptionError
from etl_host_csv.guessing import likely_encoding
from etl_host_csv.stream import ByteStream

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # begins like the mark of utf-16-le
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LONGEST_MARK = 4
_BYTES_SHOWN = 4


class Undecodable(Exception):
    """The text goes on, but not in the encoding that it should have. Offsets are those of the unpacked file.

    ``likely``: an encoding that decodes these bytes; None where none but this one seems to.
    """

    def __init__(self, message: str, likely: str | None) -> None:
        super().__init__(message)
        self.likely = likely


def known_encoding(name: str) -> str:
    """``name``, if Python knows a text encoding by it. Raises OptionError."""
    try:
        " ".encode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError) as error:
        raise OptionError(
            "encoding",
            f"encoding is {name!r}: there is no such text encoding",
            remedy="use a name that Python knows, e.g. utf-8, utf-16, cp1252 or shift_jis",
        ) from error
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
            raise _undecodable(error, offset + wrong, encoding) from error
        except UnicodeError as error:  # utf-16 without the mark that tells the order of its bytes
            raise Undecodable(f"this is not {encoding}: {error}", _another(raw, encoding)) from error
        yield text
        offset += len(raw)


def _undecodable(error: UnicodeDecodeError, offset: int, encoding: str) -> Undecodable:
    wrong = error.object[error.start : max(error.end, error.start + 1)][:_BYTES_SHOWN]
    shown = " ".join(f"0x{byte:02X}" for byte in wrong)
    what = f"byte {shown} (at offset {offset:,}) is" if len(wrong) == 1 else f"bytes {shown} (at offset {offset:,}) are"
    return Undecodable(f"{what} not {encoding}", _another(error.object, encoding))


def _another(sample: bytes, encoding: str) -> str | None:
    likely = likely_encoding(sample)
    return None if codecs.lookup(likely) == codecs.lookup(encoding) else likely
