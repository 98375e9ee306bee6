"""Quotes, delimiters and escapes."""

from __future__ import annotations

from collections.abc import Iterator

from nasty_case import Case, rows
from nasty_lines import CR, ENDS

LOOSE = "polars takes a quote within a cell for the start of a quoted part, or leaves it out"
ESCAPE = "polars knows no escapes"

CELLS = {
    "delimiter": "a,b", "doubled quote": 'say "hi"', "only a quote": '"', "two quotes": '""', "LF": "a\nb",
    "CR LF": "a\r\nb", "CR": "a\rb", "line ends alone": "\r\n\n\r", "blank lines": "a\n\n\nb", "blanks around": "  a  ",
    "a comma alone": ",", "quote and comma": '",', "line like a row": "x\n7,z\ny", "apostrophe": "it's", "tab": "a\tb",
    "line like a comment": "a\n#b", "backslash at the end": "a\\", "blank alone": " ",
}  # fmt: skip


def cases() -> Iterator[Case]:
    """All of them."""
    for kind, end in ENDS.items():
        for name, cell in CELLS.items():
            quoted = cell.replace('"', '""')
            text = f'id,name{end}"1","{quoted}"{end}2,b{end}'
            yield Case(f"{kind}: quoted: {name}", text.encode(), rows(("1", cell), ("2", "b")),
                       unlike_polars=CR if kind == "cr" else None)  # fmt: skip
    yield from _headers()
    yield from _loose()
    yield from _broken()
    yield from _delimiters()
    yield from _escapes()


def _headers() -> Iterator[Case]:
    text = '"id","na\r\nme"\r\n1,a\r\n'
    yield Case("a line end in the header", text.encode(), rows(("1", "a"), header=["id", "na\r\nme"]))
    yield Case("quotes in the header", b'id,"the ""name"""\n1,a\n', rows(("1", "a"), header=["id", 'the "name"']),
               unlike_polars="polars leaves doubled quotes in names as they are")  # fmt: skip
    yield Case("all quoted", b'"id","name"\n"1","a"\n"",""\n', rows(("1", "a"), (None, None)))
    yield Case("empty quoted stay empty", b'id,name\n1,""\n2,\n', rows(("1", ""), ("2", "")), {"blank_as_none": False})


def _loose() -> Iterator[Case]:
    yield Case("a quote in a cell", b"id,name\n1,5'10\" tall\n2,b\n", rows(("1", "5'10\" tall"), ("2", "b")),
               unlike_polars=LOOSE)  # fmt: skip
    yield Case("words in quotes in a cell", b'id,name\n1,a "b" c\n', rows(("1", 'a "b" c')))
    yield Case("a quote after a blank", b'id,name\n1, "a"\n', rows(("1", ' "a"')))
    yield Case("a quote at the end of a cell", b'id,name\n1,a"\n2,b\n', rows(("1", 'a"'), ("2", "b")),
               unlike_polars=LOOSE)  # fmt: skip


def _broken() -> Iterator[Case]:
    before = rows(("1", "a"))
    never, closed = "the quoted cell that begins here is never closed", "the quoted cell that begins here is closed in"
    for name, text, error in (
        ("never closed", 'id,name\n1,a\n2,"b\n3,c\n', rf":3: {never}"),
        ("never closed, alone", 'id,name\n1,a\n2,"', rf":3: {never}"),
        ("never closed, CR LF", 'id,name\r\n1,a\r\n2,"b\r\n', rf":3: {never}"),
        ("closed twice", 'id,name\n1,a\n2,"b"c"\n', rf":3: {closed} line 3"),
        ("text after it", 'id,name\n1,a\n2,"b" c\n', rf":3: {closed} line 3"),
        ("a blank after it", 'id,name\n1,a\n"2" ,c\n', rf":3: {closed} line 3"),
        ("closed by the next cell's", 'id,name\n1,a\n2,"b\n3,"c"\n', rf":3: {closed} line 4"),
        ("doubled where it should end", 'id,name\n1,a\n2,"b""\n3,c\n', rf":3: {never}"),
    ):
        yield Case(f"quote {name}", text.encode(), before, error=error)
    yield Case("quote never closed in the header", b'id,"name\n1,a\n', error=rf":1: {never}")


def _delimiters() -> Iterator[Case]:
    for delimiter in (";", "\t", "|", ":", " ", "^", "\x01", "\x1f", "~", "a"):
        text = f"id{delimiter}n\n1{delimiter}x,y\n2{delimiter}\n"
        yield Case(f"delimiter {delimiter!r}", text.encode(), rows(("1", "x,y"), ("2", None), header=["id", "n"]),
                   {"delimiter": delimiter})  # fmt: skip
    for delimiter in ("→", "¦", "𝄞"):
        text = f"id{delimiter}n\n1{delimiter}x,y\n"
        yield Case(f"delimiter {delimiter!r}", text.encode(), rows(("1", "x,y"), header=["id", "n"]),
                   {"delimiter": delimiter}, unlike_polars="polars wants a delimiter of one byte")  # fmt: skip
    yield Case("apostrophes for quotes", b"id,name\n1,'a,''b'''\n2,\"\n", rows(("1", "a,'b'"), ("2", '"')),
               {"quotechar": "'"})  # fmt: skip
    yield Case("no quotes", b'id,name\n1,"a\n2,b" c\n3,""\n', rows(("1", '"a'), ("2", 'b" c'), ("3", '""')),
               {"quotechar": ""})  # fmt: skip
    yield Case("no quotes, tabs", b'id\tname\r\n1\t"a,b\r\n', rows(("1", '"a,b')), {"quotechar": "", "delimiter": "\t"})
    yield Case("wrong delimiter", b"id;name\n1;a\n", rows(["1;a"], header=["id;name"]))
    yield Case("sep= line of Excel", b"sep=;\r\nid;name\r\n1;a\r\n", rows(("1", "a")),
               {"delimiter": ";", "skip_rows": 1})  # fmt: skip


def _escapes() -> Iterator[Case]:
    backslash = {"escapechar": "\\"}
    for name, text, cell in (
        ("an escaped quote", r'"a\"b"', 'a"b'),
        ("an escaped delimiter", r"a\,b", "a,b"),
        ("an escaped escape", r"a\\", "a\\"),
        ("an escaped line end", "a\\\nb", "a\nb"),
        ("an escaped line end in quotes", '"a\\\nb"', "a\nb"),
        ("an escaped letter", r"a\nb", "anb"),
        ("an escaped quote at the start", r"\"a", '"a'),
    ):
        text = f"id,name\n1,{text}\n2,b\n"
        yield Case(name, text.encode(), rows(("1", cell), ("2", "b")), backslash, unlike_polars=ESCAPE)
    yield Case("a doubled quote beside escapes", b'id,name\n1,"a""b"\n', rows(("1", 'a"b')), backslash)
    yield Case("an escaped tab without quotes", b'id\tname\n1\ta\\\tb"\n', rows(("1", 'a\tb"')),
               {"delimiter": "\t", "quotechar": "", **backslash}, unlike_polars=ESCAPE)  # fmt: skip
    yield Case("an escape at the end", b"id,name\n1,a\n2,b\\", rows(("1", "a")), backslash,
               error=r":3: the file ends after the escapechar", unlike_polars=ESCAPE)  # fmt: skip
    yield Case("a quote never closed but escaped", b'id,name\n1,a\n2,"b\\"\n', rows(("1", "a")), backslash,
               error=r":3: the quoted cell that begins here is never closed", unlike_polars=ESCAPE)  # fmt: skip
