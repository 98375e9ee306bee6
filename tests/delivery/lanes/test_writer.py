from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from etl_host import (
    Balance,
    BatchResults,
    Checkpoint,
    CheckpointKey,
    CheckpointState,
    ETLContext,
    Position,
    Row,
    RowError,
    Rows,
    Sink,
    Statistics,
)
from etl_host.delivery.lanes.writer import BucketWriter
from etl_host.delivery.progress import Progress
from etl_host.delivery.writing.systemic import AllRejected
from number_links import Numbers
from small_tasks import Does

WHY = RowError("there is no such zone")


class Keeps(Sink[Row]):
    """Remembers checkpoints."""

    def open(self) -> None:
        self.given: list[Checkpoint | None] = []

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        assert list(batch.chunk) == []
        self.given.append(checkpoint)
        return {"commits": 1}


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Keeps]:
    context = ETLContext({}, rejects_dir=tmp_path)
    task = Does(context, "stops")
    sink = Keeps(context, task, Numbers(1, context, task))
    sink.open()
    yield sink
    task.close_rejects()


def bucket(sink: Keeps, number: int, balance: Balance | None = None) -> BucketWriter:
    state = CheckpointState(balance=balance or Balance())
    return BucketWriter(sink, Progress(CheckpointKey("run", "stops", bucket=number), "me", state=state), 0)


def among(*writers: BucketWriter) -> BucketWriter:
    """The first, which knows the others."""
    for writer in writers:
        writer.others = writers
    return writers[0]


def rejected(rows: int) -> Balance:
    return Balance(rows, 0, rows)


def test_how_far_the_source_was_read_is_known_from_what_is_stored(sink: Keeps) -> None:
    writer = bucket(sink, 1)
    assert (writer.read, writer.lost) == (0, 0)
    writer.progress = Progress(writer.progress.key, "me", Position(20, {"read": 20, "reached": 17}))
    assert (writer.read, writer.lost) == (20, 3)


def test_rows_that_are_refused_are_judged_with_those_of_all_buckets(sink: Keeps) -> None:
    writer = among(bucket(sink, 0, rejected(300)), bucket(sink, 1, rejected(300)), bucket(sink, 2, rejected(300)))
    writer.judge(rejected(399), why=WHY)  # of which 300 are committed: nothing counts twice
    with pytest.raises(AllRejected, match="all of the first 1,000 rows are rejected, the last one since there is no"):
        writer.judge(rejected(400), why=WHY)


def test_rows_that_other_buckets_accept_show_that_it_is_the_rows(sink: Keeps) -> None:
    among(bucket(sink, 0), bucket(sink, 1, Balance(1, 1))).judge(rejected(5_000), why=WHY)


def test_nothing_is_said_before_rows_are_refused(sink: Keeps) -> None:
    among(bucket(sink, 0), bucket(sink, 1, rejected(5_000))).judge(rejected(5_000))


def test_rows_that_were_rejected_before_may_all_be_again(sink: Keeps) -> None:
    sink.task.suspect = True
    among(bucket(sink, 0)).judge(rejected(5_000), why=WHY)


def test_that_there_is_no_more_to_come_is_stored_where_the_bucket_is_then(sink: Keeps) -> None:
    writer = bucket(sink, 1)
    nothing = BatchResults(Rows[Row](), {"read": 10}, 3, (), Position(10, {"read": 10, "reached": 7}))
    writer.end(nothing)
    [checkpoint] = sink.given
    assert checkpoint is not None
    assert (checkpoint.key, checkpoint.start, checkpoint.finished) == (writer.progress.key, 0, True)
    assert (checkpoint.position, checkpoint.upstream) == (nothing.position, {"read": 10})
    assert writer.progress.at == nothing.position
    assert writer.progress.state.statistics == {"read": 10, "commits": 1}
    assert writer.progress.state.balance == checkpoint.balance == Balance(3, 0, 0, 3)


def test_rejects_are_safe_before_that_is_stored(sink: Keeps, monkeypatch: pytest.MonkeyPatch) -> None:
    safe: list[int] = []
    monkeypatch.setattr(sink.task.rejects, "sync", lambda: safe.append(len(sink.given)))
    bucket(sink, 1).end(BatchResults(Rows[Row](), {}, 0, (), Position(10)))
    assert safe == [0]
    assert len(sink.given) == 1
