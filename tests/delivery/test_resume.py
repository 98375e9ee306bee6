from __future__ import annotations

import pytest

from attempts import Attempts, broken_at, load, numbers_in
from etl_host import Batches, InputChanged, LostRejects, Position, Row, RunRefused
from moments import Moments, nothing_happens
from number_links import Numbers, passed_on
from running_total import LoadPickyRunningTotal, LoadRunningTotal
from sqlite_sink import LoadNumbers
from sqlite_target import SQLiteTarget


class NotResumable(Numbers):
    resumable = False


class LoadFromNotResumable(LoadNumbers):
    source = NotResumable


def test_a_source_that_can_not_go_on_is_refused_before_any_read(attempts: Attempts, target: SQLiteTarget) -> None:
    attempts.fail_half_way(LoadFromNotResumable)
    moments = Moments()
    refused = load(attempts.begin(), LoadFromNotResumable, trap=moments).error
    assert isinstance(refused, RunRefused)
    assert "has committed 21 rows" in str(refused)
    assert "NotResumable can't go on from a position" in str(refused)
    assert "source opened" not in moments.seen
    assert load(attempts.begin(restart=True), LoadFromNotResumable).success
    assert numbers_in(target) == sorted(passed_on(40) + passed_on(21))


@pytest.mark.parametrize("batch_size", [1, 4, 7, 20, 21, 22, 100])
def test_a_chain_with_a_stateful_validator_is_read_from_the_beginning_and_loads_what_is_new(
    attempts: Attempts, target: SQLiteTarget, batch_size: int
) -> None:
    context = attempts.fail_half_way(LoadPickyRunningTotal)
    second = attempts.begin()
    assert load(second, LoadPickyRunningTotal, batch_size=batch_size).success
    assert second.run.id == context.run.id
    assert numbers_in(target) == LoadPickyRunningTotal.loaded(40)
    [task] = second.summary.tasks
    assert task.balance.read == 40
    assert task.statistics["valid_rows"] == len(LoadPickyRunningTotal.valid(40))
    assert task.statistics["rejected_rows"] == len(LoadPickyRunningTotal.set_aside(40))


def test_such_a_chain_notices_that_what_it_had_read_has_changed(attempts: Attempts, target: SQLiteTarget) -> None:
    attempts.fail_half_way(LoadRunningTotal)
    result = load(attempts.begin(), LoadChangedNumbers)
    assert isinstance(result.error, InputChanged)
    assert numbers_in(target) == LoadRunningTotal.loaded(21)


class ChangedNumbers(Numbers):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        if after is not None:
            raise InputChanged("the numbers have changed")
        yield from super().read(max_batch_size, after)


class LoadChangedNumbers(LoadRunningTotal):
    source = ChangedNumbers


def test_such_a_chain_is_fine_when_it_is_finished_already(attempts: Attempts, target: SQLiteTarget) -> None:
    for trap in (broken_at("source reads", 2), nothing_happens):
        with attempts.begin() as context:
            once = LoadFromNotResumable(context, name="once")
            assert once.execute().success
            assert once.guarantee == "at least once"
            LoadNumbers(context, name="then", trap=trap).execute()
    assert target.loaded() == [(name, n) for name in ("once", "then") for n in passed_on(40)]


@pytest.mark.parametrize(("kept", "found"), [(slice(1, None), 2), (slice(0), 0)])
def test_lost_rejects_are_noticed_before_any_read(
    attempts: Attempts, target: SQLiteTarget, kept: slice, found: int
) -> None:
    context = attempts.fail_half_way()
    file = attempts.rejects / f"numbers.{context.run.id}.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[kept]))
    moments = Moments()
    refused = load(attempts.begin(), trap=moments).error
    assert isinstance(refused, LostRejects)
    assert f"{file} holds {found} of the 3 rows that task numbers rejected before" in str(refused)
    assert "source opened" not in moments.seen
    file.write_text("".join(lines))
    assert load(attempts.begin()).success
    assert numbers_in(target) == passed_on(40)


class IgnoresWhereToGoOn(Numbers):
    """Says that it is resumable, and is not."""

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        return super().read(max_batch_size, None)


class LoadFromLiar(LoadNumbers):
    source = IgnoresWhereToGoOn


@pytest.mark.parametrize("batch_size", [1, 7, 21, 22, 100])
def test_a_source_that_ignores_where_to_go_on_is_stopped_before_it_loads_a_row_twice(
    attempts: Attempts, target: SQLiteTarget, batch_size: int
) -> None:
    attempts.fail_half_way()
    result = load(attempts.begin(), LoadFromLiar, batch_size=batch_size)
    assert isinstance(result.error, ValueError)
    assert "gave the rows 3 to" in str(result.error)
    assert "after position 63" in str(result.error)
    assert numbers_in(target) == passed_on(21)


def test_lost_rejects_may_be_accepted(
    attempts: Attempts, target: SQLiteTarget, caplog: pytest.LogCaptureFixture
) -> None:
    context = attempts.fail_half_way()
    (attempts.rejects / f"numbers.{context.run.id}.jsonl").unlink()
    result = load(attempts.begin(accept_lost_rejects=True))
    assert result.success
    assert numbers_in(target) == passed_on(40)
    assert result.summary["rejected_rows"] == 5
    assert "holds 0 of the 3 rows" in caplog.text
