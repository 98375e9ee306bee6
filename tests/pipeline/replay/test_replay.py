"""Rows that were rejected take effect once they are corrected, and only then, and only once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from etl_host import ExitCode, InputChanged, InputError, LostRejects, OptionError, OutputError, RunRefused
from etl_host.core.checkpoint import Run
from moments import Moments
from replays import correct, load, loaded, loading, refused, replay
from sqlite_target import SQLiteTarget

V0, V1, SINK = "validators[0]:checked", "validators[1]:checked", "sink:numbers"


def test_each_row_goes_to_what_refused_it_and_not_to_what_it_has_passed(tmp_path: Path) -> None:
    file = load(tmp_path)
    processors = [json.loads(line)["processor"] for line in file.read_text().splitlines()]
    corrections = {V0: "8", V1: "7", SINK: "7"}
    correct(file, *(corrections[processor] for processor in processors))
    summary = replay(tmp_path)
    assert (summary.error, summary.exit_code) == (None, ExitCode.REJECTS)
    assert loaded(tmp_path) == [1, 2, 3, 7, 7, 7, 7]
    assert refused(tmp_path) == [(V1, "8"), (V1, "8")]
    assert summary.statistics["rejects_rows_read"] == 6
    assert (summary.balance.read, summary.balance.written, summary.balance.rejected) == (6, 4, 2)


def test_what_is_replayed_is_not_replayed_again(tmp_path: Path) -> None:
    file = load(tmp_path, "1 7")
    correct(file, "5")
    assert replay(tmp_path).exit_code == ExitCode.OK
    assert not file.exists()
    assert file.with_name(file.name + ".replayed").exists()
    for named in (None, file, file.with_name(file.name + ".replayed")):
        again = replay(tmp_path, rejects=named)
        assert (again.error, again.exit_code, again.run_id, again.tasks) == (None, ExitCode.OK, "", [])
    assert loaded(tmp_path) == [1, 5]


def test_a_file_that_gets_its_old_name_again_loads_nothing_twice(tmp_path: Path) -> None:
    file = load(tmp_path, "1 7")
    correct(file, "5")
    replay(tmp_path)
    file.with_name(file.name + ".replayed").rename(file)
    assert replay(tmp_path).exit_code == ExitCode.OK
    assert loaded(tmp_path) == [1, 5]


def test_what_fails_again_can_be_replayed_in_its_turn(tmp_path: Path) -> None:
    load(tmp_path, "1 7")
    assert replay(tmp_path).exit_code == ExitCode.REJECTS
    [file] = (tmp_path / "rejects").glob("*.jsonl")
    assert json.loads(file.read_text())["place"].endswith(".jsonl:1 (a.txt:2)")
    correct(file, "5")
    assert replay(tmp_path).exit_code == ExitCode.OK
    assert loaded(tmp_path) == [1, 5]


def test_many_rows_that_all_fail_again_are_no_sign_of_a_wrong_pipeline(tmp_path: Path) -> None:
    load(tmp_path, "1 " + "7 1 " * 25)
    assert replay(tmp_path).exit_code == ExitCode.REJECTS
    assert refused(tmp_path) == [(V0, "7")] * 25


def test_types_survive_and_what_cannot_be_read_back_stays_rejected_as_it_is(tmp_path: Path) -> None:
    file = load(tmp_path, "1 7 7 7")
    correct(file, {"$decimal": "5"}, {"$repr": "<lock>"}, {"$date": "someday"})
    assert replay(tmp_path).exit_code == ExitCode.REJECTS
    assert loaded(tmp_path) == [1, 5]
    assert refused(tmp_path) == [(V0, {"$repr": "<lock>"}), (V0, {"$date": "someday"})]


def test_what_is_no_row_stays_rejected_until_it_is_made_one(tmp_path: Path) -> None:
    file = load(tmp_path, "1 7 7")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    for line, row in zip(lines, (["5"], {"text": "5"}), strict=True):
        line.update(processor="source:lines", row=row, errors=[{"message": "torn", "code": "torn", "loc": []}])
    file.write_text("\n".join(map(json.dumps, lines)))
    assert replay(tmp_path).exit_code == ExitCode.REJECTS
    [new] = (tmp_path / "rejects").glob("*.jsonl")
    again = json.loads(new.read_text())
    assert (again["processor"], again["row"], again["errors"]) == ("source:lines", ["5"], lines[0]["errors"])
    assert loaded(tmp_path) == [1, 5]


@pytest.mark.parametrize("key", ["pipeline", "task", "run", "processor"])
def test_a_file_of_something_else_is_refused(tmp_path: Path, key: str) -> None:
    file = load(tmp_path, "1 7 7")
    first, second = file.read_text().splitlines()
    file.write_text(f"{first}\n{json.dumps({**json.loads(second), key: 'another'})}\n")
    summary = replay(tmp_path, rejects=file)
    assert isinstance(summary.error, OptionError)
    assert (summary.exit_code, loaded(tmp_path)) == (ExitCode.USAGE, [1])
    assert f"{file}:2" in str(summary.error)
    assert "another" in str(summary.error)


@pytest.mark.parametrize("text", ["{", "[]", '{"run": "x"}', "\udcff"])
def test_a_line_that_is_none_is_told_before_anything_is_loaded(tmp_path: Path, text: str) -> None:
    file = load(tmp_path, "1 7")
    correct(file, "5")
    with file.open("a", errors="surrogateescape") as lines:
        lines.write(f"\n{text}\n")
    summary = replay(tmp_path)
    assert isinstance(summary.error, InputError)
    assert f"{file}:3" in str(summary.error)
    assert loaded(tmp_path) == [1]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    summary = replay(tmp_path, rejects=tmp_path / "none.jsonl")
    assert (type(summary.error), summary.exit_code) == (InputError, ExitCode.FAILED)


def test_the_rejects_of_an_unfinished_run_are_left_alone(tmp_path: Path) -> None:
    file = load(tmp_path, "1 7")
    run = json.loads(file.read_text())["run"]
    target = SQLiteTarget(tmp_path / "target.db")
    with target.transaction() as db:
        db.execute("UPDATE runs SET active = 1, status = 'failed' WHERE id = ?", (run,))
        db.execute("COMMIT")
    target.close()
    summary = replay(tmp_path)
    assert (type(summary.error), summary.exit_code) == (RunRefused, ExitCode.USAGE)
    assert file.exists()


def test_another_unfinished_run_of_the_pipeline_stays_as_it_is(tmp_path: Path) -> None:
    file = load(tmp_path, "1 7")
    correct(file, "5")
    target = SQLiteTarget(tmp_path / "target.db")
    unfinished = target.begin(Run.new("numbers"))
    assert replay(tmp_path).exit_code == ExitCode.OK
    assert [record.run for record in target.runs("numbers") if record.active] == [unfinished]
    target.close()


@pytest.mark.parametrize(("line", "changed"), [(0, True), (3, False)])
def test_a_change_of_lines_that_are_loaded_is_refused_and_of_later_ones_is_not(
    tmp_path: Path, line: int, changed: bool
) -> None:
    file = load(tmp_path, "1 7 7 7 7")
    correct(file, "4", "5", "6", "7")
    stopped = replay(tmp_path, Moments("sink writes", RuntimeError("no more"), occurrence=2))
    assert (stopped.exit_code, loaded(tmp_path)) == (ExitCode.FAILED, [1, 4, 5])
    correct(file, *("9" if number == line else None for number in range(4)))
    summary = replay(tmp_path)
    if changed:
        assert isinstance(summary.tasks[0].error, InputChanged)
        assert loaded(tmp_path) == [1, 4, 5]
    else:
        assert (summary.exit_code, loaded(tmp_path)) == (ExitCode.OK, [1, 4, 5, 6, 9])


@pytest.mark.parametrize("blank_after", ["", "\n", "\n \n\n"])
def test_blank_lines_are_no_change(tmp_path: Path, blank_after: str) -> None:
    file = load(tmp_path, "1 7 7")
    correct(file, "4", "5")
    file.write_text("\n" + file.read_text().replace("\n", "\n\n", 1) + "\n\n")
    last = Moments("sink writes", RuntimeError("no more"), occurrence=2)  # that there are no more rows
    assert (replay(tmp_path, last).exit_code, loaded(tmp_path)) == (ExitCode.FAILED, [1, 4, 5])
    file.write_text(file.read_text().rstrip("\n") + "\n" + blank_after)
    assert (replay(tmp_path).exit_code, loaded(tmp_path)) == (ExitCode.OK, [1, 4, 5])


def test_only_tasks_with_a_chain_have_rejects(tmp_path: Path) -> None:
    summary = loading(tmp_path).replay("other")
    assert (type(summary.error), summary.exit_code) == (OptionError, ExitCode.USAGE)


def test_a_file_that_cannot_be_renamed_is_told_and_nothing_is_loaded_twice(tmp_path: Path) -> None:
    file = load(tmp_path, "1 7")
    correct(file, "5")
    in_the_way = file.with_name(file.name + ".replayed")
    in_the_way.mkdir()
    summary = replay(tmp_path)
    assert (type(summary.error), summary.exit_code, loaded(tmp_path)) == (OutputError, ExitCode.FAILED, [1, 5])
    in_the_way.rmdir()
    assert replay(tmp_path).exit_code == ExitCode.OK
    assert (loaded(tmp_path), file.exists()) == ([1, 5], False)


@pytest.mark.parametrize("lost", [True, False])
def test_remedies_name_nothing_that_a_replay_has_not(tmp_path: Path, lost: bool) -> None:
    file = load(tmp_path, "1 7 7 7 7")
    correct(file, "4", "7", "6", "7")
    stopped = replay(tmp_path, Moments("sink writes", RuntimeError("no more"), occurrence=2))
    assert (stopped.exit_code, loaded(tmp_path)) == (ExitCode.FAILED, [1, 4])
    if lost:
        [again] = (file.parent).glob("*.replay1.jsonl")
        again.unlink()
    else:
        target = SQLiteTarget(tmp_path / "target.db")
        with target.transaction() as db:
            db.execute("UPDATE runs SET parameters = ? WHERE active", (json.dumps({"size": 1}),))
            db.execute("COMMIT")
        target.close()
    summary = replay(tmp_path)
    error = summary.error or summary.tasks[0].error
    assert isinstance(error, LostRejects if lost else RunRefused)
    assert error.remedy
    assert "--restart" not in error.remedy
    assert loaded(tmp_path) == [1, 4]
