"""What each kind of error means for a load; the errors of the server are provoked for real."""

from __future__ import annotations

import threading
import time
from typing import Any

import neo4j
import pytest
from neo4j.exceptions import IncompleteCommit, Neo4jError, ServiceUnavailable

from etl_host import Fault
from etl_host_neo4j.faults import classify


@pytest.fixture(params=["neo4j_server", "neo4j_2026"])
def server(request: pytest.FixtureRequest) -> Any:
    server = request.getfixturevalue(request.param)
    server.wipe()
    return server


def run(server: Any, query: str, **parameters: Any) -> list[Any]:
    return [*server.driver.execute_query(query, parameters, database_=server.database).records]


def raised_by(server: Any, query: str, **parameters: Any) -> Exception:
    with server.driver.session(database=server.database) as session, session.begin_transaction() as transaction:
        try:
            transaction.run(query, parameters).consume()
            transaction.commit()
        except Exception as error:
            return error
        finally:
            transaction.close()
    raise AssertionError("it was accepted")


REFUSED = {
    "constraint": ("CREATE (:Thing {id: 1})", {}),
    "a date that is none": ("RETURN date('n/a')", {}),
    "null in a MERGE": ("MERGE (:Thing {id: $id})", {"id": None}),
    "a number where text is wanted": ("RETURN date($at)", {"at": 12}),
    "a map as a property": ("CREATE (:Other {value: $value})", {"value": {"a": 1}}),
    "beyond 64 bits": ("CREATE (:Other {value: $value})", {"value": 2**80}),
    "an unknown object": ("CREATE (:Other {value: $value})", {"value": object()}),
    "a key too long for the index": ("CREATE (:Thing {id: $id})", {"id": "x" * 40_000}),
    "a point out of range": ("RETURN point({latitude: 100, longitude: 0})", {}),
}


@pytest.mark.parametrize(("query", "parameters"), REFUSED.values(), ids=list(REFUSED))
def test_rows_are_blamed_for_what_they_hold(server: Any, query: str, parameters: dict[str, Any]) -> None:
    run(server, "CREATE CONSTRAINT FOR (t:Thing) REQUIRE t.id IS UNIQUE")
    run(server, "CREATE (:Thing {id: 1})")
    assert classify(raised_by(server, query, **parameters)) is Fault.DATA


@pytest.mark.parametrize("query", ["CALL no.such.procedure()", "RETURN $missing"])
def test_no_row_is_blamed_for_what_the_server_lacks(server: Any, query: str) -> None:
    assert classify(raised_by(server, query)) is Fault.FATAL


def test_a_wrong_password_is_fatal(server: Any) -> None:
    with (
        neo4j.GraphDatabase.driver(server.uri, auth=(server.username, "wrong")) as driver,
        pytest.raises(Neo4jError) as caught,
    ):
        driver.execute_query("RETURN 1", database_=server.database)
    assert classify(caught.value) is Fault.FATAL


def test_a_server_that_is_not_there_may_come_back() -> None:
    with neo4j.GraphDatabase.driver("bolt://localhost:1") as driver, pytest.raises(ServiceUnavailable) as caught:
        driver.execute_query("RETURN 1", database_="neo4j")
    assert classify(caught.value) is Fault.TRANSIENT


def test_a_transaction_that_lasts_too_long_is_too_big(server: Any) -> None:
    with (
        server.driver.session(database=server.database) as session,
        pytest.raises(Neo4jError) as caught,
        session.begin_transaction(timeout=0.5) as transaction,
    ):
        transaction.run("UNWIND range(1, 1000000000) AS n RETURN max(n * 2)").consume()
    assert classify(caught.value) is Fault.TOO_BIG


def end_transactions(server: Any, mark: str) -> None:
    """End those whose metadata have that mark, once there is one."""
    find = "SHOW TRANSACTIONS YIELD transactionId, metaData, status WHERE metaData.mark = $mark"
    while not (found := run(server, f"{find} AND (status STARTS WITH 'Blocked' OR $mark = 'idle')", mark=mark)):
        time.sleep(0.05)
    for record in found:
        run(server, f"TERMINATE TRANSACTION '{record['transactionId']}'")


def test_a_transaction_that_somebody_ended_is_terminated(server: Any) -> None:
    with server.driver.session(database=server.database) as session:
        transaction = session.begin_transaction(metadata={"mark": "idle"})
        transaction.run("RETURN 1").consume()
        end_transactions(server, "idle")
        with pytest.raises(Neo4jError) as caught:
            transaction.run("RETURN 1").consume()
    assert classify(caught.value) is Fault.TERMINATED


def test_one_that_was_waiting_for_a_lock_is_terminated_too(server: Any) -> None:
    run(server, "CREATE (:Thing {id: 1})")
    with server.driver.session(database=server.database) as holder, holder.begin_transaction() as first:
        first.run("MATCH (t:Thing) SET t.a = 1").consume()
        ending = threading.Thread(target=end_transactions, args=(server, "waits"))
        ending.start()
        with (
            server.driver.session(database=server.database) as session,
            pytest.raises(Neo4jError) as caught,
            session.begin_transaction(metadata={"mark": "waits"}) as transaction,
        ):
            transaction.run("MATCH (t:Thing) SET t.b = 1").consume()
        ending.join()
        first.rollback()
    assert classify(caught.value) is Fault.TERMINATED


def test_a_deadlock_is_transient(server: Any) -> None:
    run(server, "CREATE (:Thing {id: 1}), (:Thing {id: 2})")
    both = threading.Barrier(2)
    errors: list[Exception] = []

    def write(first: int, second: int) -> None:
        with server.driver.session(database=server.database) as session:
            try:
                with session.begin_transaction() as transaction:
                    transaction.run("MATCH (t:Thing {id: $id}) SET t.n = 1", id=first).consume()
                    both.wait(30)
                    transaction.run("MATCH (t:Thing {id: $id}) SET t.n = 1", id=second).consume()
                    transaction.commit()
            except Neo4jError as error:
                errors.append(error)

    threads = [threading.Thread(target=write, args=args) for args in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [classify(error) for error in errors] == [Fault.TRANSIENT]


NOT_PROVOKED = {
    "Neo.ClientError.Security.Forbidden": Fault.FATAL,
    "Neo.ClientError.Security.CredentialsExpired": Fault.FATAL,
    "Neo.ClientError.Security.TokenExpired": Fault.FATAL,
    "Neo.ClientError.Security.AuthorizationExpired": Fault.TRANSIENT,
    "Neo.ClientError.Cluster.NotALeader": Fault.TRANSIENT,
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase": Fault.TRANSIENT,
    "Neo.TransientError.General.DatabaseUnavailable": Fault.TRANSIENT,
    "Neo.TransientError.Transaction.LockAcquisitionTimeout": Fault.TRANSIENT,
    "Neo.TransientError.Transaction.Terminated": Fault.TERMINATED,
    "Neo.TransientError.Transaction.LockClientStopped": Fault.TERMINATED,
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": Fault.TOO_BIG,
    "Neo.TransientError.General.OutOfMemoryError": Fault.TOO_BIG,
    "Neo.DatabaseError.Statement.ExecutionFailed": Fault.DATA,
    "Neo.Something.New": Fault.FATAL,
}


@pytest.mark.parametrize(("code", "fault"), NOT_PROVOKED.items())
def test_what_cannot_be_provoked_here_is_known_by_its_code(code: str, fault: Fault) -> None:
    assert classify(Neo4jError._hydrate_neo4j(code=code, message="as the server says")) is fault


def test_a_token_that_the_driver_has_renewed_is_tried_again() -> None:
    error = Neo4jError._hydrate_neo4j(code="Neo.ClientError.Security.TokenExpired", message="as the server says")
    error._retryable = True  # as the driver's pool does, once its auth manager has got a new token
    assert classify(error) is Fault.TRANSIENT


def test_a_commit_without_an_answer_is_tried_again() -> None:
    assert classify(IncompleteCommit("connection lost")) is Fault.TRANSIENT
