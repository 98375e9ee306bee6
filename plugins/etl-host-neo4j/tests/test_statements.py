"""Statements as a task, on real servers: each once, also those that delete everything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from etl_host import (
    ETLContext,
    ExactlyOnce,
    Fenced,
    FileLocation,
    Interrupted,
    OptionError,
    Task,
    TaskGroup,
    TaskReturn,
)
from etl_host_neo4j import CypherStatementsTask

CONSTRAINT = "CREATE CONSTRAINT thing_id IF NOT EXISTS FOR (t:Thing) REQUIRE t.id IS UNIQUE"


def values(graph: Any, query: str) -> list[Any]:
    return [record[0] for record in graph.driver.execute_query(query, database_=graph.database).records]


class Breakdown(Task):
    """A task that is interrupted, so that the run stays unfinished."""

    def run_internal(self) -> TaskReturn:
        raise Interrupted("as asked")


def run(graph: Any, *tasks: dict[str, Any], interrupted: bool = False) -> Any:
    with ETLContext(graph.settings, ExactlyOnce("statements")) as context:
        made: list[Task] = [CypherStatementsTask(context, **task) for task in tasks]
        root = TaskGroup(context, [*made, *([Breakdown(context)] if interrupted else [])], name="all")
        root.execute()
        return context.summary


def test_statements_run_in_order_and_are_counted(graph: Any) -> None:
    statements = [
        CONSTRAINT,
        "CREATE (:Thing {id: 1})",
        "MATCH (t:Thing) SET t.id = t.id + $by, t.task = $etl.task",
    ]
    summary = run(graph, {"name": "set-up", "statements": statements, "parameters": {"by": 4}})
    assert summary.error is None
    assert summary.exit_code == 0
    assert values(graph, "MATCH (t:Thing) RETURN t.id") == [5]
    assert values(graph, "MATCH (t:Thing) RETURN t.task") == ["set-up"]
    assert summary.statistics["statements_run"] == summary.statistics["statements_read"] == 3
    assert summary.statistics["nodes_created"] == 1


def test_a_finished_task_is_not_run_again_when_the_run_goes_on(graph: Any) -> None:
    values(graph, "CREATE (t:Total {value: 0}) RETURN 1")
    add = {"name": "add", "statements": ["MATCH (t:Total) SET t.value = t.value + 1"]}
    assert run(graph, add, interrupted=True).exit_code == 5
    summary = run(graph, add, interrupted=True)
    assert summary.attempt == 2
    assert summary.statistics["statements_run"] == 1
    assert values(graph, "MATCH (t:Total) RETURN t.value") == [1]


def test_a_wipe_keeps_the_records_of_its_run_and_is_not_repeated(graph: Any) -> None:
    values(graph, "CREATE (:Old), (:Old) RETURN 1")
    wipe = {"name": "wipe", "statements": ["MATCH (n) DETACH DELETE n"]}
    make = {"name": "make", "statements": ["CREATE (:New)"]}
    summary = run(graph, wipe, make, interrupted=True)
    assert summary.statistics["nodes_deleted"] == 2
    assert run(graph, wipe, make, interrupted=True).attempt == 2
    assert values(graph, "MATCH (n:New) RETURN count(n)") == [1]
    assert values(graph, "MATCH (n:Old) RETURN count(n)") == [0]


def test_a_statement_that_fails_fails_the_run(graph: Any) -> None:
    summary = run(graph, {"name": "bad", "statements": ["CREATE (:Thing)", "RETURN 1 / 0"]})
    assert summary.exit_code == 1
    assert values(graph, "MATCH (t:Thing) RETURN count(t)") == [1]


def test_what_the_server_refuses_is_found_before_the_run(graph: Any) -> None:
    with ETLContext(graph.settings) as context:
        task = CypherStatementsTask(context, ["CREATE (:Thing)", "CREAT (:Thing)"])
        [(_, problem)] = task.check()
    assert problem.level == "fail"
    assert problem.message.startswith("statement 2: the server refuses it")


def test_a_statement_that_commits_by_itself_must_be_declared_repeatable(neo4j_server: Any) -> None:
    neo4j_server.wipe()
    statement = "UNWIND range(1, 5) AS n CALL (n) { CREATE (:Thing {id: n}) } IN TRANSACTIONS OF 2 ROWS"
    with ETLContext(neo4j_server.settings) as context:
        [(_, problem)] = CypherStatementsTask(context, [statement]).check()
        assert "commits by itself" in problem.message
        task = CypherStatementsTask(context, [statement], repeatable=True)
        assert [problem.level for _, problem in task.check()] == ["ok"]
        assert task.execute().error is None
    assert values(neo4j_server, "MATCH (t:Thing) RETURN count(t)") == [5]


def test_a_wipe_that_commits_by_itself_leaves_the_records_of_its_run(neo4j_server: Any) -> None:
    neo4j_server.wipe()
    values(neo4j_server, "UNWIND range(1, 5) AS n CREATE (:Junk {id: n}) RETURN n")
    statement = "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 2 ROWS"
    with ETLContext(neo4j_server.settings, ExactlyOnce("statements")) as context:
        task = CypherStatementsTask(context, ["CREATE (:Junk)", statement, "CREATE (:Thing)"], repeatable=True)
        assert task.execute().error is None
    assert values(neo4j_server, "MATCH (n:Junk|Thing) RETURN labels(n)[0]") == ["Thing"]
    assert values(neo4j_server, "MATCH (c:EtlHostCheckpoint) RETURN c.position") == [3]
    assert values(neo4j_server, "MATCH (r:EtlHostRun) RETURN r.status") == ["success"]
    assert context.summary.statistics["nodes_deleted"] == 6


@pytest.mark.parametrize(
    "statement",
    [
        "MATCH (t:Thing) CALL (t) { DETACH DELETE t } IN TRANSACTIONS OF 2 ROWS",
        "DROP CONSTRAINT thing IF EXISTS",
    ],
)
def test_whoever_is_overtaken_runs_nothing_apart(neo4j_server: Any, statement: str) -> None:
    neo4j_server.wipe()
    values(neo4j_server, "CREATE CONSTRAINT thing IF NOT EXISTS FOR (t:Thing) REQUIRE t.id IS UNIQUE")
    values(neo4j_server, "CREATE (:Thing {id: 1}) RETURN 1")

    class Paused(CypherStatementsTask):
        """While another process takes over."""

        def chain(self) -> Any:
            sink: Any = super().chain()
            write = sink.write

            def overtaken_first(batch: Any, checkpoint: Any) -> Any:
                values(neo4j_server, "MATCH (c:EtlHostCheckpoint) SET c.owner = 'another' RETURN 1")
                return write(batch, checkpoint)

            sink.write = overtaken_first
            return sink

    with ETLContext(neo4j_server.settings, ExactlyOnce("statements")) as context:
        error = Paused(context, [statement], repeatable=True).execute().error
    assert isinstance(error, Fenced)
    assert values(neo4j_server, "MATCH (t:Thing) RETURN count(t)") == [1]
    assert values(neo4j_server, "SHOW CONSTRAINTS YIELD name WHERE name = 'thing' RETURN name") == ["thing"]
    values(neo4j_server, "DROP CONSTRAINT thing")


def test_statements_come_from_a_file(graph: Any, tmp_path: Path) -> None:
    file = tmp_path / "set-up.cypher"
    file.write_text("// two; things\nCREATE (:Thing {text: 'a;b'});\nCREATE (:Thing {text: \"c\"});\n")
    summary = run(graph, {"name": "file", "statements_file": FileLocation(file)})
    assert summary.exit_code == 0
    assert sorted(values(graph, "MATCH (t:Thing) RETURN t.text")) == ["a;b", "c"]


@pytest.mark.parametrize("given", [{}, {"statements": ["RETURN 1"], "statements_file": FileLocation("x.cypher")}])
def test_the_statements_are_given_in_exactly_one_way(given: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="one of statements"):
        CypherStatementsTask(ETLContext({}), **given)


def test_what_may_not_be_repeated_is_refused_without_a_check_too(neo4j_server: Any) -> None:
    neo4j_server.wipe()
    statement = "UNWIND range(1, 5) AS n CALL (n) { CREATE (:Thing {id: n}) } IN TRANSACTIONS OF 2 ROWS"
    with ETLContext(neo4j_server.settings) as context:
        assert "commits by itself" in str(CypherStatementsTask(context, [statement]).execute().error)
    assert values(neo4j_server, "MATCH (t:Thing) RETURN count(t)") == [0]


def test_a_comment_before_a_statement_does_no_harm(graph: Any) -> None:
    assert run(graph, {"name": "set-up", "statements": [f"// first\n{CONSTRAINT}"]}).exit_code == 0


def test_a_deletion_beside_other_tasks_leaves_their_checkpoints_alone(graph: Any) -> None:
    values(graph, "CREATE (:Junk) RETURN 1")
    with ETLContext(graph.settings, ExactlyOnce("statements")) as context:
        first = CypherStatementsTask(context, ["CREATE (:Thing)", "MATCH (j:Junk) DELETE j"], name="first")
        TaskGroup(context, [first], name="all").execute()
    assert values(graph, "MATCH (c:EtlHostCheckpoint) RETURN c.position") == [2]
    assert context.summary.statistics["nodes_deleted"] == 1


@pytest.mark.parametrize("wipe", ["MATCH (n) DETACH DELETE n", "MATCH (c:EtlHostCheckpoint) DETACH DELETE c"])
def test_a_wipe_that_would_take_the_records_of_another_unfinished_run_along_is_refused(graph: Any, wipe: str) -> None:
    make = {"name": "make", "statements": ["CREATE (:New)"]}
    assert run(graph, make, interrupted=True).exit_code == 5
    with ETLContext(graph.settings, ExactlyOnce("other")) as context:
        result = CypherStatementsTask(context, ["CREATE (:Other)", wipe], name="wipe").execute()
        assert "of statements, which is unfinished" in str(result.error)
    assert values(graph, "MATCH (n) WHERE n:New OR n:Other RETURN count(n)") == [2]
    assert run(graph, make).attempt == 2
    assert values(graph, "MATCH (n:New) RETURN count(n)") == [1]
