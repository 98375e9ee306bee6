"""What the reporter leaves in databases, of runs that go well and of others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from etl_host import (
    Batches,
    ChainTask,
    ETLContext,
    ExactlyOnce,
    ExitCode,
    Pipeline,
    Position,
    Row,
    Source,
    Task,
    TaskGroup,
)
from etl_host.testing import ReporterContract
from etl_host_neo4j import CypherBatchProcessor, Neo4jConnection, history, history_writer, reporter
from etl_host_neo4j.history_writer import HistoryWriter
from etl_host_neo4j.reporter import Neo4jReporter

CREATE = "UNWIND $batch AS row CREATE (:Thing {n: row.n, run: $etl.run})"
HISTORY = """
MATCH (r:ETLRun)-[:HAS_TASK]->(t:ETLTask)-[:HAS_STATS]->(s:ETLStats)
RETURN r.pipeline AS pipeline, t.name AS task, s.number AS number, s.batches AS batches, s.read AS read,
       s.numbers_read AS counted
ORDER BY pipeline, task, number"""


class TestNeo4jReporter(ReporterContract):
    plugin = "etl_host_neo4j.plugin"
    name = "neo4j"
    processor = Neo4jReporter

    @pytest.fixture
    def settings(self, graph: Any) -> Mapping[str, str]:
        settings: Mapping[str, str] = graph.settings
        return settings

    @pytest.fixture(autouse=True)
    def ended(self, bench: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """A check may keep the end of a run from a reporter, which goes on writing then."""
        writers: list[HistoryWriter] = []

        def made(*arguments: Any) -> HistoryWriter:
            writers.append(HistoryWriter(*arguments))
            return writers[-1]

        monkeypatch.setattr(reporter, "HistoryWriter", made)
        yield
        for writer in writers:
            writer.stop()


class Numbers(Source[Row]):
    resumable = True
    counts = "numbers_read"

    def __init__(self, count: int, context: ETLContext, task: Task, fail_at: int | None) -> None:
        super().__init__(context, task)
        self.count = count
        self.fail_at = fail_at

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        for batch in self.cut(({"n": n} for n in range(1, self.count + 1)), max_batch_size, after):
            if self.fail_at is not None and batch.origins and self.fail_at in batch.origins:
                raise OSError("the source fell over")
            yield batch

    def expected(self) -> int:
        return self.count


class Load(ChainTask):
    batch_size = 10

    def __init__(self, context: ETLContext, name: str = "load", count: int = 25, fail_at: int | None = None) -> None:
        super().__init__(context, name=name)
        self.count = count
        self.fail_at = fail_at

    def chain(self) -> CypherBatchProcessor:
        source = Numbers(self.count, self.context, self, self.fail_at)
        return CypherBatchProcessor(self.context, self, source, CREATE)


def attempt(settings: Mapping[str, str], pipeline: str = "things", fail_at: int | None = None) -> str:
    """An attempt with two tasks, and a reporter; the run's id."""
    delivery = ExactlyOnce(pipeline)
    with ETLContext(settings, delivery) as context:
        context.reporting.add(Neo4jReporter(context=context))
        delivery.open([context.connection("neo4j", Neo4jConnection).store])
        TaskGroup(context, [Load(context, "a/b"), Load(context, "last", fail_at=fail_at)], name="all").execute()
    return context.run.id


def found(graph: Any, query: str) -> list[dict[str, Any]]:
    return [record.data() for record in graph.driver.execute_query(query, database_=graph.database).records]


def test_each_batch_of_each_task_is_there_with_its_counts(graph: Any) -> None:
    attempt(graph.settings)
    assert found(graph, HISTORY) == [
        {"pipeline": "things", "task": task, "number": number, "batches": 1, "read": read, "counted": counted}
        for task in ("a/b", "last")
        for number, read, counted in ((1, 10, 10), (2, 20, 10), (3, 25, 5))
    ]


def test_the_run_and_its_tasks_say_how_they_ended(graph: Any) -> None:
    run = attempt(graph.settings, fail_at=15)
    [of_run] = found(graph, "MATCH (r:ETLRun) RETURN r {.*} AS r")
    wanted = {"id": run, "status": "failed", "exit_code": 1, "attempt": 1, "pipeline": "things"}
    assert {name: of_run["r"][name] for name in wanted} == wanted
    assert {"started", "ended", "seconds", "host", "pid"} <= set(of_run["r"])
    tasks = (
        "MATCH (t:ETLTask) RETURN t.path AS path, t.status AS status, t.error AS error, t.read AS read ORDER BY t.order"
    )
    assert found(graph, tasks) == [
        {"path": "all/a%2Fb", "status": "success", "error": None, "read": 25},
        {"path": "all/last", "status": "failed", "error": "OSError", "read": 10},
    ]


def test_the_next_attempt_adds_its_batches_to_those_of_the_first(graph: Any) -> None:
    run = attempt(graph.settings, fail_at=15)
    assert attempt(graph.settings) == run
    told = [
        (stats["attempt"], stats["read"])
        for stats in found(
            graph,
            "MATCH (t:ETLTask {name: 'last'})-->(s:ETLStats) RETURN s.attempt AS attempt, s.read AS read ORDER BY s.at",
        )
    ]
    assert told == [(1, 10), (2, 10), (2, 20), (2, 25)], "first what was loaded before, then the rest"
    assert found(graph, "MATCH (r:ETLRun) RETURN r.status AS status, r.attempt AS attempt") == [
        {"status": "success", "attempt": 2}
    ]


def test_two_runs_at_once_do_not_mix(graph: Any) -> None:
    with ThreadPoolExecutor(2) as threads:
        runs = [*threads.map(lambda name: attempt(graph.settings, name), ["even", "odd"])]
    assert len({*runs}) == 2
    assert [(row["pipeline"], row["task"], row["read"]) for row in found(graph, HISTORY)] == [
        (pipeline, task, read) for pipeline in ("even", "odd") for task in ("a/b", "last") for read in (10, 20, 25)
    ]


def test_the_store_tells_the_history_and_forgets_it(graph: Any) -> None:
    run, other = attempt(graph.settings), attempt(graph.settings, "others")
    connection = Neo4jConnection.from_settings(graph.settings, "neo4j")
    entries = connection.store.history(run)
    assert [(entry["task"], entry["attempt"], entry["batches"], entry["read"]) for entry in entries] == [
        (["all", task], 1, 1, read) for task in ("a/b", "last") for read in (10, 20, 25)
    ]
    assert entries[1]["statistics"]["numbers_read"] == 10
    assert entries[1]["statistics"]["nodes_created"] == 10
    assert entries[1]["expected"] == 25
    connection.store.forget(run)
    assert connection.store.history(run) == []
    assert len(connection.store.history(other)) == 6
    assert found(graph, "MATCH (n:ETLRun|ETLTask|ETLStats) RETURN count(n) AS n") == [{"n": 1 + 2 + 6}]
    assert {record.run.id for record in connection.store.runs()} == {other, run}, "the records are others"
    connection.close()


def test_a_statement_that_deletes_all_nodes_does_no_harm(graph: Any, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "pipeline: p\nreporters: [neo4j]\ntasks:\n"
        "  - {task: fill, run: {cypher: {statements: ['CREATE (:Thing)']}}}\n"
        "  - {task: wipe, run: {cypher: {statements: ['MATCH (n) DETACH DELETE n']}}}\n"
        "  - {task: fill again, run: {cypher: {statements: ['CREATE (:Thing)']}}}\n"
    )
    summary = Pipeline.from_file(tmp_path / "p.yaml", settings=graph.settings).run()
    assert summary.exit_code is ExitCode.OK
    assert found(graph, "MATCH (t:ETLTask {name: 'fill again'})-->(s) RETURN s.statements_run AS n") == [{"n": 1}]
    assert found(graph, "MATCH (t:Thing) RETURN count(t) AS n") == [{"n": 1}]


def test_of_a_load_that_is_rolled_back_nothing_is_left(graph: Any, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        "pipeline: p\nreporters: [neo4j]\ntasks:\n  - {task: one, run: {cypher: {statements: ['CREATE (:Thing)']}}}\n"
    )
    pipeline = Pipeline.from_file(tmp_path / "p.yaml", settings=graph.settings)
    assert pipeline.run(rollback=True).exit_code is ExitCode.OK
    assert found(graph, "MATCH (n) RETURN count(n) AS n") == [{"n": 0}]


def test_the_history_goes_to_another_server_and_stays_there(neo4j_server: Any, neo4j_2026: Any, tmp_path: Path) -> None:
    for server in (neo4j_server, neo4j_2026):
        server.wipe()
    (tmp_path / "n.csv").write_text("n\n1\n2\n3\n")
    (tmp_path / "p.yaml").write_text(
        f"""
        pipeline: p
        batch_size: 2
        connections:
          history:
            kind: neo4j
            uri: {neo4j_2026.uri}
            username: {neo4j_2026.username}
            password: "${{HISTORY_PASSWORD}}"
            database: {neo4j_2026.database}
        reporters: [{{neo4j: {{connection: history}}}}]
        tasks:
          - {{task: load, source: {{csv: n.csv}}, sink: {{cypher: {{query: "UNWIND $batch AS row CREATE (:Thing)"}}}}}}
        """
    )
    settings = {**neo4j_server.settings, "HISTORY_PASSWORD": neo4j_2026.password}
    pipeline = Pipeline.from_file(tmp_path / "p.yaml", settings=settings)
    summary = pipeline.run()
    assert summary.exit_code is ExitCode.OK
    labels = "MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS n ORDER BY label"
    assert [tuple(row.values()) for row in found(neo4j_2026, labels)] == [
        ("ETLRun", 1),
        ("ETLStats", 2),
        ("ETLTask", 1),
    ]
    assert {row["label"] for row in found(neo4j_server, labels)} == {"EtlHostCheckpoint", "EtlHostRun", "Thing"}
    with pipeline.stores() as stores:
        kept = [store.history(summary.run_id) for store in stores if isinstance(store, type(stores[0]))]  # type: ignore[attr-defined]
    assert [len(entries) for entries in kept] == [0, 2]


@pytest.mark.parametrize("trouble", ["refused", "silent"])
def test_a_database_that_is_not_there_neither_fails_nor_slows_the_load(
    trouble: str, graph: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The load is over before a write to the other database could have ended."""
    monkeypatch.setattr(history_writer, "INTERVAL", 0.05)
    monkeypatch.setattr(history_writer, "LAST_WAIT", 0.2)
    let_go: list[bool] = []

    class Away(Neo4jConnection):
        def session(self) -> Any:
            if trouble == "silent":
                while not let_go:
                    time.sleep(0.01)
            raise ConnectionError("nobody is there")

    connections: dict[str, Any] = {"history": Away("neo4j://nowhere")}
    with ETLContext(graph.settings, ExactlyOnce("things"), connections, tmp_path) as context:
        context.reporting.add(Neo4jReporter("history", context=context))
        result = Load(context).execute()
    let_go.append(True)
    assert result.success
    assert found(graph, "MATCH (t:Thing) RETURN count(t) AS n") == [{"n": 25}]
    assert f"the history of run {context.run.id} is incomplete" in caplog.text


def test_what_was_missed_while_the_database_was_away_is_written_once_it_is_back(
    graph: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_writer, "INTERVAL", 0.01)

    class Comes(Neo4jConnection):
        refused = 0

        def session(self) -> Any:
            if self.refused < 3:
                self.refused += 1
                raise ConnectionError("nobody is there yet")
            return super().session()

    comes = Comes(graph.uri, username=graph.username, password=graph.password or None, database=graph.database)
    connections: dict[str, Any] = {"history": comes}
    with ETLContext(graph.settings, ExactlyOnce("things"), connections, tmp_path) as context:
        context.reporting.add(Neo4jReporter("history", context=context))
        assert Load(context).execute().success
    assert comes.refused == 3
    assert [row["read"] for row in found(graph, HISTORY)] == [10, 20, 25]


def test_a_write_whose_answer_was_lost_is_not_there_twice(
    graph: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[Sequence[int]] = []

    def loses_the_first_answer(connection: Any, notes: Any) -> None:
        history.write(connection, notes)
        if not lost:
            lost.append([batch.number for batch in notes.batches])
            raise ConnectionError("the answer is lost")

    monkeypatch.setattr(reporter, "write", loses_the_first_answer)
    monkeypatch.setattr(history_writer, "INTERVAL", 0.01)
    attempt(graph.settings)
    assert lost
    assert [row["number"] for row in found(graph, HISTORY)] == [1, 2, 3, 1, 2, 3]
