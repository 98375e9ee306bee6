"""Several files by a pattern: one source, which goes on where it was interrupted."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from etl_host import FileLocation, InputChanged, InputError, Position
from etl_host_csv import CSVBatchProcessor

MakeSource = Callable[..., CSVBatchProcessor]
Numbered = list[tuple[str, str | None]]

A, B, C = "id,name\n1,a\n\n2,b", 'name,id\r\n"c\r\nc",3\r\n', "id,name\n4,d\n5,e\n6,f\n"


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """A folder with three files."""
    folder = tmp_path / "feed"
    folder.mkdir()
    for name, content in {"stops_a.csv": A, "stops_b.csv": B, "stops_c.csv": C, "trips.csv": "id\n9\n"}.items():
        (folder / name).write_bytes(content.encode())
    return folder


@pytest.fixture
def stops(source: MakeSource, feed: Path) -> Callable[..., CSVBatchProcessor]:
    """The files that ``stops_*.csv`` stands for."""
    return lambda **options: source(FileLocation("stops_*.csv", folder=feed), **options)


def read(csv: CSVBatchProcessor, after: Position | None = None, size: int = 2) -> Numbered:
    csv.after = after
    return [
        (csv.place(origin), row["id"])
        for batch in csv.get_batch(size)
        for origin, row in zip(batch.origins or (), batch.chunk, strict=True)
    ]


def positions(csv: CSVBatchProcessor, size: int = 1) -> list[Position]:
    """As they come back from a store."""
    found = [batch.position for batch in csv.get_batch(size)]
    return [Position(p.origin, json.loads(json.dumps(p.token)), p.share) for p in found if p]


WHOLE = [
    ("stops_a.csv:2", "1"),
    ("stops_a.csv:4", "2"),
    ("stops_b.csv:2", "3"),
    ("stops_c.csv:2", "4"),
    ("stops_c.csv:3", "5"),
    ("stops_c.csv:4", "6"),
]


@pytest.mark.parametrize("size", [1, 2, 4, 100])
def test_files_are_read_in_the_order_of_their_names_and_rows_are_by_name(
    stops: Callable[..., CSVBatchProcessor], size: int
) -> None:
    assert read(stops(), size=size) == WHOLE
    batches = list(stops().get_batch(size))
    assert [origin for batch in batches for origin in batch.origins or ()] == [2, 4, 6, 9, 10, 11]
    assert [row for batch in batches for row in batch.chunk][2] == {"id": "3", "name": "c\r\nc"}


def test_batches_go_over_files(stops: Callable[..., CSVBatchProcessor]) -> None:
    assert [batch.batch_size for batch in stops().get_batch(4)] == [4, 2]


def test_it_goes_on_after_each_position(stops: Callable[..., CSVBatchProcessor]) -> None:
    for done, position in enumerate(positions(stops()), 1):
        for size in (1, 2, 100):
            assert read(stops(), position, size) == WHOLE[done:]
        assert read(stops(), Position(position.origin)) == WHOLE[done:]


def test_positions_do_not_depend_on_how_the_rows_were_cut(stops: Callable[..., CSVBatchProcessor]) -> None:
    one_by_one = [position.token for position in positions(stops())]
    assert all(position.token in one_by_one for position in positions(stops(), 2))
    resumed = stops()
    resumed.after = positions(stops())[2]
    assert [position.token for position in positions(resumed)] == one_by_one[3:]


def test_a_token_stays_small(source: MakeSource, tmp_path: Path) -> None:
    for number in range(50):
        (tmp_path / f"{number:03}.csv").write_text("id\n1\n")
    last = positions(source(tmp_path / "*.csv"))[-1]
    assert len(json.dumps(last.token)) < 250 + len(str(tmp_path))


def test_the_share_is_that_of_all_bytes_packed_or_not(source: MakeSource, tmp_path: Path) -> None:
    content = b"id\n" + b"".join(b"%09d\n" % number for number in range(20_000))
    for name in ("a.csv", "b.csv", "c.csv"):
        (tmp_path / name).write_bytes(gzip.compress(content) if name == "b.csv" else content)
    shares = [position.share or 0 for position in positions(source(tmp_path / "*.csv"), 5000)]
    total = sum(file.stat().st_size for file in tmp_path.glob("*.csv"))
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert shares[4] == pytest.approx(((tmp_path / "a.csv").stat().st_size + 18) / total, abs=0.2)


def test_files_in_an_archive_are_read_by_a_pattern_too(source: MakeSource, feed: Path) -> None:
    with zipfile.ZipFile(feed / "feed.zip", "w") as archive:
        for file in feed.glob("*.csv"):
            archive.write(file, file.name)
    csv = source(FileLocation("zip://stops_*.csv::feed.zip", folder=feed))
    assert read(csv) == WHOLE
    assert read(csv, positions(csv)[3]) == WHOLE[4:]


def test_files_of_one_name_in_several_folders_are_told_apart(source: MakeSource, feed: Path) -> None:
    for folder in ("north", "south"):
        (feed / folder).mkdir()
        (feed / folder / "stops.csv").write_text("id\n1\n")
    csv = source(FileLocation("*th/stops.csv", folder=feed))
    assert [place for place, _ in read(csv)] == ["north/stops.csv:2", "south/stops.csv:2"]


def test_a_file_whose_own_name_looks_like_a_pattern_is_that_file(source: MakeSource, feed: Path) -> None:
    for name in ("[a].csv", "a.csv"):
        (feed / name).write_text(f"id\n{name}\n")
    assert read(source(FileLocation("[a].csv", folder=feed))) == [("[a].csv:2", "[a].csv")]


def test_rejects_name_file_and_line(stops: Callable[..., CSVBatchProcessor], feed: Path) -> None:
    (feed / "stops_b.csv").write_text("id,name\n3\n")
    csv = stops()
    read(csv)
    csv.task.rejects.close()
    [reject] = [json.loads(line) for line in csv.task.rejects.path.read_text().splitlines()]
    assert (reject["origin"], reject["place"]) == (6, "stops_b.csv:2")


@pytest.mark.parametrize("empty", ["", "\n\n", "name,id\n"])
def test_a_file_without_rows_does_not_matter(stops: Callable[..., CSVBatchProcessor], feed: Path, empty: str) -> None:
    for name in ("stops_0.csv", "stops_b.csv", "stops_d.csv"):
        (feed / name).write_text(empty)
    assert [row for _, row in read(stops())] == ["1", "2", "4", "5", "6"]
    for position in positions(stops()):
        assert read(stops(), position) == [row for row in read(stops()) if row in read(stops(), position)]


@pytest.mark.parametrize(
    ("content", "difference"),
    [
        ("id,nome\n", 'it lacks "name"; it alone has "nome"'),
        ("id\n", 'it lacks "name"'),
        ("id,name,lat\n7,g,1\n", 'it alone has "lat"'),
    ],
)
def test_files_with_other_columns_are_refused_after_the_rows_before_them(
    stops: Callable[..., CSVBatchProcessor], feed: Path, content: str, difference: str
) -> None:
    (feed / "stops_b.csv").write_text(content)
    batches = stops().get_batch(100)
    assert len(next(batches).chunk) == 2
    with pytest.raises(InputError, match=f"stops_b.csv: its columns are not those of stops_a.csv: {difference}"):
        next(batches)


def test_once_the_columns_are_corrected_it_goes_on(stops: Callable[..., CSVBatchProcessor], feed: Path) -> None:
    (feed / "stops_b.csv").write_text("id,nome\n")
    batches = stops().get_batch(100)
    position = next(batches).position
    batches.close()
    (feed / "stops_b.csv").write_bytes(B.encode())
    assert read(stops(), position) == WHOLE[2:]


def test_columns_that_are_not_chosen_may_differ(stops: Callable[..., CSVBatchProcessor], feed: Path) -> None:
    (feed / "stops_b.csv").write_text("lat,id\n1,3\n")
    assert [row for _, row in read(stops(columns=["id"]))] == ["1", "2", "3", "4", "5", "6"]


def test_each_file_has_its_own_title_and_header(source: MakeSource, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"title\n{name},1\n")
    csv = source(tmp_path / "*.csv", skip_rows=1, header=["id", "n"])
    assert read(csv) == [("a.csv:2", "a"), ("b.csv:2", "b")]
    assert read(csv, positions(csv)[0]) == [("b.csv:2", "b")]


def test_a_pattern_without_files_is_a_missing_file(source: MakeSource, feed: Path) -> None:
    pattern = FileLocation("none_*.csv", folder=feed)
    with pytest.raises(InputError, match=rf"^none_\*\.csv: no file has such a name \({feed}"):
        read(source(pattern))
    [batch] = source(pattern, missing="empty").get_batch(10)
    assert (len(batch.chunk), batch.statistics) == (0, {"csv_lines_read": 0})


def _rename(feed: Path) -> None:
    (feed / "stops_a.csv").rename(feed / "stops_aa.csv")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda feed: (feed / "stops_a.csv").unlink(), "0 files come before it by their names, but 1 did"),
        (lambda feed: (feed / "stops_b.csv").unlink(), r"stops_b\.csv: there is no such file any more"),
        (lambda feed: (feed / "stops_0.csv").write_text("id,name\n"), "2 files come before it"),
        (lambda feed: (feed / "stops_a.csv").write_text(A.replace("1,a", "1,A")), "a file before it is not what"),
        (lambda feed: (feed / "stops_a.csv").write_text(A + "\n7,g\n"), "a file before it is not what"),
        (lambda feed: (feed / "stops_a.csv").write_text(A[:-3]), "a file before it is not what"),
        (_rename, "a file before it is not what"),
        (lambda feed: (feed / "stops_b.csv").write_text("name,id\nC,3\n"), r"stops_b\.csv: (lines 1 to 3|it ends)"),
        (lambda feed: (feed / "stops_b.csv").write_text("name,id\n"), r"stops_b\.csv: it ends after line 1, .*line 3"),
    ],
)
def test_changes_before_the_position_are_seen(
    stops: Callable[..., CSVBatchProcessor], feed: Path, change: Callable[[Path], object], message: str
) -> None:
    position = positions(stops())[2]
    change(feed)
    with pytest.raises(InputChanged, match=message) as raised:
        read(stops(), position)
    assert "--restart" in str(raised.value.remedy)


@pytest.mark.parametrize("missing", ["fail", "empty"])
def test_that_all_files_are_gone_is_seen(stops: Callable[..., CSVBatchProcessor], feed: Path, missing: str) -> None:
    position = positions(stops())[2]
    for file in feed.iterdir():
        file.unlink()
    with pytest.raises((InputChanged, InputError), match=r"stops_\*\.csv"):
        read(stops(missing=missing), position)


def test_changes_beyond_the_position_are_fine(stops: Callable[..., CSVBatchProcessor], feed: Path) -> None:
    position = positions(stops())[2]
    (feed / "stops_c.csv").unlink()
    (feed / "stops_bb.csv").write_text("id,name\n7,g\n")
    (feed / "stops_d.csv").write_text("id,name\n8,h\n")
    (feed / "stops_b.csv").write_bytes(B.encode() + b"more,33\r\n")
    assert [row for _, row in read(stops(), position)] == ["33", "7", "8"]


def test_a_file_that_was_empty_may_get_rows(stops: Callable[..., CSVBatchProcessor], feed: Path) -> None:
    (feed / "stops_c.csv").write_text("")
    [position] = positions(stops(), 100)
    assert position.token["file"] == "stops_c.csv"
    (feed / "stops_c.csv").write_text(C)
    assert read(stops(), position) == WHOLE[3:]
