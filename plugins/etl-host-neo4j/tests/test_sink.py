"""The Cypher sink on real servers: what is counted, what is committed, and what is not done twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from etl_host import (
    Balance,
    Batches,
    BatchResults,
    ChainTask,
    Checkpoint,
    CheckpointKey,
    ETLContext,
    ExactlyOnce,
    Fault,
    Fenced,
    OptionError,
    Position,
    Row,
    Source,
    Task,
)
from etl_host_neo4j import CypherBatchProcessor

CREATE = "UNWIND $batch AS row CREATE (:Thing {n: row.n, run: $etl.run, color: $color})"


class Numbers(Source[Row]):
    resumable = True

    def __init__(self, count: int, context: ETLContext, task: Task) -> None:
        super().__init__(context, task)
        self.count = count

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        yield from self.cut(({"n": n} for n in range(self.count)), max_batch_size, after)


class Load(ChainTask):
    batch_size = 10

    def __init__(self, context: ETLContext, count: int = 25, query: str = CREATE) -> None:
        super().__init__(context)
        self.count = count
        self.query = query

    def chain(self) -> CypherBatchProcessor:
        source = Numbers(self.count, self.context, self)
        return CypherBatchProcessor(self.context, self, source, self.query, parameters={"color": "red"})


@pytest.fixture
def context(graph: Any) -> Iterator[ETLContext]:
    with ETLContext(graph.settings, ExactlyOnce("things")) as context:
        yield context


def values(graph: Any, query: str) -> list[Any]:
    return [record[0] for record in graph.driver.execute_query(query, database_=graph.database).records]


def test_rows_and_counts_arrive(graph: Any, context: ETLContext) -> None:
    result = Load(context).execute()
    assert result.error is None
    assert result.summary == {
        "rows_read": 25,
        "cypher_rows_written": 25,
        "nodes_created": 25,
        "relationships_created": 0,
        "properties_set": 75,
        "labels_added": 25,
    }
    assert sorted(values(graph, "MATCH (t:Thing) RETURN t.n")) == list(range(25))
    assert values(graph, "MATCH (t:Thing) RETURN DISTINCT t.run") == [context.run.id]


def test_a_source_without_rows_leaves_zeros(context: ETLContext) -> None:
    result = Load(context, 0).execute()
    assert result.summary["rows_read"] == result.summary["nodes_created"] == 0


def checkpoint_for(context: ETLContext, sink: CypherBatchProcessor, **changes: Any) -> Checkpoint:
    run = replace(context.run, plan=({"task": "Load"},))
    key = CheckpointKey(run.id, "Load")
    sink.store.begin(run)
    sink.store.take_over(run, [key])
    checkpoint = Checkpoint(key, run.owner, 0, Position(2), {"rows_read": 2}, {}, Balance(2, 2))
    return replace(checkpoint, **changes)


ROWS = BatchResults([{"n": 1}, {"n": 2}], {"rows_read": 2}, 2, [1, 2], Position(2))


def test_a_batch_whose_answer_was_lost_is_not_written_again(graph: Any, context: ETLContext) -> None:
    sink = Load(context).chain()
    checkpoint = checkpoint_for(context, sink)
    first = sink.write(ROWS, checkpoint)
    assert sink.write(ROWS, checkpoint) == first
    assert values(graph, "MATCH (t:Thing) RETURN count(t)") == [2]


def test_what_is_not_to_be_committed_leaves_nothing(graph: Any, context: ETLContext) -> None:
    sink = Load(context).chain()
    checkpoint = checkpoint_for(context, sink, commit=False)
    assert sink.write(ROWS, checkpoint)["nodes_created"] == 2
    assert values(graph, "MATCH (t:Thing) RETURN count(t)") == [0]
    assert values(graph, "MATCH (c:EtlHostCheckpoint) RETURN c.position") == [0]


def test_an_owner_who_was_overtaken_writes_nothing(graph: Any, context: ETLContext) -> None:
    sink = Load(context).chain()
    checkpoint = checkpoint_for(context, sink)
    another = sink.store.begin(replace(context.run, owner="another"), after=context.run.owner)
    sink.store.take_over(another, [checkpoint.key])
    with pytest.raises(Fenced, match="taken over"):
        sink.write(ROWS, checkpoint)
    assert values(graph, "MATCH (t:Thing) RETURN count(t)") == [0]


def test_a_deleted_checkpoint_is_an_error_of_its_own(graph: Any, context: ETLContext) -> None:
    sink = Load(context).chain()
    checkpoint = checkpoint_for(context, sink)
    values(graph, "MATCH (c:EtlHostCheckpoint) DELETE c RETURN count(*)")
    with pytest.raises(Exception, match="was deleted from the database"):
        sink.write(ROWS, checkpoint)


def test_a_value_that_cannot_be_packed_is_the_rows_fault_and_rolls_back(graph: Any, context: ETLContext) -> None:
    sink = Load(context).chain()
    checkpoint = checkpoint_for(context, sink)
    bad = BatchResults([{"n": 1}, {"n": 2**70}], {}, 2, [1, 2], Position(2))
    with pytest.raises(OverflowError) as raised:
        sink.write(bad, checkpoint)
    assert sink.fault(raised.value) is Fault.DATA
    assert values(graph, "MATCH (t:Thing) RETURN count(t)") == [0]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("MATCH (n) SET n.x = 1", "does not use"),
        ("UNWIND $batch AS row RETURN row", "only reads"),
        ("UNWIND $batch AS row CREAT (n)", "refuses"),
    ],
)
def test_a_query_that_cannot_load_is_found_before_the_run(neo4j_server: Any, query: str, message: str) -> None:
    with ETLContext(neo4j_server.settings) as context:
        [problem] = Load(context, query=query).chain().check()
    assert problem.level == "fail"
    assert message in problem.message


def test_a_query_that_commits_by_itself_is_found_before_the_run(graph: Any) -> None:
    query = "UNWIND $batch AS row CALL { WITH row CREATE (:Thing {n: row.n}) } IN TRANSACTIONS OF 5 ROWS"
    with ETLContext(graph.settings) as context:
        [problem] = Load(context, query=query).chain().check()
    assert "commits by itself" in problem.message


def test_a_query_that_loads_has_no_problem(context: ETLContext) -> None:
    assert [problem.level for problem in Load(context).chain().check()] == ["ok"]


@pytest.mark.parametrize("given", [{}, {"query": "a", "queries": ["b"]}])
def test_the_query_is_given_in_exactly_one_way(given: dict[str, Any]) -> None:
    context = ETLContext({})
    task = Load(context)
    with pytest.raises(OptionError, match="one of query"):
        CypherBatchProcessor(context, task, Numbers(1, context, task), **given)
