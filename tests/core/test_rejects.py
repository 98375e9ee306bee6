from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from etl_host import Fenced, Reject, RowError
from etl_host.core.rejects import Rejects, RejectsFile

IDENTITY = {"pipeline": "gtfs", "run": "run-1", "task": "stops"}


def reject(origin: int | None, bucket: int | None = None, row: object = None) -> Reject:
    return Reject("validators[0]:pydantic", origin, f"stops.txt:{origin}", bucket, (RowError("wrong"),), row)


def rejects_in(path: Path, origins: Sequence[int | None] = (), bucket: int | None = None) -> RejectsFile:
    """A file that an attempt left behind with these rows."""
    rejects = RejectsFile(path, IDENTITY)
    for origin in origins:
        rejects.append(reject(origin, bucket))
    rejects.close()
    return rejects


def begun(rejects: RejectsFile, committed: dict[int | None, int]) -> int:
    """How many lines an attempt finds that begins with this committed, and ends at once."""
    kept = rejects.begin(committed)
    rejects.close()
    return kept


def origins_in(path: Path) -> list[int]:
    return [json.loads(line)["origin"] for line in path.read_text().splitlines()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rejects" / "stops.run-1.jsonl"


def test_a_reject_is_one_line_of_json(path: Path) -> None:
    rejects: Rejects = RejectsFile(path, IDENTITY)
    errors = (RowError("not a number", "float_parsing", ("stop_lat",)), RowError("empty", "missing", ("a", 0)))
    rejects.append(Reject("sink:cypher", 118, "stops.txt:118", 3, errors, {"name": "Zoë\n", "raw": b"\x00"}))
    rejects.close()
    [line] = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {
        **IDENTITY,
        "processor": "sink:cypher",
        "origin": 118,
        "place": "stops.txt:118",
        "bucket": 3,
        "errors": [
            {"message": "not a number", "code": "float_parsing", "loc": ["stop_lat"]},
            {"message": "empty", "code": "missing", "loc": ["a", 0]},
        ],
        "row": {"name": "Zoë\n", "raw": {"$bytes": "AA=="}},
    }
    assert "Zoë" in line  # people read it


def test_nothing_is_made_before_the_first_reject(path: Path) -> None:
    rejects = RejectsFile(path, IDENTITY)
    assert rejects.begin({}) == 0
    rejects.sync()
    rejects.close()
    assert not path.parent.exists()


@pytest.mark.parametrize("step", [RejectsFile.flush, RejectsFile.sync])
def test_what_was_appended_is_in_the_file_after(step: Callable[[RejectsFile], None], path: Path) -> None:
    rejects = RejectsFile(path, IDENTITY)
    rejects.append(reject(1))
    step(rejects)
    assert origins_in(path) == [1]
    rejects.append(reject(2))
    rejects.close()
    rejects.append(reject(3))  # opens it again
    rejects.close()
    assert origins_in(path) == [1, 2, 3]


LOCK = threading.Lock()


@pytest.mark.parametrize(
    ("row", "written"),
    [
        ({"text": "half a \ud800 pair"}, {"text": "half a \ud800 pair"}),
        ({"lock": LOCK}, {"lock": {"$repr": repr(LOCK)}}),
    ],
)
def test_a_row_that_can_hardly_be_written_is_rejected_all_the_same(path: Path, row: object, written: object) -> None:
    rejects = RejectsFile(path, IDENTITY)
    rejects.append(reject(1, row=row))
    rejects.close()
    [line] = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["row"] == written


def test_a_resume_keeps_what_is_committed_bucket_by_bucket(path: Path) -> None:
    rejects_in(path, [2, 4, 6])
    rejects_in(path, [1, 3, 5], bucket=0)
    rejects_in(path, [1, 2, 3], bucket=1)
    rejects = rejects_in(path, [1], bucket=2)
    assert rejects.begin({None: 4, 0: 3, 1: 2}) == 6
    kept = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(line["bucket"], line["origin"]) for line in kept] == [
        (None, 2),
        (None, 4),
        (0, 1),
        (0, 3),
        (1, 1),
        (1, 2),
    ]
    rejects.append(reject(6))
    rejects.close()
    assert origins_in(path)[-1] == 6
    assert os.listdir(path.parent) == [path.name]


def test_a_line_torn_by_a_crash_is_dropped(path: Path) -> None:
    rejects = rejects_in(path, [2, 4])
    whole = path.read_bytes()
    for length in range(whole.index(b"\n") + 1, len(whole), 7):
        path.write_bytes(whole[:length])
        assert begun(rejects, {None: 9}) == 1
        assert path.read_bytes() == whole[: whole.index(b"\n") + 1]


@pytest.mark.parametrize("left", [b"[\n{}\n]\n1\n", b'{"run": "run-1"}\n', b"\xff\xfe\n", b"\n", b"no json\n"])
def test_lines_that_are_no_rejects_of_this_run_are_dropped(path: Path, left: bytes) -> None:
    other = RejectsFile(path, {**IDENTITY, "run": "run-0"})
    other.append(reject(1))
    other.close()
    rejects = rejects_in(path, [2])
    path.write_bytes(left + path.read_bytes())
    assert begun(rejects, {None: 9}) == 1
    assert origins_in(path) == [2]


def test_a_file_of_which_nothing_is_committed_is_removed(path: Path) -> None:
    rejects = rejects_in(path, [2, None])
    assert rejects.begin({None: 1, 0: 9}) == 0
    assert os.listdir(path.parent) == []


def test_whoever_was_overtaken_writes_where_nobody_looks(path: Path) -> None:
    overtaken = RejectsFile(path, IDENTITY)
    overtaken.append(reject(2))
    overtaken.append(reject(4))
    overtaken.sync()
    heir = RejectsFile(path, IDENTITY)
    assert heir.begin({None: 2}) == 1
    overtaken.append(reject(6))
    overtaken.close()
    heir.append(reject(4))
    heir.close()
    assert origins_in(path) == [2, 4]


def test_whoever_was_overtaken_before_its_first_reject_is_told_so(path: Path) -> None:
    overtaken, heir = RejectsFile(path, IDENTITY), RejectsFile(path, IDENTITY)
    overtaken.begin({})
    heir.begin({None: 2})
    heir.append(reject(4))
    with pytest.raises(Fenced, match=r"another process writes rejects of task stops to .*stops\.run-1\.jsonl"):
        overtaken.append(reject(4))
    heir.close()
    overtaken.close()
    assert origins_in(path) == [4]


def test_whoever_was_overtaken_on_resume_writes_where_nobody_looks_even_its_first_reject(path: Path) -> None:
    rejects_in(path, [2])
    overtaken, heir = RejectsFile(path, IDENTITY), RejectsFile(path, IDENTITY)
    overtaken.begin({None: 2})
    heir.begin({None: 2})
    overtaken.append(reject(4))
    overtaken.close()
    heir.append(reject(4))
    heir.close()
    assert origins_in(path) == [2, 4]


def test_the_same_file_may_be_begun_again_and_again(path: Path) -> None:
    rejects = RejectsFile(path, IDENTITY)
    for _ in range(2):
        rejects.begin({})
        rejects.append(reject(2))
        rejects.close()
    assert origins_in(path) == [2]


def test_a_half_written_copy_of_an_earlier_resume_does_no_harm(path: Path) -> None:
    rejects = rejects_in(path, [2, 4])
    path.with_name(path.name + ".new").write_text('{"half')
    assert begun(rejects, {None: 2}) == 1
    assert origins_in(path) == [2]
    assert os.listdir(path.parent) == [path.name]


def test_lines_of_many_threads_stay_whole(path: Path) -> None:
    rejects = RejectsFile(path, IDENTITY)

    def work(first: int) -> None:
        for origin in range(first, first + 200):
            rejects.append(reject(origin, row={"text": "x" * 500}))
            if origin % 50 == 0:
                rejects.sync()

    threads = [threading.Thread(target=work, args=(n * 200,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rejects.close()
    assert sorted(origins_in(path)) == list(range(800))


@pytest.mark.parametrize("step", [RejectsFile.flush, RejectsFile.sync])
@pytest.mark.parametrize("replaced", [True, False])
def test_who_was_overtaken_while_it_began_stops_the_new_owner_before_it_commits(
    path: Path, replaced: bool, step: Callable[[RejectsFile], None]
) -> None:
    """As after a pause between taking over and reading rejects: its cut takes the new owner's file away."""
    rejects_in(path, [1, 2] if replaced else [2])
    new, old = RejectsFile(path, IDENTITY), RejectsFile(path, IDENTITY)
    new.begin({None: 2})
    new.append(reject(3))
    new.sync()
    old.begin({None: 1})
    new.append(reject(4))
    with pytest.raises(Fenced, match="was deleted or replaced while task"):
        step(new)
    old.close()
    new.close()
