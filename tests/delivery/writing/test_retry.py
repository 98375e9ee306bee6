from __future__ import annotations

from typing import Any

import pytest
import stamina

from attempts import Attempts, load, numbers_in
from etl_host import (
    BatchResults,
    CheckpointKey,
    ConnectionFailed,
    ETLContext,
    ExactlyOnce,
    Fault,
    Interrupted,
    Position,
    RowsRefused,
)
from etl_host.delivery.progress import Progress
from etl_host.delivery.writing import retry
from etl_host.delivery.writing.retry import MOST_TERMINATIONS, BatchTooBig, write_until_committed
from moments import Moments
from number_links import passed_on
from sqlite_sink import LoadNumbers, SQLiteSink
from sqlite_target import SQLiteTarget


class Fails(Moments):
    """Raises ``error`` the first ``times`` times that rows are about to be written."""

    def __init__(self, error: BaseException, times: int) -> None:
        super().__init__()
        self.failure = error
        self.times = times

    def __call__(self, moment: str) -> None:
        super().__call__(moment)
        if moment == "before commit" and self.seen.count(moment) <= self.times:
            raise self.failure


def test_a_transient_fault_is_tried_again_until_it_has_passed(attempts: Attempts, target: SQLiteTarget) -> None:
    result = load(attempts.begin(), trap=Fails(ConnectionError("deadlock"), 5))
    assert result.success
    assert numbers_in(target) == passed_on(40)
    assert result.summary["rows_inserted"] == len(passed_on(40))


def test_what_is_tried_again_is_counted(attempts: Attempts) -> None:
    with attempts.begin() as context:
        task = LoadNumbers(context, trap=Fails(ConnectionError("deadlock"), 5))
        assert task.execute().success
        assert task.retries == 5
        assert task.execute().error is not None
        assert task.retries == 0


@pytest.mark.parametrize(
    ("fault", "raised", "place"),
    [
        (Fault.FATAL, ConnectionError, ""),
        (Fault.DATA, RowsRefused, "the rows from numbers:1 to numbers:1"),
        (Fault.TOO_BIG, BatchTooBig, "the rows from numbers:1 to numbers:1"),
    ],
)
def test_any_other_fault_is_told_at_once(
    attempts: Attempts, target: SQLiteTarget, fault: Fault, raised: type[Exception], place: str
) -> None:
    class Sink(SQLiteSink):
        def fault(self, error: Exception) -> Fault:
            return fault

    context = attempts.begin()
    task = LoadNumbers(context)
    trap = Fails(ConnectionError("no right to write"), 1)
    sink = Sink(context, task, task.chain().upstream, trap=trap)
    error = fails_to_write(sink, context, 60, raised)
    assert place in str(error)
    assert "no right to write" in str(error)
    assert trap.seen.count("before commit") == 1
    assert numbers_in(target) == []


class Terminated(SQLiteSink):
    def fault(self, error: Exception) -> Fault:
        return Fault.TERMINATED if str(error) == "terminated" else super().fault(error)


class LoadTerminated(LoadNumbers):
    sink = Terminated


@pytest.mark.parametrize("times", [1, MOST_TERMINATIONS])
def test_what_was_terminated_is_written_again(attempts: Attempts, target: SQLiteTarget, times: int) -> None:
    assert load(attempts.begin(), LoadTerminated, trap=Fails(ConnectionError("terminated"), times)).success
    assert numbers_in(target) == passed_on(40)


def test_what_is_terminated_again_and_again_fails(attempts: Attempts, target: SQLiteTarget) -> None:
    trap = Fails(ConnectionError("terminated"), MOST_TERMINATIONS + 1)
    result = load(attempts.begin(), LoadTerminated, trap=trap)
    assert isinstance(result.error, ConnectionFailed)
    assert "terminated" in str(result.error)
    assert trap.seen.count("before commit") == MOST_TERMINATIONS + 1
    assert numbers_in(target) == []


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), SystemExit()])
def test_what_is_no_fault_is_not_even_shown_to_the_sink(attempts: Attempts, stop: BaseException) -> None:
    class Sink(SQLiteSink):
        def fault(self, error: Exception) -> Fault:
            return Fault.TRANSIENT

    context = attempts.begin()
    task = LoadNumbers(context)
    sink = Sink(context, task, task.chain().upstream, trap=Fails(stop, 3))
    with pytest.raises(type(stop)), context:
        next(sink.get_batch(5))
    task.close_rejects()


def test_a_fault_that_does_not_pass_is_the_cause_of_the_failure(attempts: Attempts) -> None:
    error = ConnectionError("gone")
    failure = load(attempts.begin(), trap=Fails(error, 1000)).error
    assert isinstance(failure, ConnectionFailed)
    assert failure.__cause__ is error


def test_a_batch_in_flight_is_tried_again_though_somebody_wants_to_stop(
    attempts: Attempts, target: SQLiteTarget
) -> None:
    context = attempts.begin()

    class Deadlock(Fails):
        def __call__(self, moment: str) -> None:
            if moment == "before commit":
                context.stop.set()
            super().__call__(moment)

    result = load(context, batch_size=5, trap=Deadlock(ConnectionError("deadlock"), 2))
    assert isinstance(result.error, Interrupted)
    assert numbers_in(target) == passed_on(5)


def test_a_target_that_is_away_does_not_hold_up_whoever_wants_to_stop(
    attempts: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "ONCE_STOPPING", 0.2)
    stamina.set_testing(False)
    context = attempts.begin()
    context.stop.set()
    task = LoadNumbers(context)
    sink = SQLiteSink(context, task, task.chain().upstream, trap=Fails(ConnectionError(), 1000))
    fails_to_write(sink, context, retry_time=3600, raised=Interrupted)


@pytest.mark.parametrize(("retry_time", "again"), [(0, False), (0.2, True)])
def test_the_time_for_trying_again_is_limited(attempts: Attempts, retry_time: float, again: bool) -> None:
    stamina.set_testing(False)
    context = attempts.begin()
    trap = Fails(ConnectionError(), 1000)
    task = LoadNumbers(context)
    fails_to_write(SQLiteSink(context, task, task.chain().upstream, trap=trap), context, retry_time)
    assert (trap.seen.count("before commit") > 1) is again


class Away:
    """A method of a store that is away the first ``times`` times that it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, method: str, times: int) -> None:
        self.asked = 0
        original = getattr(SQLiteTarget, method)

        def asked(store: SQLiteTarget, *args: Any) -> Any:
            self.asked += 1
            if self.asked <= times:
                raise ConnectionError("away")
            return original(store, *args)

        monkeypatch.setattr(SQLiteTarget, method, asked)


@pytest.mark.parametrize("method", ["take_over", "finish"])
def test_between_tasks_and_at_the_end_a_target_is_waited_for_too(
    attempts: Attempts, target: SQLiteTarget, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    away = Away(monkeypatch, method, 3)
    assert load(attempts.begin()).success
    assert away.asked == 4
    assert numbers_in(target) == passed_on(40)
    [record] = target.runs("numbers")
    assert not record.active


def test_a_target_that_stays_away_fails_the_task_that_takes_over(
    attempts: Attempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    Away(monkeypatch, "take_over", 1000)
    error = load(attempts.begin()).error
    assert isinstance(error, ConnectionFailed)
    assert "could not reach its checkpoints: ConnectionError: away" in str(error)


def test_a_load_that_failed_does_not_wait_to_say_so(attempts: Attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    away = Away(monkeypatch, "finish", 1)
    context = attempts.begin()
    with pytest.raises(ConnectionError), context:
        assert isinstance(LoadTerminated(context, trap=Fails(LookupError("lost"), 1)).execute().error, LookupError)
    assert away.asked == 1


def fails_to_write(
    sink: SQLiteSink, context: ETLContext, retry_time: float, raised: type[Exception] = ConnectionFailed
) -> Exception:
    assert isinstance(context.delivery, ExactlyOnce)
    context.delivery.open([sink.store])
    key = CheckpointKey(context.run.id, "numbers")
    sink.store.take_over(context.run, [key])
    batch = BatchResults([{"n": 1}], {}, 1, [1], Position(1))
    checkpoint = Progress(key, context.run.owner).checkpoint(batch)
    with pytest.raises(raised) as caught, context:
        write_until_committed(sink, batch, checkpoint, retry_time)
    return caught.value
