"""Encodings, and bytes that don't decode."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from nasty_case import Case, rows

NUL = "polars keeps NUL characters"
TEXTS = {
    "cp1252": "Café €", "latin-1": "Café ÿ", "iso-8859-15": "Œuvre €", "cp1250": "Łódź", "iso-8859-2": "Łódź",
    "cp1251": "Москва", "koi8-r": "Москва", "iso-8859-5": "Москва", "cp866": "Москва", "iso-8859-7": "Αθήνα",
    "cp1254": "İstanbul", "cp1255": "תל", "cp1256": "مكة", "tis-620": "กรุง", "shift_jis": "東京表", "cp932": "東京①",
    "euc-jp": "東京", "iso-2022-jp": "東京", "gb2312": "北京", "gbk": "北京", "gb18030": "北京𠀀", "hz": "北京",
    "big5": "臺北功", "euc-kr": "서울", "johab": "서울", "cp437": "Café ░", "cp850": "Café", "mac-roman": "Café ∞",
    "cp037": "Cafe", "cp500": "Cafe", "utf-7": "Café+", "ascii": "Cafe",
}  # fmt: skip
WIDE = "Zürich 東京 𝄞"


def cases() -> Iterator[Case]:
    """All of them."""
    for encoding, cell in TEXTS.items():
        content = f"id,name\n1,{cell}\n2,b\n".encode(encoding)
        yield Case(f"encoding {encoding}", content, rows(("1", cell), ("2", "b")), {"encoding": encoding})
    text, out = f"id,name\r\n1,{WIDE}\r\n", rows(("1", WIDE))
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    ):  # fmt: skip
        content = text.encode(encoding)
        yield Case(f"{encoding} with a mark, nothing said", mark + content, out)
        yield Case(f"{encoding} with a mark, something else said", mark + content, out, {"encoding": "cp1252"})
        yield Case(f"{encoding} without a mark", content, out, {"encoding": encoding})
        yield Case(f"{encoding}: a mark and nothing else", mark, unlike_polars="polars refuses a file without a header")
    for encoding in ("utf-16", "utf-32", "utf-8-sig"):
        yield Case(f"{encoding} with its mark", text.encode(encoding), out, {"encoding": encoding})
    yield Case("a mark within the text", "id,name\n\ufeff1,a\n".encode(), rows(("\ufeff1", "a")))
    yield Case("two marks", "\ufeff\ufeffid,name\n1,a\n".encode(), rows(("1", "a"), header=["\ufeffid", "name"]))
    yield Case("a quoted header after a mark", '\ufeff"id","name"\n1,a\n'.encode(), rows(("1", "a")))
    for name, cell in {
        "emoji": "👩‍👩‍👧‍👦🏳️‍🌈", "combining": "e\u0301o\u0308", "right to left": "שלום \u202eabc",
        "zero width": "a\u200bb", "no-break space": "\u00a0", "private use": "\ue000", "noncharacter": "\ufffe",
        "replacement": "\ufffd",
        "last character": "\U0010ffff",
        "controls": "\x01\x02\x7f", "wide quotes": "“a”, „b“",
    }.items():  # fmt: skip
        yield Case(f"unicode: {name}", f'id,name\n1,"{cell}"\n'.encode(), rows(("1", cell)))
    yield from _wrong()
    yield from _nul()


def _wrong() -> Iterator[Case]:
    before = rows(("1", "a"))
    start = b"id,name\n1,a\n2,"
    for name, content, encoding, error in (
        ("cp1252 as utf-8", start + b"Caf\xe9\n", "utf-8", r":3: byte 0xE9 \(at offset 17\) is not utf-8"),
        ("cut off utf-8", start + b"\xe2\x82", "utf-8", r":3: bytes 0xE2 0x82 \(at offset 14\) are not utf-8"),
        ("overlong utf-8", start + b"\xc0\xaf\n", "utf-8", r":3: byte 0xC0 \(at offset 14\) is not utf-8"),
        ("surrogate in utf-8", start + b"\xed\xa0\x80\n", "utf-8", r":3: byte 0xED \(at offset 14\)"),
        ("byte 0xFF", start + b"\xff\n", "utf-8", r":3: byte 0xFF \(at offset 14\)"),
        ("utf-8 as ascii", start + "é\n".encode(), "ascii", r":3: byte 0xC3 \(at offset 14\) is not ascii"),
        ("hole in cp1252", start + b"\x81\n", "cp1252", r":3: byte 0x81 \(at offset 14\) is not cp1252"),
        ("shift_jis", start + b"\x81\xff\n", "shift_jis", r":3: bytes? 0x81.* \(at offset 14\)"),
        ("gb18030", start + b"\xff\xff\n", "gb18030", r":3: byte 0xFF \(at offset 14\)"),
    ):
        yield Case(f"wrong byte: {name}", content, before, {"encoding": encoding}, error=error)
    odd = "id,name\n1,a\n2,b".encode("utf-16-le")[:-1]
    yield Case("wrong byte: half a character of utf-16", odd, before, {"encoding": "utf-16-le"}, error=r":3: byte 0x62")
    yield Case(
        "no mark for utf-16", "id\n1\n".encode("utf-16-be"), (), {"encoding": "utf-16"}, error=":1: .*not utf-16"
    )


def _nul() -> Iterator[Case]:
    yield Case("NUL in a cell", b"id,name\n1,a\n2,\0b\n3,c\n", rows(("1", "a"), ("3", "c")),
               rejects=[(3, "nul-character")], unlike_polars=NUL)  # fmt: skip
    yield Case("NUL in quotes", b'id,name\n1,"\0"\n3,c\n', rows(("3", "c")), rejects=[(2, "nul-character")],
               unlike_polars=NUL)  # fmt: skip
    yield Case("NULs at the end, as after a crash", b"id,name\n1,a\n\0\0\0\0", rows(("1", "a")),
               rejects=[(3, "short-row")], unlike_polars=NUL)  # fmt: skip
    yield Case("NUL in the header", b"id,na\0me\n1,a\n", error=":1: the header holds NUL", unlike_polars=NUL)
    for encoding in ("utf-16-le", "utf-16-be"):
        yield Case(f"{encoding} taken for utf-8", "id,name\n1,a\n".encode(encoding), error=":1: the header holds NUL",
                   unlike_polars=NUL)  # fmt: skip
