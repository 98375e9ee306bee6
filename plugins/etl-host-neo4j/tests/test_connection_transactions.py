"""What the transactions of one connection do to each other: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from neo4j.exceptions import ClientError, ServiceUnavailable

from etl_host_neo4j import Neo4jConnection


@pytest.fixture
def connection(graph: Any) -> Iterator[Neo4jConnection]:
    connection = Neo4jConnection.from_settings(graph.settings, "neo4j")
    yield connection
    connection.close()


INSERT = "CREATE (:Kept {id: $id})"
COUNT = "MATCH (n:Kept) RETURN count(n)"


def test_one_that_has_failed_leaves_those_alone_that_begin_before_its_end(connection: Neo4jConnection) -> None:
    others = ExitStack()
    with connection.transaction() as failed:
        with pytest.raises(ClientError):
            failed.run("RETURN date('no date')").single()
        # it gets the driver's connection of the one that has failed, as another thread would
        other = others.enter_context(connection.transaction())
        other.run(INSERT, id=1).consume()
    with others:
        other.run(INSERT, id=2).consume()
        other.commit()
    assert connection.run(COUNT)[1] == [[2]]


def test_what_is_not_committed_is_rolled_back(connection: Neo4jConnection) -> None:
    with connection.transaction() as transaction:
        transaction.run(INSERT, id=1).consume()
    with suppress(ZeroDivisionError), connection.transaction() as transaction:
        transaction.run(INSERT, id=2).consume()
        _ = 1 / 0
    assert connection.run(COUNT)[1] == [[0]]


def test_work_is_done_again_after_a_fault_that_passes(connection: Neo4jConnection) -> None:
    faults: list[Exception] = [ServiceUnavailable("away"), ConnectionResetError()]

    def work(transaction: Any) -> int:
        transaction.run(INSERT, id=1).consume()
        if faults:
            raise faults.pop()
        return 7

    assert connection.transact(work) == 7
    assert connection.run(COUNT)[1] == [[1]]


def test_work_is_not_done_again_after_any_other(connection: Neo4jConnection) -> None:
    def work(transaction: Any) -> None:
        transaction.run(INSERT, id=1).consume()
        raise LookupError

    with pytest.raises(LookupError):
        connection.transact(work)
    assert connection.run(COUNT)[1] == [[0]]
