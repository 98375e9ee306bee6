from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from etl_host import Checkpoint, Fenced, Locked, OptionError, Position, Run, RunRefused
from etl_host.core.batch import Balance
from etl_host.core.checkpoint import CheckpointKey
from etl_host.core.context import ETLContext
from etl_host.core.files.state import FileContent
from etl_host.core.files.store import FileStore
from etl_host.testing import FakeTask

FIRST = Run("1", "pipe", "first", "2026-11-23")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FileStore]:
    store = FileStore(tmp_path / "out.csv")
    yield store
    store.close()


def begun(store: FileStore, run: Run = FIRST, **options: Any) -> CheckpointKey:
    run = store.begin(run, **options)
    key = CheckpointKey(run.id, "load")
    store.take_over(run, [key])
    return key


def checkpoint(key: CheckpointKey, start: int, end: int, *, owner: str = "first", **details: Any) -> Checkpoint:
    return Checkpoint(key, owner, start, Position(end), {}, {}, Balance(), **details)


def commit(store: FileStore, made: Checkpoint, data: bytes = b"") -> None:
    store.commit(made, {"rows": 1}, lambda content: (data, content.layout))


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".part")}


def test_rows_come_into_the_part_and_in_the_end_into_the_file(store: FileStore, tmp_path: Path) -> None:
    key = begun(store)
    commit(store, checkpoint(key, 0, 2), b"ab")
    commit(store, checkpoint(key, 2, 3), b"c")
    assert files_in(tmp_path) == {"out.csv.part": b"abc"}
    commit(store, checkpoint(key, 3, 3, finished=True))
    assert files_in(tmp_path) == {"out.csv": b"abc"}


def test_a_batch_that_comes_again_is_not_appended_again(store: FileStore, tmp_path: Path) -> None:
    key = begun(store)
    for _ in range(2):
        commit(store, checkpoint(key, 0, 2), b"ab")
    for _ in range(2):
        commit(store, checkpoint(key, 2, 2, finished=True), b"!")
    assert files_in(tmp_path) == {"out.csv": b"ab!"}


def test_what_is_only_tried_leaves_no_trace(store: FileStore, tmp_path: Path) -> None:
    key = begun(store)
    before = (tmp_path / "out.csv.state").read_bytes()
    commit(store, checkpoint(key, 0, 2, commit=False), b"ab")
    assert files_in(tmp_path) == {}
    assert (tmp_path / "out.csv.state").read_bytes() == before


def test_rows_that_are_not_committed_are_dropped_by_the_next_attempt(store: FileStore, tmp_path: Path) -> None:
    key = begun(store)
    commit(store, checkpoint(key, 0, 2), b"ab")
    with (tmp_path / "out.csv.part").open("ab") as part:
        part.write(b"torn ro")
    store.take_over(FIRST, [key])
    commit(store, checkpoint(key, 2, 3), b"c")
    assert files_in(tmp_path) == {"out.csv.part": b"abc"}


def test_who_was_overtaken_writes_nothing_more(store: FileStore, tmp_path: Path) -> None:
    key = begun(store)
    commit(store, checkpoint(key, 0, 2), b"ab")
    second = replace(FIRST, owner="second")
    assert store.begin(second, after="first").attempt == 2
    store.take_over(second, [key])
    for finished in (False, True):
        with pytest.raises(Fenced):
            commit(store, checkpoint(key, 2, 3, finished=finished), b"late")
    with pytest.raises(Fenced):
        store.take_over(FIRST, [key])
    store.finish(FIRST, "failed", 1, {})
    assert [(record.run.owner, record.active, record.ended) for record in store.runs()] == [("second", True, None)]
    commit(store, checkpoint(key, 2, 3, owner="second"), b"c")
    assert files_in(tmp_path) == {"out.csv.part": b"abc"}


def test_the_renaming_is_repeated_where_it_did_not_come_to_it(store: FileStore, tmp_path: Path) -> None:
    key = begun(store)
    commit(store, checkpoint(key, 0, 2, finished=True), b"ab")
    (tmp_path / "out.csv").rename(tmp_path / "out.csv.part")  # as a crash before it leaves them
    store.take_over(FIRST, [key])
    assert files_in(tmp_path) == {"out.csv": b"ab"}


def test_a_part_that_lacks_rows_is_told(store: FileStore, tmp_path: Path) -> None:
    key = begun(store)
    commit(store, checkpoint(key, 0, 2), b"ab")
    os.truncate(tmp_path / "out.csv.part", 1)
    with pytest.raises(RunRefused, match="lacks rows") as raised:
        store.take_over(FIRST, [key])
    assert raised.value.remedy


def test_a_run_that_begins_anew_drops_the_rows_of_the_one_given_up(store: FileStore, tmp_path: Path) -> None:
    commit(store, checkpoint(begun(store), 0, 2), b"ab")
    key = begun(store, Run("2", "pipe", "second", "2026"), after="first", abandon=True)
    commit(store, checkpoint(key, 0, 1, owner="second"), b"X")
    assert files_in(tmp_path) == {"out.csv.part": b"X"}
    assert [record.run.status for record in store.runs()] == ["running", "abandoned"]


def test_a_run_that_is_given_up_writes_nothing_more(store: FileStore) -> None:
    old = begun(store)
    begun(store, Run("2", "pipe", "second", "2026"), after="first", abandon=True)
    with pytest.raises(Fenced):
        commit(store, checkpoint(old, 0, 2), b"ab")


def test_the_rows_of_an_unfinished_run_of_another_pipeline_stay(store: FileStore, tmp_path: Path) -> None:
    commit(store, checkpoint(begun(store), 0, 2), b"ab")
    with pytest.raises(RunRefused, match="holds rows of the unfinished run 1 of pipe"):
        store.begin(Run("2", "other", "second", "2026"))
    with pytest.raises(RunRefused):
        store.append(FileContent(), b"X", None)
    assert files_in(tmp_path) == {"out.csv.part": b"ab"}


def test_an_unfinished_run_does_not_go_on_where_a_later_one_has_written(store: FileStore) -> None:
    commit(store, checkpoint(begun(store), 0, 2, finished=True), b"ab")
    store.finish(FIRST, "success", 0, {})
    begun(store, Run("2", "pipe", "second", "2026"))
    with pytest.raises(RunRefused, match="holds rows of a later run than 1"):
        store.begin(FIRST, after="second", abandon=True)


def test_one_store_at_a_time_writes(store: FileStore, tmp_path: Path) -> None:
    key = begun(store)
    other = FileStore(tmp_path / "out.csv")
    for attempt in (lambda: other.begin(FIRST), lambda: commit(other, checkpoint(key, 0, 1), b"a"), other.publish):
        with pytest.raises(Locked):
            attempt()
    assert [record.run.id for record in other.runs()] == ["1"]
    store.close()
    commit(other, checkpoint(key, 0, 1), b"a")
    other.close()


def test_one_task_writes_a_file(store: FileStore) -> None:
    with ETLContext({}) as context, FakeTask(context) as task:
        store.claim(task)
        store.claim(task)
        other = FakeTask(context)
        other.name = "other"
        with pytest.raises(OptionError, match="another task writes"):
            store.claim(other)


def test_a_run_that_is_at_work_is_not_deleted(store: FileStore, tmp_path: Path) -> None:
    begun(store)
    assert not store.delete("1")
    assert not store.delete("none")
    os.utime(tmp_path / "out.csv.lock", (1, 1))
    assert store.delete("1")
    assert store.runs() == []


def test_a_beat_of_who_was_overtaken_counts_for_nothing(store: FileStore, tmp_path: Path) -> None:
    begun(store)
    os.utime(tmp_path / "out.csv.lock", (1, 1))
    store.beat(replace(FIRST, owner="another"))
    assert [record.heartbeat for record in store.runs()] == [1_000_000_000]
    store.beat(FIRST)
    [record] = store.runs()
    assert record.silence is not None
    assert record.silence < 60
