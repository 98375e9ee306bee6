from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import pytest

from etl_host import (
    Connection,
    ConnectionMissing,
    Delivery,
    ETLContext,
    ExitCode,
    OptionError,
    RunFinished,
    TaskGroup,
)
from etl_host.core.checkpoint import Run
from number_links import CollectNumbers
from small_tasks import Does, Remembers, counts, raises


class Graph:
    """A connection that remembers what became of it."""

    def __init__(self, uri: str) -> None:
        self.uri = uri
        self.closed = 0

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        if "GRAPH_URI" not in settings:
            raise ConnectionMissing(f"connection {name}: GRAPH_URI is not set")
        return cls(settings["GRAPH_URI"])

    def close(self) -> None:
        self.closed += 1


class OtherGraph(Graph):
    """Another kind that can stand in for a Graph."""


class Queue(Graph):
    """One that is told from a Graph by its kind only."""


class Ending(Delivery):
    """Remembers how the run ended."""

    pipeline = "gtfs"

    def __init__(self, error: Exception | None = None) -> None:
        self.ended: list[tuple[str, ExitCode]] = []
        self.error = error

    def finish(self, status: str, exit_code: ExitCode) -> None:
        self.ended.append((status, exit_code))
        if self.error is not None:
            raise self.error


def test_a_connection_is_made_once_and_closed_once() -> None:
    with ETLContext({"GRAPH_URI": "bolt://x"}) as context:
        graph = context.connection("graph", Graph)
        assert context.connection("graph", Graph) is graph
        assert (graph.uri, graph.closed) == ("bolt://x", 0)
    assert graph.closed == 1


def test_connections_given_win_over_settings_and_may_have_two_names() -> None:
    given, unused = OtherGraph("bolt://given"), Graph("bolt://unused")
    connections: dict[str, Connection] = {"graph": given, "too": given, "unused": unused}
    with ETLContext({"GRAPH_URI": "bolt://x"}, connections=connections) as context:
        assert context.connection("graph", Graph) is given is context.connection("too", OtherGraph)
    assert given.closed == 1
    assert unused.closed == 1


def test_a_connection_of_the_wrong_kind_is_refused_and_closed_all_the_same() -> None:
    given = Graph("bolt://x")
    with ETLContext(connections={"graph": given}) as context:
        with pytest.raises(OptionError, match="connection graph is a Graph, what is needed is a Queue") as refused:
            context.connection("graph", Queue)
        assert refused.value.option == "connection"
    assert given.closed == 1


def test_a_connection_nobody_describes_is_missing() -> None:
    with ETLContext({}) as context, pytest.raises(ConnectionMissing, match="GRAPH_URI is not set"):
        context.connection("graph", Graph)


def fails_beside_its_tasks(context: ETLContext, error: BaseException) -> None:
    with context:
        Does(context, "a").execute()
        raise error


@pytest.mark.parametrize("error", [RuntimeError(), KeyboardInterrupt()])
def test_connections_are_closed_and_reporters_told_whatever_happens(error: BaseException) -> None:
    graph, reporter = Graph(""), Remembers()
    with pytest.raises(type(error)) as raised:
        fails_beside_its_tasks(ETLContext(connections={"graph": graph}, reporters=[reporter]), error)
    assert raised.value is error
    assert graph.closed == 1
    ending = reporter.events[-1]
    assert isinstance(ending, RunFinished)
    assert ending.summary.error is error


def test_settings_are_the_environment_unless_others_are_given() -> None:
    assert ETLContext().settings is os.environ
    assert ETLContext({"A": "b"}).settings == {"A": "b"}


@pytest.mark.parametrize(
    ("given", "settings", "folder"),
    [
        ("given", {"ETL_ERROR_PATH": "environment"}, "given"),
        (None, {"ETL_ERROR_PATH": "environment"}, "environment"),
        (None, {"ETL_ERROR_PATH": ""}, "rejects"),
        (None, {}, "rejects"),
    ],
)
def test_where_rejects_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None, settings: dict[str, str], folder: str
) -> None:
    monkeypatch.chdir(tmp_path)
    context = ETLContext(settings, rejects_dir=given)
    assert context.run.rejects_dir == str(tmp_path / folder)
    monkeypatch.chdir("/")
    task = Does(context, "stops")
    assert task.rejects.path == tmp_path / folder / f"stops.{context.run.id}.jsonl"
    assert not (tmp_path / folder).exists()


def test_a_task_may_have_a_file_of_its_own_for_its_rejects(tmp_path: Path) -> None:
    file = tmp_path / "stops.error.json"
    context = ETLContext()
    for _ in range(2):  # the second run replaces what the first one left
        task = CollectNumbers(context, 14)
        task.rejects_file = file
        context = ETLContext()
        task.execute()
        assert len(file.read_text().splitlines()) == 2


def test_two_tasks_can_not_share_a_file_of_rejects(tmp_path: Path) -> None:
    context = ETLContext()
    first, second = CollectNumbers(context, 14, name="a"), CollectNumbers(context, 14, name="b")
    first.rejects_file = tmp_path / "x.json"
    second.rejects_file = tmp_path / "sub" / ".." / "x.json"
    assert first.execute().success
    refused = second.execute().error
    assert isinstance(refused, OptionError)
    assert refused.option == "error_file"
    assert "tasks a and b have one file for their rejects" in str(refused)
    assert len(first.rejects.path.read_text().splitlines()) == 2


def test_the_context_is_the_run(tmp_path: Path) -> None:
    delivery, reporter = Ending(), Remembers()
    with ETLContext(delivery=delivery, rejects_dir=tmp_path, reporters=[reporter]) as context:
        assert reporter.story() == []
        TaskGroup(context, [Does(context, "a"), Does(context, "b")], name="group").execute()
        Does(context, "c", counts(x=1)).execute()
        assert delivery.ended == []
    assert delivery.ended == [("success", ExitCode.OK)]
    assert reporter.story() == [
        "run started",
        "group started",
        "a started",
        "a success",
        "b started",
        "b success",
        "group success",
        "c started",
        "c success",
        "run success",
    ]
    assert [task.name for task in context.summary.tasks] == ["a", "b", "c"]
    assert context.run.pipeline == context.summary.pipeline == "gtfs"


def test_each_context_is_another_run() -> None:
    first, second = ETLContext().run, ETLContext().run
    assert first.id != second.id
    assert first.owner != second.owner
    assert (first.attempt, first.status) == (1, "running")


def test_a_failed_task_makes_a_failed_run() -> None:
    delivery = Ending()
    with ETLContext(delivery=delivery) as context:
        Does(context, "a", raises(RuntimeError())).execute()
    assert delivery.ended == [("failed", ExitCode.FAILED)]


def test_an_error_beside_the_tasks_makes_a_failed_run() -> None:
    delivery = Ending()
    with pytest.raises(ZeroDivisionError):
        fails_beside_its_tasks(ETLContext(delivery=delivery), ZeroDivisionError())
    assert delivery.ended == [("failed", ExitCode.FAILED)]


def test_a_run_whose_end_can_not_be_recorded_has_failed() -> None:
    reporter, error = Remembers(), ConnectionError("gone")
    with (
        pytest.raises(ConnectionError),
        ETLContext(delivery=Ending(error), reporters=[reporter]) as context,
    ):
        Does(context, "a").execute()
    assert reporter.story()[-1] == "run failed"
    assert context.summary.error is error


def test_the_error_of_the_run_is_not_hidden_by_one_of_recording_its_end() -> None:
    context = ETLContext(delivery=Ending(ConnectionError()))
    with pytest.raises(ConnectionError) as raised:
        fails_beside_its_tasks(context, ZeroDivisionError())
    assert isinstance(context.summary.error, ZeroDivisionError)
    assert isinstance(raised.value.__context__, ZeroDivisionError)


def test_a_delivery_may_replace_the_run_from_the_start(tmp_path: Path) -> None:
    class Going(Delivery):
        def begin(self, context: ETLContext, run: Run) -> None:
            super().begin(context, Run("run-1", "gtfs", run.owner, run.started, rejects_dir=str(tmp_path)))
            assert context.connection("graph", Graph).uri == "bolt://x"  # the context is ready by now

    context = ETLContext({"GRAPH_URI": "bolt://x"}, delivery=Going())
    assert (context.run.id, context.summary.run_id) == ("run-1", "run-1")
