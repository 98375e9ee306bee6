"""Line ends, blank lines, and characters that other programs take for line ends."""

from __future__ import annotations

from collections.abc import Iterator

from nasty_case import Case, rows

ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r"}
CR = "polars knows no lines that end with CR alone"
BLANK = "polars makes a row of nulls of a blank line"
TWO = rows(("1", "a"), ("2", "b"))


def cases() -> Iterator[Case]:
    """All of them."""
    for kind, end in ENDS.items():
        cr = CR if kind == "cr" else None
        for name, text, blank in (
            ("with an end", "id,name|1,a|2,b|", False),
            ("without an end", "id,name|1,a|2,b", False),
            ("blank lines at the start", "||id,name|1,a|2,b|", False),
            ("blank line after the header", "id,name||1,a|2,b|", True),
            ("blank line between", "id,name|1,a||2,b|", True),
            ("blank lines at the end", "id,name|1,a|2,b|||", True),
            ("blank line without an end", "id,name|1,a|2,b||", True),
        ):
            unlike = cr or (BLANK if blank else None)
            yield Case(f"{kind}: {name}", text.replace("|", end).encode(), TWO, unlike_polars=unlike)
        only = f"id|1||2|{end}".replace("|", end)
        yield Case(f"{kind}: blank lines in one column", only.encode(), rows(["1"], ["2"], header=["id"]),
                   unlike_polars=cr or BLANK)  # fmt: skip
        quoted = 'id|1|""|2|'.replace("|", end)
        yield Case(f"{kind}: an empty cell alone", quoted.encode(), rows(["1"], [None], ["2"], header=["id"]),
                   unlike_polars=cr)  # fmt: skip
        yield Case(f"{kind}: header only", f"id,name{end}".encode())
    yield Case("mixed ends", b"id,name\r\n1,a\n2,b\r\n", TWO)
    yield Case("mixed ends with CR", b"id,name\r1,a\n2,b\r\n", TWO, unlike_polars=CR)
    yield Case("CR CR LF, as text mode doubles it", b"id,name\r\r\n1,a\r\r\n2,b\r\r\n", TWO, unlike_polars=CR)
    yield Case("LF CR", b"id,name\n\r1,a\n\r2,b\n\r", TWO, unlike_polars=CR)
    yield Case("empty", b"", unlike_polars="polars refuses a file without a header")
    yield Case("one line end only", b"\n", unlike_polars="polars refuses a file without a header")
    yield Case("blank lines only", b"\r\n\r\n\r\n", unlike_polars="polars refuses a file without a header")
    yield Case("header without an end", b"id,name")
    yield Case("one character", b"x")
    for name, character in {
        "vertical tab": "\v", "form feed": "\f", "file separator": "\x1c", "group separator": "\x1d",
        "record separator": "\x1e", "next line": "\x85", "line separator": "\u2028", "paragraph separator": "\u2029",
    }.items():  # fmt: skip
        text = f"id,name\n1,a{character}b\n{character}2,b\n"
        yield Case(f"no line end: {name}", text.encode(), rows(("1", f"a{character}b"), (f"{character}2", "b")))
    yield Case("blanks only in a line", b"id,name\n   \n1,a\n", rows(("1", "a")), rejects=[(2, "short-row")],
               unlike_polars="polars fills up short rows")  # fmt: skip
    yield Case("Ctrl-Z of DOS at the end", b"id,name\r\n1,a\r\n\x1a", rows(("1", "a")), rejects=[(3, "short-row")],
               unlike_polars="polars fills up short rows")  # fmt: skip
