"""What a sink, a task of statements and a connection say before a run, on real servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from etl_host import (
    Batches,
    ChainTask,
    ConnectionFailed,
    ETLContext,
    FileLocation,
    Position,
    Problem,
    Row,
    Source,
    Task,
    TaskGroup,
)
from etl_host_neo4j import CypherBatchProcessor, CypherStatementsTask, Neo4jConnection

MERGE = "UNWIND $batch AS row MERGE (s:Stop {id: row.id}) SET s.name = row.name"
CONSTRAINT = "CREATE CONSTRAINT IF NOT EXISTS FOR (n:Stop) REQUIRE n.id IS UNIQUE"


class Stops(Source[Row]):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        raise AssertionError("a check reads no rows")

    def fields(self) -> Sequence[str]:
        return ["id", "name"]


class Load(ChainTask):
    def __init__(self, context: ETLContext, name: str = "load", **options: Any) -> None:
        super().__init__(context, name=name)
        self.options = options

    def chain(self) -> CypherBatchProcessor:
        return CypherBatchProcessor(self.context, self, Stops(self.context, self), **self.options)


@pytest.fixture
def context(graph: Any) -> Iterator[ETLContext]:
    with ETLContext(graph.settings) as context:
        yield context


def said(task: ChainTask) -> list[tuple[str, str, str | None]]:
    return [(problem.level, problem.message, problem.remedy) for _, problem in task.check()]


def constraints(graph: Any) -> list[str]:
    records = graph.driver.execute_query("SHOW CONSTRAINTS", database_=graph.database).records
    return [record["labelsOrTypes"][0] for record in records]


ACCEPTED = ("ok", "the server accepts it", None)
MISSING = ("warn", "MERGE (:Stop {id}) has no constraint", CONSTRAINT)


def test_a_constraint_that_merge_wants_is_named_with_the_statement_that_makes_it(
    graph: Any, context: ETLContext
) -> None:
    assert said(Load(context, query=MERGE)) == [ACCEPTED, MISSING]
    assert constraints(graph) == []
    [problem] = [problem for _, problem in Load(context, query=MERGE).check() if problem.level == "warn"]
    assert (problem.subject, problem.code, problem.option) == ("constraint", "missing-constraint", "query")
    graph.driver.execute_query(str(problem.remedy), database_=graph.database)
    assert said(Load(context, query=MERGE)) == [ACCEPTED]


def test_the_statement_for_odd_names_and_several_properties_can_be_run(graph: Any, context: ETLContext) -> None:
    load = Load(context, query="UNWIND $batch AS row MERGE (:`Bus stop` {id: row.id, `the name`: row.name})")
    [_, (level, _, statement)] = said(load)
    assert level == "warn"
    graph.driver.execute_query(str(statement), database_=graph.database)
    assert said(load) == [ACCEPTED]


def test_a_constraint_on_part_of_the_key_is_enough(graph: Any, context: ETLContext) -> None:
    graph.driver.execute_query(CONSTRAINT, database_=graph.database)
    load = Load(context, query="UNWIND $batch AS row MERGE (s:Stop {id: row.id, name: row.name})")
    assert said(load) == [ACCEPTED]


@pytest.mark.parametrize("nested", [False, True])
def test_a_task_before_may_make_the_constraint_and_one_behind_may_not(
    nested: bool, graph: Any, context: ETLContext
) -> None:
    def schema() -> Task:
        task = CypherStatementsTask(context, [CONSTRAINT], name="schema")
        return TaskGroup(context, [task], name="group") if nested else task

    before, after = Load(context, query=MERGE), Load(context, query=MERGE)
    TaskGroup(context, [schema(), before], name="all")
    assert said(before) == [ACCEPTED]
    TaskGroup(context, [after, schema()], name="all")
    assert said(after) == [ACCEPTED, MISSING]
    assert constraints(graph) == []


def test_a_misspelt_field_is_a_warning_and_a_misspelt_parameter_a_failure(context: ETLContext, graph: Any) -> None:
    query = "UNWIND $batch AS row CREATE (s:Stop {name: row.nmae, region: $regoin})"
    assert said(Load(context, query=query, parameters={"region": "x"})) == [
        ("fail", 'it uses $regoin, which is not given, did you mean "region"?', "add it to parameters"),
        ("warn", 'the rows have no field nmae, so that it is null in each, did you mean "name"?', None),
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("UNWIND $rows AS row CREATE (:Stop)", "it does not use $batch, the rows"),
        ("CREATE (:Stop {text: '$batch'}) // $batch", "it does not use $batch, the rows"),
        ("UNWIND $batch AS row MATCH (s:Stop {id: row.id}) RETURN s", "it only reads"),
        (CONSTRAINT, "it changes the schema"),
        ("UNWIND $batch AS row CALL { WITH row CREATE (:Stop) } IN TRANSACTIONS", "it commits by itself"),
    ],
)
def test_a_query_that_cannot_load_batches_is_a_matter_of_configuration(
    query: str, message: str, context: ETLContext, graph: Any
) -> None:
    first, *_ = [problem for _, problem in Load(context, query=query).check()]
    assert (first.level, int(first.exit_code), first.code) == ("fail", 2, "query-refused")
    assert message in first.message
    assert constraints(graph) == []


def test_a_query_that_the_server_does_not_understand_is_quoted(context: ETLContext, graph: Any) -> None:
    [problem] = [problem for _, problem in Load(context, query="UNWIND $batch AS row CREAT (:Stop)").check()]
    assert (problem.level, int(problem.exit_code), problem.code) == ("fail", 1, "query-refused")
    assert "the server refuses it" in problem.message
    assert "CREAT" in problem.message


def test_statements_are_explained_and_change_nothing(context: ETLContext, graph: Any) -> None:
    task = CypherStatementsTask(context, [CONSTRAINT, "CREATE (:Stop)", "MERGE (:Stop {id: 1})", "MERGE (:T {id: 1})"])
    assert said(task) == [
        ("warn", "MERGE (:T {id}) has no constraint", CONSTRAINT.replace("Stop", "T")),
        ("ok", "the server accepts 4", None),
    ]
    assert constraints(graph) == []
    assert graph.driver.execute_query("MATCH (n) RETURN n", database_=graph.database).records == []
    [(level, message, _)] = said(CypherStatementsTask(context, ["CREATE (:A)", "CREAT (:B)"]))
    assert (level, message[:12]) == ("fail", "statement 2:")


def test_schema_statements_are_explained_where_that_leaves_the_schema_alone(neo4j_server: Any) -> None:
    neo4j_server.wipe()
    with ETLContext(neo4j_server.settings) as context:
        wrong = CypherStatementsTask(context, ["CREATE CONSTRAINT FOR (n:Stop) REQUIRE n.id IS UNIQ"])
        [(level, message, _)] = said(wrong)
    assert level == "fail"
    assert message.startswith("statement 1: the server refuses it: Invalid input 'UNIQ'")


def test_a_file_that_can_not_be_read_is_a_failure_of_its_own_option(tmp_path: Any, context: ETLContext) -> None:
    file = tmp_path / "load.cypher"
    file.write_bytes(b"UNWIND $batch AS row\nCREATE (:Caf\xe9)")
    lost = FileLocation(tmp_path / "lost.cypher")
    checked = [*Load(context, query_file=FileLocation(file)).check(), *Load(context, query_file=lost).check()]
    [undecodable, missing] = [problem for _, problem in checked]
    assert {(each.level, each.option, each.code) for each in (undecodable, missing)} == {
        ("fail", "query_file", "wrong-input")
    }
    assert "load.cypher:2: this is not UTF-8" in undecodable.message
    assert "lost.cypher" in missing.message


def test_a_connection_tells_who_answers_and_that_it_may_write(graph: Any) -> None:
    connection = Neo4jConnection.from_settings(graph.settings, "neo4j")
    try:
        server, rights = connection.check()
    finally:
        connection.close()
    assert server.level == rights.level == "ok"
    assert server.message.startswith("Neo4j/")
    assert f"logged in as {graph.username}" in server.message
    assert graph.password not in server.message
    assert "in this edition every user may" in rights.message


class Answers(Neo4jConnection):
    """Of a server that can't be had here: one that is read-only, and one with roles."""

    answers: Any = ()

    def run(self, query: str, parameters: Any = None) -> tuple[list[str], list[list[Any]]]:
        return [], self.answers[0] if query.startswith("SHOW DATABASES") else [[self.answers[1]]]


@pytest.mark.parametrize(
    ("access", "edition", "level", "message"),
    [
        ("read-only", "community", "fail", "database neo4j is read-only"),
        ("read-write", "enterprise", "skip", "shows only when it is done"),
        ("read-write", "community", "ok", "can be written"),
    ],
)
def test_rights_are_told_as_far_as_they_are_known(
    access: str, edition: str, level: str, message: str, embedded_graph: Any
) -> None:
    connection = Answers.from_settings(embedded_graph.settings, "neo4j")
    connection.answers = ([["system", "read-write", []], ["neo4j", access, []]], edition)
    try:
        _, rights = connection.check()
    finally:
        connection.close()
    assert rights.level == level
    assert message in rights.message


@pytest.mark.parametrize(
    ("setting", "remedy"),
    [
        ({"NEO4J_PASSWORD": "wrong-wrong"}, "correct NEO4J_USERNAME and NEO4J_PASSWORD"),
        ({"NEO4J_DATABASE": "nothere"}, "correct NEO4J_DATABASE"),
        ({"NEO4J_URI": "bolt://127.0.0.1:1"}, "start the server"),
    ],
)
def test_a_server_that_lets_nobody_in_is_told_with_what_to_correct(
    setting: dict[str, str], remedy: str, neo4j_server: Any
) -> None:
    connection = Neo4jConnection.from_settings({**neo4j_server.settings, **setting}, "neo4j")
    with pytest.raises(ConnectionFailed) as caught:
        [*connection.check()]
    assert str(caught.value.remedy).startswith(remedy)
    assert "wrong-wrong" not in str(caught.value)


def test_problems_have_pages_that_explain_them() -> None:
    from importlib.resources import files

    for code in ("missing-constraint", "unknown-field"):
        assert files("etl_host_neo4j").joinpath("explanations", f"{code}.md").read_text().startswith(f"# {code}: ")
    assert Problem("ok", "x", "y").code == "check-failed"
