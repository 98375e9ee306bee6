"""What is read, compared with what Python's csv module wrote, for any table and any way to cut it."""

from __future__ import annotations

import csv
import io
import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl_host import ETLContext, Position, Task, TaskReturn
from etl_host_csv import CSVBatchProcessor, stream

Row = dict[str, str]

CELLS = st.text(
    st.one_of(
        st.sampled_from("ab,;\"\n\r\t '\v\f\x1c\x85\u2028é€𝄞"),
        st.characters(codec="utf-8", exclude_characters="\0"),
    ),
    max_size=6,
)
NAMES = CELLS.filter(lambda name: name.strip() != "")


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    """A header and rows."""
    header = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    return [header, *draw(st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=8))]


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, str]:
    delimiter, quotechar = draw(st.permutations([",", ";", "\t", '"', "'", "é"]))[:2]
    return {"delimiter": delimiter, "quotechar": quotechar}


def text_of(table: list[list[str]], dialect: dict[str, str], ends: str) -> str:
    text = io.StringIO(newline="")
    all_quoted = any({*"\r\n"} & {*cell} for row in table for cell in row)  # older Pythons forget some
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    csv.writer(text, lineterminator=ends, quoting=quoting, **dialect).writerows(table)  # type: ignore[arg-type]
    return text.getvalue()


@contextmanager
def written(
    table: list[list[str]], dialect: dict[str, str], ends: str, encoding: str
) -> Iterator[Callable[[], CSVBatchProcessor]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "table.csv")
        file.write_bytes(text_of(table, dialect, ends).encode(encoding))
        context = ETLContext(settings={}, rejects_dir=folder)

        class Idle(Task):
            def run_internal(self) -> TaskReturn:
                return TaskReturn()

        named = encoding.removesuffix("-sig")
        yield lambda: CSVBatchProcessor(
            file, context, Idle(context), blank_as_none=False, encoding=named, delimiter=dialect["delimiter"],
            quotechar=dialect["quotechar"],
        )  # fmt: skip


def read(source: CSVBatchProcessor, size: int) -> list[tuple[int, object]]:
    return [
        (origin, row)
        for batch in source.get_batch(size)
        for origin, row in zip(batch.origins or (), batch.chunk, strict=True)
    ]


@settings(deadline=None, max_examples=75)
@given(
    table=tables(),
    dialect=dialects(),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be", "gb18030"]),
    size=st.integers(1, 9),
    block=st.integers(1, 40),
)
def test_every_table_reads_back_and_goes_on_from_everywhere(
    table: list[list[str]], dialect: dict[str, str], ends: str, encoding: str, size: int, block: int
) -> None:
    header, *rows = table
    with written(table, dialect, ends, encoding) as source, mock.patch.object(stream, "BLOCK", block):
        whole = read(source(), size)
        assert [row for _, row in whole] == [dict(zip(header, row, strict=True)) for row in rows]
        assert read(source(), 100) == whole
        for batch in source().get_batch(size):
            resumed = source()
            resumed.after = batch.position
            assert batch.position is not None
            after = [row for row in whole if row[0] > batch.position.origin]
            assert read(resumed, size) == after
            untokened = source()
            untokened.after = Position(batch.position.origin)
            assert read(untokened, size) == after


@settings(deadline=None, max_examples=100)
@given(table=tables(), ends=st.sampled_from(["\n", "\r\n"]), block=st.integers(1, 40))
def test_origins_are_those_of_a_reader_that_counts_one_by_one(table: list[list[str]], ends: str, block: int) -> None:
    dialect = {"delimiter": ",", "quotechar": '"'}
    reader = csv.reader(io.StringIO(text_of(table, dialect, ends), newline=""))
    begins, expected = 1, []
    for _ in reader:
        expected.append(begins)
        begins = reader.line_num + 1
    with written(table, dialect, ends, "utf-8") as source, mock.patch.object(stream, "BLOCK", block):
        assert [origin for origin, _ in read(source(), 3)] == expected[1:]


def test_memory_does_not_grow_with_the_file(tmp_path: Path, source: Callable[..., CSVBatchProcessor]) -> None:
    peaks = []
    for rows in (10_000, 40_000):
        file = tmp_path / f"{rows}.csv"
        file.write_text("id,name,text\n" + "".join(f"{number},name {number},{'x' * 50}\n" for number in range(rows)))
        csv_source = source(file)
        tracemalloc.start()
        read_rows = sum(batch.batch_size for batch in csv_source.get_batch(1000))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert read_rows == rows
    assert peaks[1] < peaks[0] * 1.2


@pytest.mark.parametrize("broken", [b'7,"x" y\n', b"7,\xff\n"], ids=["quote", "byte"])
@pytest.mark.parametrize("size", [1, 4, 100])
def test_the_rows_before_an_error_come_before_it(
    tmp_path: Path, source: Callable[..., CSVBatchProcessor], broken: bytes, size: int
) -> None:
    file = tmp_path / "stops.csv"
    file.write_bytes(b"id,name\n" + b"".join(b"%d,a\n" % number for number in range(7)) + broken + b"8,b\n")
    before: list[str | None] = []
    last = None
    with pytest.raises(Exception, match=r"stops\.csv:9: "):  # noqa: PT012  the batches before it are looked at
        for batch in source(file).get_batch(size):
            before.extend(row["id"] for row in batch.chunk)
            last = batch.position
    assert before == [str(number) for number in range(7)]
    file.write_bytes(file.read_bytes().replace(broken, b"7,corrected\n"))
    resumed = source(file)
    resumed.after = last
    assert [row["id"] for batch in resumed.get_batch(size) for row in batch.chunk] == ["7", "8"]
