"""Which file of rejects is the newest."""

from __future__ import annotations

import json
import os
from pathlib import Path

from etl_host.pipeline.replay.files import newest


def reject(folder: Path, task: str, run: str, *, written: int, name: str | None = None) -> Path:
    """A file with one reject, written so many seconds after the epoch."""
    file = folder / f"{task}.{name or run}.jsonl"
    line = {"pipeline": "p", "run": run, "task": task, "processor": "sink", "row": {}}
    file.write_text(json.dumps(line) + "\n")
    os.utime(file, (written, written))
    return file


def test_ids_that_say_when_a_run_began_count_more_than_when_its_rejects_were_corrected(tmp_path: Path) -> None:
    reject(tmp_path, "stops", "20261123T000000-aaaa", written=2_000_000_000)
    last = reject(tmp_path, "stops", "20261123T000001-0000", written=1_000)
    assert newest(tmp_path, "stops") == last


def test_of_runs_with_ids_that_were_given_to_them_the_one_that_was_written_to_last_is_the_newest(
    tmp_path: Path,
) -> None:
    reject(tmp_path, "stops", "nightly-2", written=1_000)
    reject(tmp_path, "stops", "20260101T000000-aaaa", written=3_000_000_000)
    last = reject(tmp_path, "stops", "nightly-1", written=1_800_000_000)
    assert newest(tmp_path, "stops") == last


def test_files_of_other_tasks_and_copies_are_left_aside(tmp_path: Path) -> None:
    own = reject(tmp_path, "stops", "nightly-1", written=1_000)
    reject(tmp_path, "stops.north", "nightly-1", written=2_000)
    reject(tmp_path, "stops", "nightly-1", name="corrected", written=3_000)
    assert newest(tmp_path, "stops") == own


def test_a_file_that_somebody_has_emptied_is_still_the_newest(tmp_path: Path) -> None:
    reject(tmp_path, "stops", "nightly-1", written=1_000)
    empty = reject(tmp_path, "stops", "nightly-2", written=2_000)
    empty.write_text("")
    assert newest(tmp_path, "stops") == empty


def test_a_run_whose_rejects_are_replayed_leaves_nothing_to_do(tmp_path: Path) -> None:
    reject(tmp_path, "stops", "nightly-1", written=1_000)
    done = reject(tmp_path, "stops", "nightly-2", written=2_000)
    done.rename(f"{done}.replayed")
    assert newest(tmp_path, "stops") is None
