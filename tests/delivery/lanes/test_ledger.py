from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from etl_host import Balance, BatchResults, CheckpointKey, Position, Statistics, add_statistics
from etl_host.delivery.lanes.ledger import Ledger
from etl_host.delivery.lanes.writer import BucketWriter
from etl_host.delivery.progress import Progress

NOWHERE: Any = None  # nothing is written here


@pytest.fixture
def writers() -> list[BucketWriter]:
    return [BucketWriter(NOWHERE, Progress(CheckpointKey("run", "stops", bucket=n), "me"), 0) for n in range(3)]


def commit(writer: BucketWriter, to: int, *, refused: int = 0) -> None:
    """Two rows of ``writer``'s bucket, once the source has read so many; of them the target refuses some."""
    read = to - writer.progress.at.origin
    batch = BatchResults(["row"] * (2 - refused), {"read": read}, 2, [to - 1, to][refused:], Position(to, f"at {to}"))
    counted: Statistics = {"inserted": 2 - refused, **({"rejected_rows": refused} if refused else {})}
    writer.progress = writer.progress.including(batch, counted)


def finish(writer: BucketWriter) -> None:
    writer.progress = replace(writer.progress, state=replace(writer.progress.state, finished=True))


def test_rows_of_all_buckets_count_and_those_of_the_source_up_to_where_all_are(writers: list[BucketWriter]) -> None:
    ledger = Ledger(writers)
    commit(writers[0], 10)
    commit(writers[2], 30, refused=1)
    assert ledger.balance == Balance(4, 3, 1)
    assert ledger.statistics == {"inserted": 3, "rejected_rows": 1}
    assert ledger.lowest.key.bucket == 1
    commit(writers[1], 20)
    assert ledger.balance == Balance(6, 5, 1)
    assert ledger.statistics == {"read": 10, "inserted": 5, "rejected_rows": 1}
    assert ledger.lowest.key.bucket == 0


def test_news_are_of_what_was_committed_since_the_last(writers: list[BucketWriter]) -> None:
    ledger, told = Ledger(writers), []
    for bucket, to in [(0, 10), (1, 20), (2, 30), (0, 40), (1, 50)]:
        commit(writers[bucket], to, refused=bucket % 2)
        news = ledger.news()
        assert (news.batch_size, news.balance) == (2, Balance(2, 2 - bucket % 2, bucket % 2))
        assert list(news.chunk) == []
        assert news.position == ledger.lowest.at
        told.append(news)
    assert add_statistics(*(news.statistics for news in told)) == ledger.statistics
    assert sum((news.balance or Balance() for news in told), Balance()) == ledger.balance
    assert [news.statistics.get("read", 0) for news in told] == [0, 0, 10, 10, 10]
    assert not any(ledger.news().statistics.values())
    assert ledger.news().balance == Balance()


def test_what_was_committed_earlier_is_news_once(writers: list[BucketWriter]) -> None:
    for writer in writers:
        commit(writer, 10)
    ledger = Ledger(writers)
    assert ledger.news().balance == Balance(6, 6)
    assert ledger.news().balance == Balance()


def test_it_is_finished_once_every_bucket_is(writers: list[BucketWriter]) -> None:
    ledger = Ledger(writers)
    for writer in writers:
        assert not ledger.finished
        finish(writer)
    assert ledger.finished
