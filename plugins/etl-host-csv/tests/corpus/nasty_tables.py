"""Rows that don't fit, headers, and the options that choose what becomes a row."""

from __future__ import annotations

from collections.abc import Iterator

from nasty_case import Case, rows

RAGGED = "polars fills up short rows and refuses, or cuts, long ones"
MADE_UP = "polars counts columns without names from 0"
EMPTY = "polars refuses a file without a header"
LONG = 200_000


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _ragged()
    yield from _headers()
    yield from _skipped()
    yield from _comments()
    yield from _columns()
    yield from _nulls()
    yield from _large()


def _ragged() -> Iterator[Case]:
    out = rows(("1", "a"), ("4", "d"))
    for name, line, code in (
        ("short", "2", "short-row"),
        ("long", "2,b,c", "long-row"),
        ("a delimiter at the end", "2,b,", "long-row"),
        ("delimiters only", ",,,", "long-row"),
        ("footer", "Total: 2 rows", "short-row"),
        ("short, quoted over lines", '"2\n3"', "short-row"),
        ("long, quoted over lines", '"2\n3",b,c', "long-row"),
    ):
        yield Case(f"ragged: {name}", f"id,name\n1,a\n{line}\n4,d\n".encode(), out, rejects=[(3, code)],
                   unlike_polars=RAGGED)  # fmt: skip
    yield Case("ragged: every row", b"id,name\n1\n2,b,c\n", rejects=[(2, "short-row"), (3, "long-row")],
               unlike_polars=RAGGED)  # fmt: skip
    yield Case("only empty cells", b"id,name\n,\n,\n", rows((None, None), (None, None)))
    yield Case("one column", b"id\n1\n2\n", rows(["1"], ["2"], header=["id"]))
    yield Case("numbers stay text", b"id,name\n007,1e5\n1_000,+1.50\n", rows(("007", "1e5"), ("1_000", "+1.50")))
    yield Case("words stay text", b"id,name\nnull,NaN\ntrue,N/A\n", rows(("null", "NaN"), ("true", "N/A")))
    yield Case("like a formula", b"id,name\n=1+1,@a\n-,+\n", rows(("=1+1", "@a"), ("-", "+")))


def _headers() -> Iterator[Case]:
    for name, header, error in (
        ("a name twice", "id,id", ":1: the header has more than one column 'id'"),
        ("no name", "id,", ":1: the header has no name for column 2"),
        ("a blank name", "id, ", ":1: the header has no name for column 2"),
    ):
        yield Case(f"header: {name}", f"{header}\n1,a\n".encode(), error=error)
    yield Case("header: names with blanks", b"id, name\n1,a\n", rows(("1", "a"), header=["id", " name"]))
    yield Case("header: names that differ in case", b"a,A\n1,2\n", rows(("1", "2"), header=["a", "A"]))
    yield Case("header: numbers", b"2020,2021\n1,2\n", rows(("1", "2"), header=["2020", "2021"]))
    made_up = ["column_1", "column_2"]
    yield Case("header: none, names made up", b"1,a\n2,b\n", rows(("1", "a"), ("2", "b"), header=made_up),
               {"header": False}, unlike_polars=MADE_UP)  # fmt: skip
    yield Case("header: none, names given", b"1,a\n2,b\n", rows(("1", "a"), ("2", "b")), {"header": ["id", "name"]},
               unlike_polars="polars has no option for names")  # fmt: skip
    yield Case("header: none, first row short", b"1\n2,b\n", rows(("2", "b")), {"header": ["id", "name"]},
               rejects=[(1, "short-row")], unlike_polars=RAGGED)  # fmt: skip
    yield Case("header: none, blank lines first", b"\n\n1,a\n", rows(("1", "a")), {"header": ["id", "name"]},
               unlike_polars="polars has no option for names")  # fmt: skip
    yield Case("header: none, first row over lines", b'"1\n1",a\n2,b\n',
               rows(("1\n1", "a"), ("2", "b"), header=made_up), {"header": False}, unlike_polars=MADE_UP)  # fmt: skip
    yield Case("header: none, no rows", b"", (), {"header": False}, unlike_polars=EMPTY)
    yield Case("header: none, one broken row", b'"a', (), {"header": False}, error=":1: the quoted cell")  # fmt: skip


def _skipped() -> Iterator[Case]:
    out = rows(("1", "a"))
    yield Case("skip a title", b"Stops of 2026\nid,name\n1,a\n", out, {"skip_rows": 1})
    yield Case("skip a title with quotes", b'The "stops\nid,name\n1,a\n', out, {"skip_rows": 1})
    yield Case("skip blank lines too", b"Stops\n\n\nid,name\n1,a\n", out, {"skip_rows": 3})
    yield Case("skip a title after a mark", "\ufeffStops\r\nid,name\r\n1,a\r\n".encode(), out, {"skip_rows": 1})
    yield Case("skip, and no header", b"Stops\n1,a\n", out, {"skip_rows": 1, "header": ["id", "name"]},
               unlike_polars="polars has no option for names")  # fmt: skip
    yield Case("skip all lines", b"a\nb\n", (), {"skip_rows": 2}, unlike_polars=EMPTY)
    yield Case("skip more lines than there are", b"a\nb\n", (), {"skip_rows": 3},
               error="it has 2 lines, but skip_rows is 3")  # fmt: skip
    yield Case("skip lines of nothing", b"", (), {"skip_rows": 3}, unlike_polars=EMPTY)


def _comments() -> Iterator[Case]:
    out = rows(("1", "a"), ("2", "b"))
    for name, text, comment in (
        ("at the start", "# made by hand\nid,name\n1,a\n2,b\n", "#"),
        ("between", "id,name\n1,a\n# and\n2,b\n", "#"),
        ("at the end", "id,name\n1,a\n2,b\n#", "#"),
        ("with a quote", 'id,name\n1,a\n# the "last\n2,b\n', "#"),
        ("of two characters", "id,name\n1,a\n-- and\n2,b\n", "--"),
        ("CR LF", "#\r\nid,name\r\n#\r\n1,a\r\n#\r\n2,b\r\n", "#"),
    ):
        yield Case(f"comment {name}", text.encode(), out, {"comment": comment})
    yield Case("comment like a row", b"id,name\n1,a\n#2,b\n", out[:1], {"comment": "#"})
    yield Case(
        "comment within a line", b"id,name\n1,a # b\n 2,#\n", rows(("1", "a # b"), (" 2", "#")), {"comment": "#"}
    )
    yield Case("comment in quotes", b'id,name\n1,"a\n# b\n#"\n#\n2,b\n', rows(("1", "a\n# b\n#"), ("2", "b")),
               {"comment": "#"})  # fmt: skip
    yield Case("comment in a row quoted from its start", b'id,name\n"1\n#",a\n2,b\n', rows(("1\n#", "a"), ("2", "b")),
               {"comment": "#"})  # fmt: skip
    yield Case("a quoted cell that begins like a comment", b'id,name\n"#1",a\n2,b\n', rows(("#1", "a"), ("2", "b")),
               {"comment": "#"})  # fmt: skip
    yield Case("comments only", b"# a\n# b\n", (), {"comment": "#"}, unlike_polars=EMPTY)
    yield Case("no comment asked for", b"id,name\n#1,a\n", rows(("#1", "a")))
    yield Case("comment before a broken row", b'id,name\n1,a\n# c\n2,"b\n', rows(("1", "a")), {"comment": "#"},
               error=":4: the quoted cell", unlike_polars="polars doesn't refuse it")  # fmt: skip


def _columns() -> Iterator[Case]:
    text = b"id,name,lat,lon\n1,a,,9\n2,b,8,\n"
    yield Case("columns: some", text, rows(("1", None), ("2", "8"), header=["id", "lat"]), {"columns": ["id", "lat"]})
    yield Case("columns: one", text, rows(["a"], ["b"], header=["name"]), {"columns": ["name"]})
    yield Case("columns: another order", text, rows(("9", "1"), (None, "2"), header=["lon", "id"]),
               {"columns": ["lon", "id"]})  # fmt: skip
    yield Case("columns: all", b"id,name\n1,a\n", rows(("1", "a")), {"columns": ["id", "name"]})
    renamed = "polars has no option for new names of some columns"
    yield Case("columns: renamed", text, rows(("1", "a"), ("2", "b"), header=["key", "title"]),
               {"columns": {"id": "key", "name": "title"}}, unlike_polars=renamed)  # fmt: skip
    yield Case("columns: swapped", b"id,name\n1,a\n", rows(("1", "a"), header=["name", "id"]),
               {"columns": {"id": "name", "name": "id"}}, unlike_polars=renamed)  # fmt: skip
    yield Case("columns: of made-up names", b"1,a\n", rows(["a"], header=["name"]),
               {"columns": {"column_2": "name"}, "header": False}, unlike_polars=renamed)  # fmt: skip
    yield Case("columns: a name that is there twice is not wanted", b"id,x,x\n1,a,b\n", rows(["1"], header=["id"]),
               {"columns": ["id"]})  # fmt: skip
    yield Case("columns: a delimiter at the end of each line", b"id,name,\n1,a,\n", rows(("1", "a")),
               {"columns": ["id", "name"]})  # fmt: skip
    yield Case("columns: a name that is there twice is wanted", b"id,id\n1,a\n", (), {"columns": ["id"]},
               error="more than one column 'id'")  # fmt: skip
    yield Case(
        "columns: unknown",
        text,
        (),
        {"columns": ["id", "nome"]},
        error=':1: there is no column "nome", did you mean "name"',
    )
    yield Case("columns: a ragged row is one of the file", b"id,name\n1,a\n2\n", rows(["1"], header=["id"]),
               {"columns": ["id"]}, rejects=[(3, "short-row")], unlike_polars=RAGGED)  # fmt: skip
    yield Case("columns: NUL in another", b"id,name\n1,\0\n", rows(["1"], header=["id"]), {"columns": ["id"]})


def _nulls() -> Iterator[Case]:
    words = {"null_words": ["NULL", "\\N", "-"]}
    yield Case("null words", b"id,name\n1,NULL\n\\N,-\n,x\n", rows(("1", None), (None, None), (None, "x")), words)
    yield Case("null words in quotes", b'id,name\n1,"NULL"\n', rows(("1", None)), words)
    yield Case(
        "null words as part of a cell",
        b"id,name\n-1,NULLS\nnull, NULL\n",
        rows(("-1", "NULLS"), ("null", " NULL")),
        words,
    )
    yield Case("null words, empty stays", b"id,name\n1,NULL\n2,\n", rows(("1", None), ("2", "")),
               {"null_words": ["NULL"], "blank_as_none": False})  # fmt: skip
    yield Case("the empty word", b'id,name\n1,\n2,""\n', rows(("1", None), ("2", None)),
               {"null_words": [""], "blank_as_none": False})  # fmt: skip
    yield Case("null words in a ragged row", b"id,name\nNULL\n1,NULL\n", rows(("1", None)), words,
               rejects=[(2, "short-row")], unlike_polars=RAGGED)  # fmt: skip


def _large() -> Iterator[Case]:
    cell = "x" * LONG
    yield Case("a long cell", f"id,name\n1,{cell}\n2,b\n".encode(), rows(("1", cell), ("2", "b")))
    yield Case("a long quoted cell", f'id,name\n1,"{cell}"\n2,b\n'.encode(), rows(("1", cell), ("2", "b")))
    lines = "line\r\n" * 40_000
    yield Case("a quoted cell of many lines", f'id,name\n1,"{lines}"\n2,b\n'.encode(), rows(("1", lines), ("2", "b")))
    header = [f"c{number}" for number in range(5000)]
    record = [str(number) for number in range(5000)]
    text = f"{','.join(header)}\n{','.join(record)}\n"
    yield Case("many columns", text.encode(), rows(record, header=header))
    name = "n" * LONG
    yield Case("a long name", f"id,{name}\n1,a\n".encode(), rows(("1", "a"), header=["id", name]))
    empty = "id,name\n" + "\n" * 20_000 + "1,a\n"
    yield Case("very many blank lines", empty.encode(), rows(("1", "a")),
               unlike_polars="polars makes a row of nulls of a blank line")  # fmt: skip
