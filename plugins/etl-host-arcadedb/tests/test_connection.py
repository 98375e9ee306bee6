"""The connection that starts an embedded graph when it is used."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from etl_host import ConnectionFailed, OptionError
from etl_host_arcadedb import ArcadeDBConnection


def test_nothing_is_made_before_the_first_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ArcadeDBConnection.from_settings(os.environ, "neo4j").close()
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_the_one_of_when_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    connection = ArcadeDBConnection.from_settings({"NEO4J_URI": "bolt://elsewhere"}, "neo4j")
    monkeypatch.chdir("/")
    assert connection.server.folder == tmp_path / ".etl-host" / "embedded"


@pytest.mark.parametrize("heap", ["", "1", "0g", "1 g", "1gb", "-1g", "1g -XX:+Foo"])
def test_a_heap_that_is_no_size_is_refused_by_its_option(heap: str) -> None:
    with pytest.raises(OptionError, match="512m or 4g") as told:
        ArcadeDBConnection(heap=heap)
    assert told.value.option == "heap"


def test_rows_written_through_one_connection_are_read_through_the_next(
    tmp_path: Path, servers_in: Callable[[Path], list[int]]
) -> None:
    first = ArcadeDBConnection(tmp_path)
    with first.session() as session:
        session.execute_write(lambda transaction: transaction.run("CREATE (:Row {id: 1})").consume())
    assert first.driver is first.driver
    assert first.server.password not in f"{first} {first!r} {vars(first)}"
    assert len(servers_in(tmp_path)) == 1
    first.close()
    assert servers_in(tmp_path) == []

    second = ArcadeDBConnection(tmp_path)
    found = second.driver.execute_query("MATCH (n:Row) RETURN n.id", database_=second.database)
    second.close()
    assert [record[0] for record in found.records] == [1]


def test_a_server_that_refuses_the_driver_does_not_go_on_running(
    tmp_path: Path, servers_in: Callable[[Path], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = ArcadeDBConnection(tmp_path)
    monkeypatch.setattr(connection, "username", "nobody")
    with pytest.raises(ConnectionFailed):
        connection.driver  # noqa: B018 - starts the server
    assert servers_in(tmp_path) == []
    connection.close()
