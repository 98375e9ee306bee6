"""When notes are written, and how often."""

from __future__ import annotations

import logging
import threading

import pytest

from etl_host import Run, RunStarted, TaskStarted
from etl_host_neo4j import history_writer
from etl_host_neo4j.history_notes import Notebook, Notes
from etl_host_neo4j.history_writer import HistoryWriter

RUN = RunStarted(Run.new("things", process={"host": "here", "pid": 1}))


def change(notebook: Notebook) -> None:
    notebook.task_started(TaskStarted(RUN.run.id, ("load",)))


def test_with_the_last_one_there_are_at_most_two_writes_in_a_second() -> None:
    assert history_writer.INTERVAL >= 1.0


def test_however_much_happens_between_two_writes_it_is_written_at_once() -> None:
    notebook, written = Notebook(RUN), list[Notes]()
    writer = HistoryWriter(notebook, written.append)
    for _ in range(100):
        change(notebook)
    assert writer.stop()
    assert len(written) == 1


def test_where_nothing_has_changed_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_writer, "INTERVAL", 0.001)
    notebook, written, again = Notebook(RUN), list[Notes](), threading.Event()

    class Asked(Notebook):
        times = 0

        def taken(self) -> Notes | None:
            self.times += 1
            if self.times > 10:
                again.set()
            return super().taken()

    notebook = Asked(RUN)
    writer = HistoryWriter(notebook, written.append)
    assert again.wait(10)
    assert writer.stop()
    assert len(written) == 1


def test_what_fails_is_told_once_and_written_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(history_writer, "INTERVAL", 0.001)
    written, fails = list[Notes](), [True] * 5

    def write(notes: Notes) -> None:
        if fails:
            fails.pop()
            raise ConnectionError("nobody is there")
        written.append(notes)

    writer = HistoryWriter(Notebook(RUN), write)
    with caplog.at_level(logging.WARNING):
        assert writer.stop()
    assert len(written) == 1
    assert len(caplog.records) == 1
    assert "can't be written now, and waits: ConnectionError: nobody is there" in caplog.text


@pytest.mark.parametrize("hangs", [True, False])
def test_the_end_waits_no_longer_than_a_moment(hangs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_writer, "INTERVAL", 0.01)
    monkeypatch.setattr(history_writer, "LAST_WAIT", 0.1)
    let_go = threading.Event()

    def write(_notes: Notes) -> None:
        if hangs:
            let_go.wait()
        raise ConnectionError("nobody is there")

    writer = HistoryWriter(Notebook(RUN), write)
    assert not writer.stop()
    let_go.set()
