"""What becomes of rows that the target refuses, and of batches that are too big for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from attempts import Attempts, load, numbers_in
from etl_host import BatchResults, Checkpoint, Row, RowError, RowsRefused, Statistics
from etl_host.delivery.writing.retry import BatchTooBig
from etl_host.delivery.writing.systemic import AllRejected
from moments import Moments
from number_links import GAP, Numbers
from picky_sink import LoadPicky, PickySink, accepted, refused, set_aside
from sqlite_sink import LoadEveryNumber, LoadNumbers
from sqlite_target import SQLiteTarget

COUNT = 80


def rejects_in(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]


@pytest.mark.parametrize("batch_size", [1, 2, 7, 25, 1000])
def test_rows_that_the_target_refuses_are_set_aside_and_the_others_loaded(
    attempts: Attempts, target: SQLiteTarget, batch_size: int
) -> None:
    result = load(attempts.begin(), LoadPicky, count=COUNT, batch_size=batch_size)
    assert result.success
    assert numbers_in(target) == accepted(COUNT)
    rejects = rejects_in(attempts.rejects)
    assert sorted(entry["origin"] for entry in rejects) == [n * GAP for n in set_aside(COUNT)]
    assert result.summary["rejected_rows"] == len(set_aside(COUNT))
    assert result.summary["rows_inserted"] == len(accepted(COUNT))


def test_a_reject_of_the_sink_says_where_the_row_came_from_and_why(attempts: Attempts) -> None:
    load(attempts.begin(), LoadPicky, count=40)
    by_sink = {entry["row"]["n"]: entry for entry in rejects_in(attempts.rejects) if entry["bucket"] == 0}
    assert sorted(by_sink) == refused(40) == [13, 19, 26, 38, 39]
    assert by_sink[13]["processor"] == "PickySink"
    assert by_sink[13]["place"] == "numbers:39"
    assert by_sink[13]["errors"] == [{"message": "13 divides it", "code": "unlucky", "loc": []}]
    assert by_sink[19]["errors"][0]["code"] == "twin"


def test_the_balance_adds_up(attempts: Attempts) -> None:
    context = attempts.begin()
    load(context, LoadPicky, count=COUNT)
    balance = context.summary.balance
    assert balance.read == COUNT == balance.written + balance.rejected + balance.dropped
    assert balance.rejected == len(set_aside(COUNT))
    assert balance.written == len(set(accepted(COUNT)))


def test_a_bad_row_costs_few_transactions(attempts: Attempts) -> None:
    moments = Moments()
    assert load(attempts.begin(), LoadPicky, count=1_000, batch_size=1_000, trap=moments).success
    by_themselves = len([n for n in refused(1_000) if n % 13 == 0])
    together = len(refused(1_000)) - by_themselves
    most = by_themselves * (2 * 10 + 2) + together * 2 * (2 * 10 + 2)
    assert moments.seen.count("sink writes") <= most + 3


class NothingIsGood(PickySink):
    def insert(self, db: Any, batch: BatchResults[Row]) -> Statistics:
        self.trap("inserts")
        return super().insert(db, BatchResults([{"n": 13}], {}, 1)) if batch.chunk else {}


class LoadNothing(LoadEveryNumber):
    sink = NothingIsGood


@pytest.mark.parametrize("batch_size", [100, 1000, 5000])
def test_a_load_stops_when_none_of_the_first_thousand_rows_is_accepted(
    attempts: Attempts, target: SQLiteTarget, batch_size: int
) -> None:
    moments = Moments()
    result = load(attempts.begin(), LoadNothing, count=20_000, batch_size=batch_size, trap=moments)
    assert isinstance(result.error, AllRejected if batch_size != 1000 else RowsRefused)
    assert ("all of the first 1,000 rows are rejected" if batch_size != 1000 else "501 of 1,000") in str(result.error)
    assert "13 divides it" in str(result.error)
    assert moments.seen.count("inserts") < 2_500
    assert numbers_in(target) == []


def test_a_whole_file_of_bad_rows_is_a_failure(attempts: Attempts) -> None:
    result = load(attempts.begin(), LoadNothing, count=20)
    assert isinstance(result.error, AllRejected)
    assert "all of its 20 rows are rejected" in str(result.error)


def test_a_few_bad_rows_are_no_failure_though_they_are_all(attempts: Attempts) -> None:
    assert load(attempts.begin(), LoadNothing, count=19).success
    assert len(rejects_in(attempts.rejects)) == 19


class BadFromNowOn(PickySink):
    def insert(self, db: Any, batch: BatchResults[Row]) -> Statistics:
        wrong = [row for row in batch.chunk if row["n"] > 400]
        return super().insert(db, BatchResults([{"n": 13}], {}, 1) if wrong else BatchResults([], {}, 0))


class LoadUntilBad(LoadEveryNumber):
    sink = BadFromNowOn


def test_a_load_stops_when_most_of_a_batch_is_refused_for_one_reason(attempts: Attempts) -> None:
    result = load(attempts.begin(), LoadUntilBad, count=1_000, batch_size=200)
    assert isinstance(result.error, RowsRefused)
    assert "101 of 200" in str(result.error)
    assert "the rows from numbers:1203 to numbers:1800" in str(result.error)
    assert result.summary["numbers_read"] == 400
    assert rejects_in(attempts.rejects) == []


class Small(PickySink):
    most_rows = 5


class LoadInSmallBatches(LoadPicky):
    sink = Small


def test_a_batch_that_is_too_big_is_read_again_in_smaller_ones(attempts: Attempts, target: SQLiteTarget) -> None:
    moments = Moments()
    result = load(attempts.begin(), LoadInSmallBatches, count=COUNT, batch_size=64, trap=moments)
    assert result.success
    assert numbers_in(target) == accepted(COUNT)
    assert sorted(entry["origin"] for entry in rejects_in(attempts.rejects)) == [n * GAP for n in set_aside(COUNT)]
    assert result.summary["numbers_read"] == COUNT
    assert not moments.left_open()


class Once(Numbers):
    resumable = False


class LoadOnceInSmallBatches(LoadInSmallBatches):
    source = Once


class NoRowIsSmallEnough(PickySink):
    most_rows = 0

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        return super().write(batch, checkpoint)


class LoadNoRow(LoadPicky):
    sink = NoRowIsSmallEnough


@pytest.mark.parametrize("kind", [LoadOnceInSmallBatches, LoadNoRow])
def test_where_fewer_rows_can_not_be_read_the_load_fails(attempts: Attempts, kind: type[LoadNumbers]) -> None:
    error = load(attempts.begin(), kind, count=COUNT, batch_size=64).error
    assert isinstance(error, BatchTooBig)
    assert "smaller --batch-size" in (error.remedy or "")


class TellsWhich(PickySink):
    """Refuses multiples of 13, and says at once which rows of the batch they are."""

    def insert(self, db: Any, batch: BatchResults[Row]) -> Statistics:
        unlucky = RowError("13 divides it", code="unlucky")
        rows = {index: unlucky for index, row in enumerate(batch.chunk) if row["n"] % 13 == 0}
        if rows:
            raise RowsRefused("some are unlucky", unlucky, rows=rows)
        return super().insert(db, batch)


class LoadTellsWhich(LoadPicky):
    sink = TellsWhich


@pytest.mark.parametrize("batch_size", [1, 7, 1000])
def test_a_sink_that_knows_which_rows_are_refused_need_not_be_asked_again(
    attempts: Attempts, target: SQLiteTarget, batch_size: int
) -> None:
    assert load(attempts.begin(), LoadTellsWhich, count=COUNT, batch_size=batch_size).success
    assert numbers_in(target) == accepted(COUNT)
    assert sorted(entry["origin"] for entry in rejects_in(attempts.rejects)) == [n * GAP for n in set_aside(COUNT)]


def test_rows_that_are_told_cost_one_more_transaction_for_all_of_them(attempts: Attempts) -> None:
    moments = Moments()
    load(attempts.begin(), LoadTellsWhich, count=18, batch_size=18, trap=moments)
    assert moments.seen.count("sink writes") == 3  # refused, committed, finished
