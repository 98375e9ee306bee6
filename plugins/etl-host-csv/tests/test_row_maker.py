"""A row has the cells of its record under the keys chosen, however many there are and whatever they are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from etl_host_csv.columns import Columns
from etl_host_csv.row_maker import row_maker

words = st.text(st.characters(), max_size=4)


@given(st.data())
def test_each_key_has_its_cell(data: st.DataObject) -> None:
    width = data.draw(st.integers(1, 60))
    header = data.draw(st.lists(words, min_size=width, max_size=width, unique=True))
    chosen = data.draw(st.one_of(st.none(), st.lists(st.sampled_from(header), min_size=1, unique=True)))
    selection = Columns(chosen).chosen_from(header, "test.csv:1")
    cells = data.draw(st.lists(words, min_size=width, max_size=width))
    row = row_maker(width, selection.keys, selection.pick, blank_as_none=False)(cells)
    assert list(row) == (chosen or header)
    assert row == {name: cell for name, cell in zip(header, cells, strict=True) if name in (chosen or header)}
    nulled = row_maker(width, selection.keys, selection.pick, blank_as_none=True)(cells)
    assert nulled == {name: cell or None for name, cell in row.items()}


def test_a_key_is_never_read_as_code() -> None:
    keys = ["'", '"', "\\", "': cells, '", "{cell_0}", "{0}", "\n", "\udc80", "cell_1"]
    cells = [str(number) for number in range(len(keys))]
    assert row_maker(len(keys), keys, None, blank_as_none=True)(cells) == dict(zip(keys, cells, strict=True))


def test_a_cell_of_spaces_is_kept() -> None:
    for width in 1, 50:
        row = row_maker(width, [f"c{number}" for number in range(width)], None, blank_as_none=True)([" "] * width)
        assert {*row.values()} == {" "}
