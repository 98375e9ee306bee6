"""A file that is written to while it is read: its complete lines are loaded, and it is not taken for whole."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from etl_host import InputChanged, InputError, Position
from etl_host_csv import CSVBatchProcessor

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]


def read_while(csv: CSVBatchProcessor, change: Callable[[], object]) -> tuple[list[str | None], Position, InputChanged]:
    """The rows, the last position and the error, when ``change`` comes after the first row."""
    batches = csv.get_batch(1)
    first = next(batches)
    change()
    rows, position = [row["id"] for row in first.chunk], first.position
    with pytest.raises(InputChanged) as raised:  # noqa: PT012  the batches before it are looked at
        for batch in batches:
            rows += [row["id"] for row in batch.chunk]
            position = batch.position
    assert position is not None
    return rows, position, raised.value


def rest(csv: CSVBatchProcessor, after: Position) -> list[str | None]:
    csv.after = after
    return [row["id"] for batch in csv.get_batch(10) for row in batch.chunk]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("there", "appended", "loaded", "later"),
    [
        ("id|1|2|3|", "4|", ["1", "2", "3"], ["4"]),
        ("id|1|2|3", "3|4|", ["1", "2"], ["33", "4"]),
        ('id|1|2|"3', '|3"|4|', ["1", "2"], ["3|3", "4"]),
        ('id|1|2|"3|', '3"|4|', ["1", "2"], ["3|3", "4"]),
        ('id|1|2|3"3', "|4|", ["1", "2"], ['3"3', "4"]),
        ("id|1|2|", "3", ["1", "2"], ["3"]),
        ("id|1|2|", '"3', ["1", "2"], []),
        ("id|1|2|3||", "4|", ["1", "2", "3"], ["4"]),
    ],
)
def test_lines_that_are_complete_are_loaded_and_the_next_run_goes_on_after_them(
    source: MakeSource, stops: MakeFile, end: str, there: str, appended: str, loaded: list[str], later: list[str]
) -> None:
    before, more = (text.replace("|", end).encode() for text in (there, appended))
    file = stops(before)
    rows, position, error = read_while(source(file), lambda: file.write_bytes(before + more))
    assert f"it has grown from {len(before)} to {len(before) + len(more)} bytes" in str(error)
    assert "goes on after" in str(error.remedy)
    # what was appended may have been read already; nothing is there twice or lost
    whole = [row.replace("|", end) for row in [*loaded, *later]]
    assert rows == whole[: len(rows)]
    assert len(rows) >= len(loaded) - (end == "\r")  # after which a LF may follow
    if later:
        assert rows + rest(source(file), position) == whole


def test_a_character_that_is_cut_off_is_no_wrong_byte_while_it_grows(source: MakeSource, stops: MakeFile) -> None:
    content = "id\n1\n2\n𝄞\n".encode()
    file = stops(content[:-4])
    rows, position, _ = read_while(source(file), lambda: file.write_bytes(content[:-2]))
    assert rows == ["1", "2"]
    file.write_bytes(content)
    assert rest(source(file), position) == ["𝄞"]


def test_a_packed_file_that_is_not_complete_yet_is_said_to_grow(source: MakeSource, stops: MakeFile) -> None:
    content = b"id\n" + b"".join(b"%d\n" % number for number in range(200_000))
    packed = gzip.compress(content)
    file = stops(packed[:-1000])
    batches = source(file).get_batch(1000)
    next(batches)
    with file.open("ab") as rest_of_it:
        rest_of_it.write(packed[-500:])
    with pytest.raises(InputChanged, match="it has grown"):
        list(batches)


def test_an_unfinished_line_is_a_row_where_nothing_writes_to_the_file(source: MakeSource, stops: MakeFile) -> None:
    [batch] = source(stops("id\n1\n2")).get_batch(10)
    assert [row["id"] for row in batch.chunk] == ["1", "2"]


@pytest.mark.parametrize("change", ["replaced", "cut", "touched"])
def test_other_changes_are_seen_as_well(source: MakeSource, stops: MakeFile, change: str) -> None:
    file = stops("id\n1\n2\n")

    def replace() -> None:
        other = stops("id\n1\n9\n" if change == "replaced" else "id\n1\n", "other.csv")
        os.utime(other, ns=(0, 0))
        other.replace(file)

    _, _, error = read_while(source(file), replace if change != "touched" else lambda: os.utime(file, ns=(0, 0)))
    assert "it was changed while it was being read" in str(error)


def test_a_file_that_is_removed_while_it_is_read_is_an_error(source: MakeSource, stops: MakeFile) -> None:
    file = stops("id\n1\n2\n")
    rows, _, error = read_while(source(file), file.unlink)
    assert rows == ["1", "2"]
    assert "it was removed while" in str(error)


def test_it_is_seen_when_the_last_batch_was_full(source: MakeSource, stops: MakeFile) -> None:
    file = stops("id\n1\n2\n")
    batches = source(file).get_batch(2)
    next(batches)
    os.utime(file, ns=(0, 0))
    with pytest.raises(InputChanged):
        next(batches)


def test_each_of_several_files_is_looked_at(source: MakeSource, stops: MakeFile, tmp_path: Path) -> None:
    first, second = stops("id\n1\n2\n", "a.csv"), stops("id\n3\n", "b.csv")
    csv = source(tmp_path / "?.csv")
    rows, _, error = read_while(csv, lambda: os.utime(first, ns=(0, 0)))
    assert rows == ["1", "2"]
    assert str(first) in str(error)
    assert rest(source(second), Position()) == ["3"]


def test_where_a_line_is_wrong_for_good_it_is_said_so(source: MakeSource, stops: MakeFile) -> None:
    with pytest.raises(InputError, match="never closed"):
        list(source(stops('id\n1\n"2')).get_batch(10))
