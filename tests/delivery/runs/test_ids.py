"""Ids that are given to runs."""

from __future__ import annotations

import pytest

from attempts import Attempts, broken_at, load, numbers_in
from etl_host import OptionError, RunRefused
from etl_host.delivery.runs.ids import checked
from number_links import passed_on
from sqlite_target import SQLiteTarget


@pytest.mark.parametrize("run_id", ["a", "0", "nightly-2026_11_23", "20261123T053721-33c3", "x" * 100])
def test_letters_digits_and_dashes_are_an_id(run_id: str) -> None:
    assert checked(run_id) == run_id


@pytest.mark.parametrize("run_id", ["", "-a", "_a", "a b", "a/b", "..", "a.b", "a:b", "a\n", "é", "x" * 101])
def test_anything_else_is_none_as_it_is_part_of_names_of_files(run_id: str) -> None:
    with pytest.raises(OptionError, match="can't be the id of a run"):
        checked(run_id)


def test_a_new_run_gets_the_id(attempts: Attempts, target: SQLiteTarget) -> None:
    context = attempts.begin(run_id="nightly-1")
    assert load(context).success
    assert [record.run.id for record in target.runs()] == [context.run.id] == ["nightly-1"]
    assert [file.name for file in attempts.rejects.iterdir()] == ["numbers.nightly-1.jsonl"]


@pytest.mark.parametrize("committed", [True, False])
def test_the_unfinished_run_of_that_id_is_gone_on_with(
    attempts: Attempts, target: SQLiteTarget, committed: bool
) -> None:
    if committed:
        attempts.fail_half_way(run_id="nightly-1")
    else:
        assert not load(attempts.begin(run_id="nightly-1"), trap=broken_at("sink writes")).success
    assert load(attempts.begin(run_id="nightly-1")).success
    [record] = target.runs()
    assert (record.run.id, record.run.attempt, record.run.status) == ("nightly-1", 2, "rejects")
    assert numbers_in(target) == passed_on(40)


def test_an_attempt_that_committed_nothing_keeps_its_parameters_all_the_same(attempts: Attempts) -> None:
    """The record has them: a later attempt with the others would be refused half way."""
    assert not load(
        attempts.begin(run_id="nightly-1", parameters={"region": "cairns"}), trap=broken_at("sink writes")
    ).success
    again = load(attempts.begin(run_id="nightly-1", parameters={"region": "darwin"}))
    assert isinstance(again.error, RunRefused)
    assert "parameter region was 'cairns'" in str(again.error)


def test_another_id_waits_until_the_unfinished_run_is_finished(attempts: Attempts, target: SQLiteTarget) -> None:
    attempts.fail_half_way(run_id="nightly-1")
    loaded = numbers_in(target)
    refused = load(attempts.begin(run_id="nightly-2"))
    assert isinstance(refused.error, RunRefused)
    assert str(refused.error) == "run nightly-1 of numbers is unfinished, so run nightly-2 can't begin"
    assert "--run-id nightly-1" in str(refused.error.remedy)
    assert numbers_in(target) == loaded
    assert [record.run.id for record in target.runs()] == ["nightly-1"]
    assert load(attempts.begin(run_id="nightly-2", restart=True)).success
    assert [record.run.status for record in target.runs()] == ["rejects", "abandoned"]


def test_an_unfinished_run_of_which_nothing_is_committed_keeps_nobody_waiting(
    attempts: Attempts, target: SQLiteTarget
) -> None:
    assert not load(attempts.begin(run_id="nightly-1"), trap=broken_at("sink writes")).success
    assert load(attempts.begin(run_id="nightly-2")).success
    assert [(record.run.id, record.run.status) for record in target.runs()] == [
        ("nightly-2", "rejects"),
        ("nightly-1", "abandoned"),
    ]


def test_beginning_again_wants_another_id(attempts: Attempts, target: SQLiteTarget) -> None:
    attempts.fail_half_way(run_id="nightly-1")
    refused = load(attempts.begin(run_id="nightly-1", restart=True))
    assert isinstance(refused.error, RunRefused)
    assert "run nightly-1 is unfinished, and --restart begins another run" in str(refused.error)
    assert target.runs()[0].run.attempt == 1


def test_the_id_of_a_run_that_was_given_up_is_not_used_again(attempts: Attempts, target: SQLiteTarget) -> None:
    attempts.fail_half_way(run_id="nightly-1")
    assert load(attempts.begin(run_id="nightly-2", restart=True)).success
    refused = load(attempts.begin(run_id="nightly-1"))
    assert "run nightly-1 was given up for a later one" in str(refused.error)
    assert len(target.runs()) == 2


def test_a_task_of_a_finished_run_loads_nothing_again(attempts: Attempts, target: SQLiteTarget) -> None:
    first = load(attempts.begin(run_id="nightly-1"))
    again = load(attempts.begin(run_id="nightly-1"))
    assert again.summary == first.summary
    assert numbers_in(target) == passed_on(40)


def test_an_id_of_another_pipeline_is_refused_and_its_run_left_alone(attempts: Attempts, target: SQLiteTarget) -> None:
    load(attempts.begin(run_id="nightly-1"))
    before = target.runs()
    others = attempts.begin(run_id="nightly-1")
    others.delivery.pipeline = "letters"
    refused = load(others)
    assert isinstance(refused.error, RunRefused)
    assert str(refused.error) == "run nightly-1 is one of numbers, not of letters"
    assert refused.error.remedy == "give each pipeline's runs ids of their own, such as letters-nightly-1"
    assert [record.run for record in target.runs()] == [record.run for record in before]
