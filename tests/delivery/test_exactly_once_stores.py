"""One run whose tasks load into two databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from attempts import Attempts, broken_at
from etl_host import ETLContext, ExactlyOnce, Locked, Run, RunRefused, Task, TaskGroup, TaskReturn
from moments import Trap, nothing_happens
from sqlite_sink import LoadEveryNumber
from sqlite_target import SQLiteTarget

PLAN = [{"task": f"all/{name}"} for name in "abc"]
EVERY = [("a", n) for n in range(1, 21)], [("b", n) for n in range(1, 21)], [("c", n) for n in range(1, 21)]


@pytest.fixture
def targets(tmp_path: Path) -> Iterator[tuple[SQLiteTarget, SQLiteTarget]]:
    one, two = SQLiteTarget(tmp_path / "one.db"), SQLiteTarget(tmp_path / "two.db")
    yield one, two
    one.close()
    two.close()


def load(context: ETLContext, *, by_hand: bool = True, fails: str = "", at: Trap | None = None) -> TaskReturn:
    """Tasks a and c into one, b into two. A pipeline opens all stores first; by hand they come as they come."""
    with context:
        if not by_hand:
            assert isinstance(context.delivery, ExactlyOnce)
            context.delivery.open([context.connection(name, SQLiteTarget) for name in ("one", "two")])
        tasks: list[Task] = []
        for name, connection in (("a", "one"), ("b", "two"), ("c", "one")):
            trap = at or broken_at("source reads", 3) if name == fails else nothing_happens
            tasks.append(LoadEveryNumber(context, 20, name=name, connection=connection, trap=trap))
        return TaskGroup(context, tasks, name="all").execute()


@pytest.mark.parametrize("by_hand", [True, False])
@pytest.mark.parametrize("fails", ["a", "b", "c"])
def test_both_databases_hold_one_run_that_goes_on_in_both(
    attempts: Attempts, targets: tuple[SQLiteTarget, SQLiteTarget], fails: str, by_hand: bool
) -> None:
    options = {} if by_hand else {"plan": PLAN}
    first = attempts.begin("one", "two", **options)
    assert not load(first, by_hand=by_hand, fails=fails).success
    second = attempts.begin("one", "two", **options)
    result = load(second, by_hand=by_hand)
    assert result.summary == {"numbers_read": 60, "rows_inserted": 60}
    assert targets[0].loaded() == [*EVERY[0], *EVERY[2]]
    assert targets[1].loaded() == EVERY[1]
    for target in targets:
        [record] = target.runs("numbers")
        assert (record.run.id, record.active, record.run.status) == (first.run.id, False, "success")
    assert second.delivery.rows_before == second.summary.rows_before


class Dies(BaseException):
    """Stands for the death of the process: what is caught on the way is not told to the store."""


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_run_whose_end_was_stored_in_one_database_only_is_finished_by_the_next_attempt(
    attempts: Attempts, targets: tuple[SQLiteTarget, SQLiteTarget], by_hand: bool
) -> None:
    options = {} if by_hand else {"plan": PLAN}
    first = attempts.begin("one", "two", **options)

    def dies(moment: str) -> None:
        if moment == "before finish":
            raise Dies

    first.connection("one", SQLiteTarget).trap = dies  # the first store is the last one told
    with pytest.raises(Dies):
        load(first, by_hand=by_hand)
    assert [target.runs("numbers")[0].active for target in targets] == [True, False]
    second = attempts.begin("one", "two", **options)
    assert load(second, by_hand=by_hand).success
    assert second.run.id == first.run.id
    assert targets[0].loaded() == [*EVERY[0], *EVERY[2]]
    assert targets[1].loaded() == EVERY[1]
    for target in targets:
        [record] = target.runs("numbers")
        assert (record.active, record.run.status, record.run.attempt) == (False, "success", 2)


@pytest.mark.parametrize("by_hand", [True, False])
def test_two_databases_with_different_unfinished_runs_are_refused_by_name(
    attempts: Attempts, targets: tuple[SQLiteTarget, SQLiteTarget], by_hand: bool
) -> None:
    for name, connection in (("a", "one"), ("b", "two")):
        with attempts.begin(connection) as context:
            task = LoadEveryNumber(context, 20, name=name, connection=connection, trap=broken_at("source reads", 3))
            TaskGroup(context, [task], name="all").execute()
    runs = [target.runs("numbers")[0].run.id for target in targets]
    before = [target.loaded() for target in targets]
    with pytest.raises(RunRefused) as refused:
        raise load(attempts.begin("one", "two"), by_hand=by_hand).error or AssertionError
    assert f"there are two unfinished runs of numbers, in different targets: {', '.join(sorted(runs))}" in str(
        refused.value
    )
    assert targets[1].loaded() == before[1]
    assert load(attempts.begin("one", "two", restart=True), by_hand=by_hand).success


def test_two_connections_to_one_database_are_one_run_and_one_attempt(tmp_path: Path) -> None:
    looks = SQLiteTarget(tmp_path / "same.db")
    for number, fails in enumerate(("c", ""), start=1):
        connections = {name: SQLiteTarget(tmp_path / "same.db") for name in ("one", "two")}
        context = ETLContext(delivery=ExactlyOnce("numbers"), connections=connections, rejects_dir=tmp_path)
        assert load(context, fails=fails).success is (not fails)
        [record] = looks.runs("numbers")
        assert record.run.attempt == context.run.attempt == number
        assert context.delivery.rows_before == (0 if fails else 54)
    assert looks.loaded() == [*EVERY[0], *EVERY[1], *EVERY[2]]
    looks.close()


def test_a_run_that_another_process_began_a_moment_ago_is_left_to_it(
    attempts: Attempts, targets: tuple[SQLiteTarget, SQLiteTarget]
) -> None:
    class OvertakenWhileBeginning(SQLiteTarget):
        def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
            other = SQLiteTarget(self.file)
            other.begin(Run.new("numbers"))
            other.close()
            return super().begin(run, after=after, abandon=abandon)

    target = OvertakenWhileBeginning(targets[0].file)
    context = ETLContext(delivery=ExactlyOnce("numbers"), connections={"one": target}, rejects_dir=attempts.rejects)
    with context:
        result = LoadEveryNumber(context, 20, connection="one").execute()
    assert isinstance(result.error, Locked)
    assert "is being loaded by another process" in str(result.error)
    assert context.summary.exit_code == 6
    assert targets[0].loaded() == []
