from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl_host import Batches, BatchResults, ETLContext, FileLocation, InputChanged, Position, Row, Source, Task
from number_links import GAP, CollectNumbers, Numbers


class Words(Source[str]):
    """A source as its documentation shows one."""

    resumable = True

    def __init__(self, text: str, context: ETLContext, task: Task) -> None:
        super().__init__(context, task)
        self.text = text

    def read(self, max_batch_size: int, after: Position | None) -> Batches[str]:
        yield from self.cut(iter(self.text.split()), max_batch_size, after)


class Nothing(Source[str]):
    counts = "nothing_read"

    def read(self, max_batch_size: int, after: Position | None) -> Batches[str]:
        yield from ()


@pytest.fixture
def task() -> CollectNumbers:
    return CollectNumbers(ETLContext(), 0)


def words(text: str, size: int, after: Position | None = None) -> list[BatchResults[str]]:
    task = CollectNumbers(ETLContext(), 0)
    source = Words(text, task.context, task)
    source.after = after
    return list(source.get_batch(size))


@given(st.integers(0, 30), st.integers(1, 12), st.integers(0, 30))
def test_cut_gives_every_row_behind_the_position_once_and_in_order(count: int, size: int, done: int) -> None:
    text = [str(n) for n in range(1, count + 1)]
    batches = words(" ".join(text), size, Position(done) if done else None)
    assert [row for batch in batches for row in batch.chunk] == text[done:]
    for batch in batches:
        assert batch.origins is not None
        assert [text[origin - 1] for origin in batch.origins] == list(batch.chunk)
        assert batch.batch_size == len(batch.chunk) <= size
        assert batch.statistics == {"rows_read": len(batch.chunk)}
        assert batch.position is not None
        assert batch.position.origin == (batch.origins[-1] if batch.origins else done)


def test_batch_sizes_do_not_change_what_is_read() -> None:
    assert [list(batch.chunk) for batch in words("a b c d e", 2)] == [["a", "b"], ["c", "d"], ["e"]]
    assert [list(batch.chunk) for batch in words("a b c d e", 9)] == [["a", "b", "c", "d", "e"]]


def test_an_empty_source_gives_one_empty_batch_with_its_count_of_zero(task: CollectNumbers) -> None:
    [batch] = Nothing(task.context, task).get_batch(5)
    assert (list(batch.chunk), batch.statistics, batch.batch_size) == ([], {"nothing_read": 0}, 0)
    assert batch.position == Position()


def test_a_source_with_nothing_left_stays_at_its_position(task: CollectNumbers) -> None:
    source = Numbers(4, task.context, task)
    source.after = Position(4 * GAP, {"line": 4 * GAP})
    [batch] = source.get_batch(5)
    assert (list(batch.chunk), batch.position) == ([], source.after)


def test_a_changed_input_is_told_before_any_batch(task: CollectNumbers) -> None:
    source = Numbers(9, task.context, task)
    source.after = Position(4 * GAP, {"line": 99})
    with pytest.raises(InputChanged):
        next(source.get_batch(5))


def test_a_source_has_no_place_for_rows_but_their_number_and_expects_nothing(task: CollectNumbers) -> None:
    source = Nothing(task.context, task)
    assert (source.place(7), source.expected(), source.resumable) == ("row 7", None, False)


def test_the_example_in_the_documentation_reads_lines(tmp_path: Path, task: CollectNumbers) -> None:
    class Lines(Source[Row]):
        resumable = True

        def __init__(self, file: Path, context: ETLContext, task: Task) -> None:
            super().__init__(context, task)
            self.file = file

        def open(self) -> None:
            self.lines = self.resources.enter_context(self.file.open())

        def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
            rows = ({"line": line.rstrip()} for line in self.lines)
            yield from self.cut(rows, max_batch_size, after)

    file = tmp_path / "lines.txt"
    source = Lines(file, task.context, task)
    file.write_text("a\nb\nc\n")
    batches = source.get_batch(2)
    assert next(batches).chunk == [{"line": "a"}, {"line": "b"}]
    batches.close()
    assert source.lines.closed


def test_a_source_knows_no_file_unless_it_says_so(tmp_path: Path) -> None:
    assert Source.recognise(FileLocation(tmp_path / "stops.csv")) is None
