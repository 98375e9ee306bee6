from __future__ import annotations

from pathlib import Path

import pytest

from etl_host.core.files.part import FilePart


@pytest.fixture
def part(tmp_path: Path) -> FilePart:
    return FilePart(tmp_path / "out.csv")


def test_rows_are_appended_beside_the_file(part: FilePart, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("of yesterday")
    assert part.append(0, b"one,") == 4
    assert part.append(4, b"two") == 7
    assert part.path == tmp_path / "out.csv.part"
    assert part.path.read_bytes() == b"one,two"
    assert (tmp_path / "out.csv").read_text() == "of yesterday"


@pytest.mark.parametrize("length", [0, 2, 4])
def test_what_is_behind_the_committed_length_is_dropped(part: FilePart, length: int) -> None:
    part.path.write_bytes(b"abcd rubbish that is longer than what comes")
    assert part.append(length, b"XY") == length + 2
    assert part.path.read_bytes() == b"abcd"[:length] + b"XY"


def test_appending_nothing_drops_too(part: FilePart) -> None:
    part.path.write_bytes(b"abcd")
    assert part.append(2, b"") == 2
    assert part.path.read_bytes() == b"ab"


def test_it_holds_what_it_has_and_less(part: FilePart) -> None:
    assert part.holds(0)
    assert not part.holds(1)
    part.append(0, b"abc")
    assert [part.holds(length) for length in (0, 3, 4)] == [True, True, False]


def test_it_becomes_the_file_once(part: FilePart, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("of yesterday")
    part.append(0, b"all")
    part.publish()
    part.publish()
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert (tmp_path / "out.csv").read_bytes() == b"all"


def test_a_part_that_has_become_shorter_is_not_filled_up(tmp_path: Path) -> None:
    part = FilePart(tmp_path / "out.csv")
    part.append(0, b"abcdef")
    part.path.write_bytes(b"abc")
    with pytest.raises(OSError, match="fewer than the 6 bytes"):
        part.append(6, b"ghi")
    assert part.path.read_bytes() == b"abc"
