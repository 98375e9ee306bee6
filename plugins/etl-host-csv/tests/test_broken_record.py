from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from etl_host import InputError
from etl_host_csv import CSVBatchProcessor
from etl_host_csv.dialect import LONGEST_CELL

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]
OPEN = "the quoted cell that begins here is never closed"

CLOSED = "the quoted cell that begins here is closed in line {}, but more text follows"


def _error(source: CSVBatchProcessor, size: int = 2) -> InputError:
    with pytest.raises(InputError) as raised:
        list(source.get_batch(size))
    return raised.value


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ('id,name\n1,a\n2,"b\n3,c\n4,d\n', 3, OPEN),
        ('id,name\n1,a\n2,"b', 3, OPEN),
        ('id,name\n1,a\n2,"', 3, OPEN),
        ('id,name\n1,a\n2,"b""\n3,c\n', 3, OPEN),
        ('id,name\n"1\n1\n1","b\n2,c\n', 4, OPEN),
        ('id,name\n"1\n""\n1",b,"c\n2,c\n', 4, OPEN),
        ('id,"name\n1,a\n', 1, OPEN),
        ('\n\nid,"name\n1,a\n', 3, OPEN),
        (
            'id,name\n1,"a\n2,"b"\n3,c\n',
            2,
            CLOSED.format(3),
        ),
        ('id,name\n1,"a" b\n', 2, CLOSED.format(2)),
        ('id,name\n1,"a"b"\n', 2, CLOSED.format(2)),
        ('id,name\r\n1,"a\r\n2,c\r\n', 2, OPEN),
        ('id,name\r1,"a\r2,c\r', 2, OPEN),
    ],
)
def test_a_quote_that_goes_wrong_is_an_error_at_the_line_where_it_opened(
    source: MakeSource, stops: MakeFile, content: str, line: int, what: str
) -> None:
    for size in (1, 2, 100):
        error = _error(source(stops(content)), size)
        assert str(error).endswith(f"stops.csv:{line}: {what}")
        assert 'quotechar: ""' in str(error.remedy)


def test_the_options_are_heeded(source: MakeSource, stops: MakeFile) -> None:
    file = stops("id;name\n\"1\";'a\n';'b\n2;c\n")
    assert str(_error(source(file, delimiter=";", quotechar="'"))).endswith(f"stops.csv:3: {OPEN}")


def test_it_is_found_after_going_on_as_well(source: MakeSource, stops: MakeFile) -> None:
    file = stops('id,name\n"1\n1",a\n2,b\n3,"c\n4,d\n')
    batches = source(file).get_batch(1)
    next(batches)
    resumed = source(file)
    resumed.after = next(batches).position
    assert str(_error(resumed)).endswith(f"stops.csv:5: {OPEN}")
    batches.close()


def test_quotes_inside_of_a_cell_without_quotes_are_characters(source: MakeSource, stops: MakeFile) -> None:
    [batch] = source(stops('id,name\n1,5\'10" tall\n2,a "b" c\n')).get_batch(10)
    assert [row["name"] for row in batch.chunk] == ["5'10\" tall", 'a "b" c']


def test_an_open_quote_does_not_hold_the_rest_of_a_large_file(source: MakeSource, stops: MakeFile) -> None:
    file = stops('id,name\n1,a\n2,"b\n' + "3,c\n" * (LONGEST_CELL // 4 + 10_000))
    error = _error(source(file))
    assert "stops.csv:3: the quoted cell that begins here is not closed within 16,777,216 characters" in str(error)


def test_a_cell_that_is_too_long_without_quotes_is_an_error_too(source: MakeSource, stops: MakeFile) -> None:
    file = stops("id,name\n1,a\n2," + "x" * (LONGEST_CELL + 1) + "\n")
    assert str(_error(source(file))).endswith("stops.csv:3: a cell is longer than 16,777,216 characters")
