"""What is beyond the contracts, which ``test_twins.py`` runs for the target and its sink."""

from __future__ import annotations

import pytest

from etl_host import ConnectionMissing, ETLContext, OptionError
from etl_host.testing import FakeTask, MemorySink, MemoryTarget, RowsSource, drain


def test_what_fails_in_a_transaction_leaves_nothing() -> None:
    target = MemoryTarget()

    def fail() -> None:
        with target.transaction() as content:
            content.rows.append(1)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert target.rows == []


def test_rows_are_there_after_the_context_and_its_connection_are_closed() -> None:
    target = MemoryTarget()
    with ETLContext({}, connections={"memory": target}) as context, FakeTask(context) as task:
        drain(MemorySink(context, task, RowsSource([{"n": 1}], context, task)))
    assert target.rows == [{"n": 1}]


def test_it_is_given_by_hand_only() -> None:
    with ETLContext({}) as context, FakeTask(context) as task:
        sink = MemorySink(context, task, RowsSource([], context, task))
        with pytest.raises(ConnectionMissing, match="by hand"):
            drain(sink)


def test_a_connection_of_another_kind_is_refused() -> None:
    class Other(MemoryTarget): ...

    class Wanted(MemoryTarget): ...

    with ETLContext({}, connections={"memory": Other()}) as context, pytest.raises(OptionError, match="a Wanted"):
        context.connection("memory", Wanted)
