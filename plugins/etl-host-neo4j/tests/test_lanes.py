"""What the Cypher sink adds to lanes: which targets take them, by which keys, and commits one at a time."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from etl_host import ChainTask, ETLContext, ExactlyOnce, Lanes
from etl_host.testing import FakeTask, RowsSource
from etl_host_neo4j import CypherBatchProcessor, Neo4jConnection, connection

ROWS: Sequence[Mapping[str, Any]] = [{"a": i % 7, "b": i % 11} for i in range(77)]
MERGE = "UNWIND $batch AS row MATCH (a:A {id: row.a}) MATCH (b:A {id: row.b}) MERGE (a)-[:R]->(b)"
CREATE = MERGE.replace("MERGE", "CREATE")


class Load(ChainTask):
    """Relationships between nodes of one kind."""

    query = MERGE
    lanes: Lanes | None = Lanes(2, {})
    batch_size = 10

    def chain(self) -> CypherBatchProcessor:
        sink = CypherBatchProcessor(self.context, self, RowsSource(ROWS, self.context, self), self.query)
        sink.lanes = self.lanes
        return sink


@pytest.mark.parametrize(
    ("query", "lanes", "has_turns"),
    [(MERGE, Lanes(2, {}), True), (CREATE, Lanes(2, {}), False), (MERGE, None, False)],
)
def test_relationships_that_are_merged_in_lanes_are_committed_one_at_a_time(
    neo4j_server: Any, monkeypatch: pytest.MonkeyPatch, query: str, lanes: Lanes | None, has_turns: bool
) -> None:
    neo4j_server.wipe()
    neo4j_server.driver.execute_query("UNWIND range(0, 10) AS i CREATE (:A {id: i})", database_=neo4j_server.database)
    real, turns = Neo4jConnection.commit_turn, []

    def counted(self: Neo4jConnection) -> Any:
        turns.append(self)
        return real(self)

    monkeypatch.setattr(Neo4jConnection, "commit_turn", counted)
    with ETLContext(neo4j_server.settings, ExactlyOnce("lanes")) as context:
        task = Load(context)
        task.query, task.lanes = query, lanes
        result = task.execute()
    assert result.summary["relationships_created"] == len(ROWS)
    assert bool(turns) is has_turns


def test_a_server_takes_lanes_and_the_embedded_graph_one(neo4j_server: Any, embedded_graph: Any) -> None:
    for graph, answer in ((neo4j_server, True), (embedded_graph, False)):
        with ETLContext(graph.settings) as context, FakeTask(context) as task:
            sink = CypherBatchProcessor(context, task, RowsSource(ROWS, context, task), MERGE)
            assert sink.takes_lanes() is answer


def test_keys_are_those_of_the_query_and_of_several_queries_none() -> None:
    with ETLContext({}) as context, FakeTask(context) as task:
        source = RowsSource(ROWS, context, task)
        assert CypherBatchProcessor(context, task, source, MERGE).lane_keys() == {"A": ["a", "b"]}
        assert CypherBatchProcessor(context, task, source, queries=[MERGE, CREATE]).lane_keys() == {}


def test_one_commit_at_a_time_has_its_turn() -> None:
    neo4j, wants, inside = Neo4jConnection("bolt://nowhere"), threading.Event(), threading.Event()

    def commit() -> None:
        wants.set()
        with neo4j.commit_turn():
            inside.set()

    thread = threading.Thread(target=commit)
    with neo4j.commit_turn():
        thread.start()
        assert wants.wait(60)
        assert not inside.wait(0.2)
    assert inside.wait(60)
    thread.join()


def test_a_commit_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MOST_PATIENCE", 0.01)
    neo4j = Neo4jConnection("bolt://nowhere")
    with neo4j.commit_turn(), neo4j.commit_turn():
        pass
    with neo4j.commit_turn():
        assert neo4j._commits.locked()
    assert not neo4j._commits.locked()
