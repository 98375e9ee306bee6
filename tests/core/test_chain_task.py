from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

import pytest

from etl_host import BatchProcessor, ChainTask, CheckpointStore, ETLContext, Problem, TaskReturn
from moments import Moments
from number_links import Collect, CollectNumbers, Numbers, SortOut


class Complains(SortOut):
    def check(self) -> Iterable[Problem]:
        yield Problem("warn", self.label, "one")
        yield Problem("ok", self.label, "two")


STORE = cast("CheckpointStore", object())


class Stored(Collect):
    @property
    def store(self) -> CheckpointStore:
        return STORE


class Load(ChainTask):
    batch_size = 3

    def chain(self) -> BatchProcessor[Any]:
        self.moments = Moments()
        numbers = Numbers(7, self.context, self, trap=self.moments)
        first = Complains(self.context, self, Complains(self.context, self, numbers))
        return Stored(self.context, self, first)


@pytest.fixture
def task(tmp_path: object) -> Load:
    return Load(ETLContext(rejects_dir=str(tmp_path)))


def test_the_chain_is_closed_and_pulled_in_batches_of_the_tasks_size(task: Load) -> None:
    result = task.execute()
    assert result == TaskReturn(True, {"numbers_read": 7, "rejected_rows": 1, "valid_rows": 10, "rows_collected": 5})
    assert task.moments.seen.count("source reads") == 3


@pytest.mark.parametrize("replayable", [True, False])
def test_its_rejects_can_be_replayed_where_its_sink_says_so(
    task: Load, replayable: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stored, "replayable", replayable)
    task.execute()
    assert (task.replayable, task.summary().replayable) == (replayable, replayable)


def test_checks_come_from_the_source_on_with_who_says_it(task: Load) -> None:
    assert [(type(link), problem.message) for link, problem in task.check()] == [
        (Complains, "one"),
        (Complains, "two"),
        (Complains, "one"),
        (Complains, "two"),
    ]
    assert task.moments.seen == []  # nothing was opened for it


def test_the_stores_of_its_sinks_are_known_before_it_runs(task: Load) -> None:
    assert list(task.stores()) == [STORE]
    assert list(CollectNumbers(task.context, 0).stores()) == []
