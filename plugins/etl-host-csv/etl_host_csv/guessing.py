"""Which encoding a text may be in, from some of its bytes."""

from __future__ import annotations

_FOLLOWING = bytes(range(0x80, 0xC0))
"""What a character of UTF-8 goes on with."""


def likely_encoding(sample: bytes) -> str:
    """An encoding that decodes ``sample``, which may begin or end within a character: no more than a guess."""
    half = len(sample) // 4 + 1  # of the zeros that there would be, were all characters of UTF-16 from ASCII
    if sample[1::2].count(0) >= half:
        return "utf-16-le"
    if sample[::2].count(0) >= half:
        return "utf-16-be"
    whole = sample.lstrip(_FOLLOWING)
    for encoding in ("utf-8", "cp1252"):
        try:
            whole.decode(encoding)
        except UnicodeDecodeError as error:
            if error.end < len(whole) or error.reason != "unexpected end of data":
                continue
        return encoding
    return "latin-1"
