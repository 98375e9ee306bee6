from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from etl_host import ETLContext, ExactlyOnce, OptionError, OutputError, TaskGroup
from etl_host.core.files.store import FileStore
from etl_host.testing import FakeTask, RowsSource
from file_load import COMPLETE, ROWS, LoadNumbers, NumbersSink, break_truncation, die_at, load, load_and_tell
from forked import in_a_child

MOMENTS = [
    *(("append-after", number) for number in (1, 2, 5)),
    *(("state-before", number) for number in (1, 4, 8)),  # the run is begun; a batch; the run is finished
    *(("state-after", number) for number in (2, 4, 7)),  # it is taken over; a batch; the file is marked finished
    *((f"file-{when}", 1) for when in ("before", "after")),
]


def is_killed(folder: Path, moment: str, number: int, *, truncates: bool = True) -> bool:
    """Whether the load died at that moment, and did not end before."""

    def attempt() -> int:
        if not truncates:
            break_truncation()
        die_at(moment, number)
        return load(folder)

    return in_a_child(attempt, folder.with_name("result")) is None


def rejected(folder: Path) -> list[Any]:
    lines = [line for file in (folder / "rejects").glob("*.jsonl") for line in file.read_text().splitlines()]
    return [json.loads(line)["row"] for line in lines]


@pytest.mark.parametrize(("moment", "number"), MOMENTS)
def test_a_killed_load_goes_on_to_the_same_bytes(tmp_path: Path, moment: str, number: int) -> None:
    assert is_killed(tmp_path, moment, number)
    assert load(tmp_path) == 0
    assert (tmp_path / "out.txt").read_bytes() == COMPLETE
    assert rejected(tmp_path) == [5]
    assert not (tmp_path / "out.txt.part").exists()


def test_a_store_that_keeps_what_is_not_committed_writes_rows_twice(tmp_path: Path) -> None:
    assert is_killed(tmp_path, "append-after", 2, truncates=False)
    assert not is_killed(tmp_path, "append-after", 99, truncates=False)
    assert (tmp_path / "out.txt").read_bytes() != COMPLETE


def test_the_part_is_synced_before_the_state_that_counts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def traced_fsync(handle: int) -> None:
        steps.append("sync " + Path(os.readlink(f"/proc/self/fd/{handle}")).name)
        fsync(handle)

    def traced_replace(old: Path, new: Path) -> None:
        steps.append("rename " + new.name)
        replace(old, new)

    monkeypatch.setattr(os, "fsync", traced_fsync)
    monkeypatch.setattr(os, "replace", traced_replace)
    load(tmp_path)
    appended = [index for index, step in enumerate(steps) if step == "sync out.txt.part"]
    assert len(appended) == 5
    for index in appended:
        after = [step for step in steps[index + 1 :] if step != f"sync {tmp_path.name}"]
        assert after[:2] == ["sync out.txt.state.new", "rename out.txt.state"]
    published = steps.index("rename out.txt")
    assert steps[published - 2 : published + 2] == [
        "rename out.txt.state",
        f"sync {tmp_path.name}",
        "rename out.txt",
        f"sync {tmp_path.name}",
    ]


def test_an_earlier_file_is_replaced_only_when_all_rows_are_written(tmp_path: Path) -> None:
    (tmp_path / "out.txt").write_text("of yesterday")
    assert is_killed(tmp_path, "file-before", 1)
    assert (tmp_path / "out.txt").read_text() == "of yesterday"
    load(tmp_path)
    load(tmp_path)
    assert (tmp_path / "out.txt").read_bytes() == COMPLETE


def test_a_second_process_is_told_who_writes_the_file(tmp_path: Path) -> None:
    with ETLContext({}, ExactlyOnce("other"), rejects_dir=tmp_path) as context:
        LoadNumbers(context, tmp_path / "out.txt").execute()
        code, told = in_a_child(lambda: load_and_tell(tmp_path), tmp_path.with_name("result"))
    assert code == 6
    assert f"{os.getpid()} on host" in told
    assert load(tmp_path) == 0


def test_two_tasks_do_not_write_one_file(tmp_path: Path) -> None:
    with ETLContext({}, ExactlyOnce("numbers"), rejects_dir=tmp_path) as context:
        tasks = [LoadNumbers(context, tmp_path / "out.txt", name) for name in ("one", "two")]
        result = TaskGroup(context, tasks, name="both").execute()
    assert isinstance(result.error, OptionError)
    assert "another task writes" in str(result.error)


def test_a_part_that_is_gone_is_not_begun_anew_in_silence(tmp_path: Path) -> None:
    assert is_killed(tmp_path, "append-after", 2)
    (tmp_path / "out.txt.part").unlink()
    assert load(tmp_path) == 2
    assert not (tmp_path / "out.txt").exists()


def test_rows_of_an_unfinished_run_are_not_dropped_by_another_pipeline(tmp_path: Path) -> None:
    assert is_killed(tmp_path, "append-after", 2)
    with ETLContext({}, ExactlyOnce("other"), rejects_dir=tmp_path) as other, FakeTask(other) as task:
        sink = NumbersSink(tmp_path / "out.txt", other, task, RowsSource(ROWS, other, task))
        with pytest.raises(Exception, match="holds rows of the unfinished run"):
            list(sink.get_batch(3))
    assert load(tmp_path) == 0
    assert (tmp_path / "out.txt").read_bytes() == COMPLETE


def test_a_folder_that_is_not_there_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with ETLContext({}, ExactlyOnce("numbers"), rejects_dir=tmp_path) as context:
        error = LoadNumbers(context, tmp_path / "absent" / "out.txt").execute().error
    assert isinstance(error, OutputError)
    assert error.remedy


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("etl_host.core.files.part.sync", full)
        assert load(tmp_path) == 1
    assert load(tmp_path) == 0
    assert (tmp_path / "out.txt").read_bytes() == COMPLETE


@pytest.mark.parametrize(("file", "said"), [("absent/out.txt", "there is no folder"), ("folder", "is a folder")])
def test_what_can_be_no_file_is_told_before_the_run(tmp_path: Path, file: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    with ETLContext({}) as context, FakeTask(context) as task:
        [problem] = NumbersSink(tmp_path / file, context, task, RowsSource(ROWS, context, task)).check()
    assert (problem.level, problem.option, bool(problem.remedy)) == ("fail", "file", True)
    assert said in problem.message


def test_nothing_is_said_of_a_file_that_can_be_written(tmp_path: Path) -> None:
    with ETLContext({}) as context, FakeTask(context) as task:
        assert [*NumbersSink(tmp_path / "out.txt", context, task, RowsSource(ROWS, context, task)).check()] == []


def test_a_url_is_refused(tmp_path: Path) -> None:
    with ETLContext({}) as context, FakeTask(context) as task, pytest.raises(OptionError, match="is a URL"):
        NumbersSink("s3://bucket/out.txt", context, task, RowsSource(ROWS, context, task))


def test_nothing_is_made_before_it_is_written(tmp_path: Path) -> None:
    assert FileStore(tmp_path / "out.txt").runs() == []
    assert list(tmp_path.iterdir()) == []
