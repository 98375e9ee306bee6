from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from etl_host import InputChanged, Position
from etl_host_csv import CSVBatchProcessor

MakeSource = Callable[..., CSVBatchProcessor]
MakeFile = Callable[..., Path]

CONTENT = 'id,name\n1,a\n"2\n2",b\n\n3,c\n4,d\n'


def numbered(csv: CSVBatchProcessor, after: Position | None = None, size: int = 1) -> list[tuple[int, str | None]]:
    csv.after = after
    return [
        (origin, row["id"])
        for batch in csv.get_batch(size)
        for origin, row in zip(batch.origins or (), batch.chunk, strict=True)
    ]


def positions(csv: CSVBatchProcessor, size: int = 1) -> list[Position]:
    """As they come back from a store."""
    found = [batch.position for batch in csv.get_batch(size)]
    return [Position(p.origin, json.loads(json.dumps(p.token)), p.share) for p in found if p]


@pytest.fixture
def third(source: MakeSource, stops: MakeFile) -> Position:
    """The position after three of the four rows of CONTENT."""
    return positions(source(stops(CONTENT)))[2]


def test_it_goes_on_after_each_position_with_the_same_rows_and_origins(source: MakeSource, stops: MakeFile) -> None:
    file = stops(CONTENT)
    whole = numbered(source(file))
    assert whole == [(2, "1"), (3, "2\n2"), (6, "3"), (7, "4")]
    for done, position in enumerate(positions(source(file)), 1):
        for size in (1, 2, 100):
            assert numbered(source(file), position, size) == whole[done:]


def test_positions_do_not_depend_on_how_the_rows_were_cut_or_where_it_went_on(
    source: MakeSource, stops: MakeFile
) -> None:
    file = stops(CONTENT)
    one_by_one = positions(source(file))
    by_two = positions(source(file), 2)
    assert len(by_two) < len(one_by_one)
    assert all(position in one_by_one for position in by_two)
    resumed = source(file)
    resumed.after = one_by_one[1]
    assert positions(resumed) == one_by_one[2:]


def test_a_position_is_small_and_holds_nothing_of_the_rows(source: MakeSource, stops: MakeFile) -> None:
    [position] = positions(source(stops("id\n" + "secret\n" * 10_000)), 20_000)
    text = json.dumps(position.token)
    assert len(text) < 100
    assert "secret" not in text


@pytest.mark.parametrize(
    "changed",
    [
        CONTENT + "5,e\n",
        CONTENT.replace("4,d", "4,other"),
        CONTENT.replace("4,d\n", ""),
        CONTENT.replace("4,d", ""),
        CONTENT.replace("4,d", '4,"broken'),
    ],
    ids=["appended to", "row after it", "cut off there", "blank after it", "broken after it"],
)
def test_changes_beyond_the_position_are_fine(
    source: MakeSource, stops: MakeFile, third: Position, changed: str
) -> None:
    csv = source(stops(changed))
    csv.after = third
    batches = csv.get_batch(1)
    if '"broken' not in changed:
        assert all(origin > 6 for batch in batches for origin in batch.origins or ())
    batches.close()


@pytest.mark.parametrize(
    "changed",
    [
        CONTENT.replace("1,a", "1,A"),
        CONTENT.replace("3,c", "3,C"),
        CONTENT.replace("3,c", "3,"),
        CONTENT.replace("3,c\n", ""),
        CONTENT.replace("id,name", "id,nome"),
        CONTENT.replace("id,name", '"id","na\nme"'),
        CONTENT.replace("\n\n", "\n"),
        CONTENT.replace("1,a\n", "1,a\n1,a\n"),
        CONTENT.replace("\n", "\r\n"),
        CONTENT.replace('1,a\n"2\n2",b\n', '"2\n2",b\n1,a\n'),
        CONTENT[: CONTENT.index("3,c")],
        "id,name\n",
        "",
        '"id\n\n\n\n\n\n\n\n\n",name\n1,a\n',
    ],
)
def test_changes_before_the_position_are_seen(
    source: MakeSource, stops: MakeFile, third: Position, changed: str
) -> None:
    assert changed != CONTENT
    file = stops(changed)
    with pytest.raises(InputChanged, match=str(file)) as raised:
        numbered(source(file), third)
    assert "--restart" in str(raised.value.remedy)


def test_a_file_that_has_got_shorter_is_said_to_have(source: MakeSource, stops: MakeFile, third: Position) -> None:
    with pytest.raises(InputChanged, match="it ends after line 3, but was loaded up to line 6"):
        numbered(source(stops("id,name\n1,a\n2,b\n")), third)


@pytest.mark.parametrize("missing", ["fail", "empty"])
def test_a_file_that_has_gone_is_not_taken_for_a_file_without_more_rows(
    source: MakeSource, third: Position, tmp_path: Path, missing: str
) -> None:
    (tmp_path / "stops.csv").unlink()
    with pytest.raises(Exception, match=r"stops\.csv: there is no such file"):
        numbered(source(tmp_path / "stops.csv", missing=missing), third)


@pytest.mark.parametrize("pack", [gzip.compress, lambda content: b"\xef\xbb\xbf" + content])
def test_it_does_not_matter_how_the_same_text_is_stored(
    source: MakeSource, stops: MakeFile, third: Position, pack: Callable[[bytes], bytes]
) -> None:
    assert numbered(source(stops(pack(CONTENT.encode()))), third) == [(7, "4")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["2", '"2"', '"a|b"', ""], ids=["cell", "quoted", "over lines", "empty"])
def test_a_last_line_without_an_end_may_get_one_and_others_after_it(
    source: MakeSource, stops: MakeFile, end: str, last: str
) -> None:
    there = f"id,name|1,{last}".replace("|", end)
    [position] = positions(source(stops(there)))
    for after in ("", end, f"{end}3,c", f"{end}3,c{end}", f"{end}{end}{end}3,c{end}"):
        rows = [row for _, row in numbered(source(stops(there + after)), position)]
        assert rows == (["3"] if "3" in after else [])


@pytest.mark.parametrize("changed", ["id\n12\n", "id\n1 \n", "id\n2\n", "id\r\n1\n", "id", "id\n\n1\n", "id\n1,2"])
def test_a_last_line_that_goes_on_is_another(source: MakeSource, stops: MakeFile, changed: str) -> None:
    [position] = positions(source(stops("id\n1")))
    with pytest.raises(InputChanged):
        numbered(source(stops(changed)), position)


def test_what_was_rejected_is_not_read_again(source: MakeSource, stops: MakeFile) -> None:
    file = stops("id,name\n1,a\n2\n3,c\n4\n")
    after_a_reject = positions(source(file))[1]
    assert after_a_reject.origin == 3
    resumed = source(file)
    assert numbered(resumed, after_a_reject) == [(4, "3")]
    resumed.task.rejects.close()
    rejects = [json.loads(line)["origin"] for line in resumed.task.rejects.path.read_text().splitlines()]
    assert rejects == [5]


def test_a_position_without_a_token_is_only_skipped_to(source: MakeSource, stops: MakeFile) -> None:
    file = stops(CONTENT)
    assert numbered(source(file), Position(3)) == [(6, "3"), (7, "4")]
    assert numbered(source(file), Position(5)) == [(6, "3"), (7, "4")]
    assert numbered(source(file), Position(2)) == [(3, "2\n2"), (6, "3"), (7, "4")]
    assert numbered(source(file), Position(99)) == []


def test_at_the_end_there_is_nothing_more(source: MakeSource, stops: MakeFile) -> None:
    file = stops(CONTENT)
    last = positions(source(file))[-1]
    csv = source(file)
    csv.after = last
    [batch] = csv.get_batch(10)
    assert (len(batch.chunk), batch.statistics, batch.position) == (0, {"csv_lines_read": 0}, last)


def test_long_files_are_compared_as_well(source: MakeSource, stops: MakeFile) -> None:
    content = "id\n" + "".join(f"{number:07}\n" for number in range(100_000))
    position = positions(source(stops(content)), 40_000)[1]
    assert position.origin == 80_001
    assert numbered(source(stops(content)), position, 10_000)[0] == (80_002, "0080000")
    for number in (0, 39_999, 79_999):
        changed: Any = content.replace(f"\n{number:07}\n", "\nxxxxxxx\n")
        assert changed != content
        with pytest.raises(InputChanged):
            numbered(source(stops(changed)), position)
