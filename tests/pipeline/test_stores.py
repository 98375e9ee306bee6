"""Where the runs of a pipeline are recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl_host import ConnectionMissing
from pipeline_folder import PipelineFolder
from toy_store import Toy

PIPELINE = """
pipeline: p
connections:
  one: {kind: toy, place: one}
  two: {kind: toy, place: two}
  unused: {kind: toy, place: unused}
tasks:
  - {task: a, source: {lines: a.txt}, sink: {table: {table: t, connection: two}}}
  - {task: b, source: {lines: a.txt}, sink: {table: {table: t, connection: one}}}
  - {task: c, source: {lines: a.txt}, sink: {table: {table: t, connection: two}}}
"""


def test_they_come_in_the_order_of_the_tasks_each_once_then_those_that_no_task_uses(folder: PipelineFolder) -> None:
    with folder.load(PIPELINE).stores() as stores:
        assert [*stores] == [Toy.stores["two"], Toy.stores["one"], Toy.stores["unused"]]


def test_where_nothing_has_been_made_yet_there_is_no_store(
    folder: PipelineFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Toy, "exists", property(lambda self: self.place != "two"), raising=False)
    with folder.load(PIPELINE).stores() as stores:
        assert [*stores] == [Toy.stores["one"], Toy.stores["unused"]]


def test_connections_are_closed_with_the_block(folder: PipelineFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    monkeypatch.setattr(Toy, "close", lambda self: closed.append(self.place))
    with folder.load(PIPELINE).stores():
        assert closed == []
    assert sorted(closed) == ["one", "two", "unused"]


def test_a_connection_that_nothing_tells_of_is_missing(folder: PipelineFolder) -> None:
    text = PIPELINE[: PIPELINE.index("connections")] + PIPELINE[PIPELINE.index("tasks") :].replace(
        "connection: two", "connection: toy"
    ).replace("connection: one", "connection: toy")
    pipeline = folder.load(text, settings={})
    with pytest.raises(ConnectionMissing), pipeline.stores():
        pass


def test_the_inputs_may_be_gone(folder: PipelineFolder) -> None:
    assert not Path(folder.path / "a.txt").exists()
    with folder.load(PIPELINE).stores() as stores:
        assert [*stores[0].runs()] == []
