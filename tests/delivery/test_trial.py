"""What a trial refuses, and that it gives back what it was lent, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl_host import ETLContext, RunRefused, Task, TaskReturn
from etl_host.delivery.trial import Trial
from moments import Moments
from number_links import Collect, CollectNumbers, passed_on, rejected


class Lender:
    """A store of which only its transactions are used."""

    def __init__(self) -> None:
        self.moments = Moments()

    @contextmanager
    def trial(self) -> Iterator[None]:
        self.moments("lent")
        try:
            yield
        finally:
            self.moments("given back")


@pytest.fixture
def lender(monkeypatch: pytest.MonkeyPatch) -> Lender:
    lender = Lender()
    monkeypatch.setattr(Collect, "store", lender)
    return lender


def test_the_first_rows_of_each_task_are_tried(lender: Lender, tmp_path: Path) -> None:
    trial = Trial("numbers", 20)
    with ETLContext({}, trial, rejects_dir=tmp_path / "rejects") as context:
        tasks = [CollectNumbers(context, 1_000, name=name) for name in ("first", "second")]
        trial.open(tasks)
        assert lender.moments.seen == ["lent"]  # once for both
        results = [task.execute() for task in tasks]
    assert lender.moments.seen == ["lent", "given back"]
    for task, result in zip(tasks, results, strict=True):
        assert result.summary["numbers_read"] == 20
        assert result.summary["rejected_rows"] == len(rejected(20))
        assert [row["n"] for row in task.written] == passed_on(20)
    assert not (tmp_path / "rejects").exists()
    assert context.summary.guarantee == "rolled back: nothing was written"
    assert {task.rejects_file for task in context.summary.tasks} == {None}


def test_rejects_are_told(lender: Lender, caplog: pytest.LogCaptureFixture) -> None:
    with ETLContext({}, Trial("numbers", 10)) as context:
        CollectNumbers(context, 10).execute()
    assert caplog.messages == ["numbers:21: rejected by SortOut: a multiple of 7"]


def test_what_was_lent_is_given_back_after_a_failure(lender: Lender) -> None:
    trial = Trial("numbers", 10)

    def run() -> None:
        with ETLContext({}, trial) as context:
            trial.open([CollectNumbers(context, 10)])
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        run()
    assert lender.moments.seen == ["lent", "given back"]


class NoChain(Task):
    def run_internal(self) -> TaskReturn:
        return TaskReturn()


def test_what_could_not_be_rolled_back_is_refused_before_anything_is_done() -> None:
    trial = Trial("numbers")
    with ETLContext({}, trial) as context:
        with pytest.raises(RunRefused, match="task numbers can't be rolled back: Collect lends no transaction"):
            trial.open([CollectNumbers(context, 10, name="numbers")])
        with pytest.raises(RunRefused, match="task NoChain can't be rolled back: it is no chain"):
            trial.open([NoChain(context)])
