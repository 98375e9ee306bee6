from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from queue import SimpleQueue

import pytest

from etl_host import CheckpointStore, Run
from etl_host.delivery.runs import heartbeat
from etl_host.delivery.runs.heartbeat import Heartbeat, beats_here
from toy_store import ToyStore

SOON = 60.0


class Heard(ToyStore):
    """A store that tells of each beat."""

    def __init__(self) -> None:
        super().__init__()
        self.beats = SimpleQueue[Run]()

    def beat(self, run: Run) -> None:
        self.beats.put(run)

    def next(self) -> Run:
        return self.beats.get(timeout=SOON)


class OutOfReach(Heard):
    def beat(self, run: Run) -> None:
        super().beat(run)
        raise ConnectionError("gone")


class OfOneRun:
    """A heartbeat; what it is to ask for can be changed."""

    def __init__(self) -> None:
        self.stores: list[CheckpointStore] = []
        self.run = Run.new("numbers")
        self.heartbeat = Heartbeat(lambda: tuple(self.stores), lambda: self.run)
        self._others = {*_heartbeats()}

    def threads(self) -> list[threading.Thread]:
        """Those that run; without what other tests may have left."""
        return [thread for thread in _heartbeats() if thread not in self._others]


def _heartbeats() -> Iterator[threading.Thread]:
    return (thread for thread in threading.enumerate() if thread.name == "heartbeat")


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> Iterator[OfOneRun]:
    monkeypatch.setattr(heartbeat, "INTERVAL", 0.001)
    one = OfOneRun()
    yield one
    one.heartbeat.stop()
    assert not one.threads()


def test_every_store_hears_of_the_run_again_and_again(one: OfOneRun) -> None:
    stores = [Heard(), Heard()]
    one.stores.extend(stores)
    one.heartbeat.start()
    for store in stores * 3:
        assert store.next() == one.run


def test_stores_and_run_are_asked_anew_at_every_beat(one: OfOneRun) -> None:
    first, second = Heard(), Heard()
    one.stores.append(first)
    one.heartbeat.start()
    assert first.next().attempt == 1
    one.run = replace(one.run, attempt=2)
    one.stores.append(second)
    assert second.next().attempt == 2


def test_a_store_out_of_reach_is_tried_again_and_keeps_no_other_from_hearing(
    one: OfOneRun, caplog: pytest.LogCaptureFixture
) -> None:
    gone, there = OutOfReach(), Heard()
    one.stores.extend([gone, there])
    with caplog.at_level(logging.DEBUG):
        one.heartbeat.start()
        for store in (gone, there) * 3:
            store.next()
    assert "no heartbeat: ConnectionError: gone" in caplog.messages


def test_it_beats_once_however_often_it_is_started(one: OfOneRun) -> None:
    one.heartbeat.start()
    one.heartbeat.start()
    assert len(one.threads()) == 1


def test_whether_this_process_works_on_a_run_is_known_until_it_stops(one: OfOneRun) -> None:
    assert not beats_here(one.run.owner)
    one.heartbeat.start()
    assert beats_here(one.run.owner)
    assert not beats_here(Run.new("numbers").owner)
    one.heartbeat.stop()
    assert not beats_here(one.run.owner)


def test_stopping_waits_for_the_beat_that_is_under_way(one: OfOneRun) -> None:
    begun, go, seen = threading.Event(), threading.Event(), []

    class Slow(ToyStore):
        def beat(self, run: Run) -> None:
            begun.set()
            go.wait(SOON)
            seen.append("over")

    one.stores.append(Slow())
    one.heartbeat.start()
    assert begun.wait(SOON)
    threading.Timer(0.01, go.set).start()
    one.heartbeat.stop()
    assert seen == ["over"]


def test_stopping_does_not_wait_for_the_next_beat(one: OfOneRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "INTERVAL", SOON)
    store = Heard()
    one.stores.append(store)
    one.heartbeat.start()
    one.heartbeat.stop()
    assert not one.threads()
    assert store.beats.empty()


def test_one_that_was_never_started_can_be_stopped(one: OfOneRun) -> None:
    one.heartbeat.stop()
    assert not beats_here(one.run.owner)
