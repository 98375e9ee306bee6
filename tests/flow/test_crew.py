from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from etl_host.flow.crew import Crew


@pytest.fixture
def crew() -> Iterator[Crew]:
    crew = Crew(2, "test")
    yield crew
    crew.close()
    assert not [thread for thread in threading.enumerate() if "test: lane" in thread.name]


def test_works_are_done_side_by_side(crew: Crew) -> None:
    together = threading.Barrier(3)
    for number in (4, 7):
        crew.start(number, lambda: together.wait(60))
    assert crew.busy == {4, 7}
    assert not crew.has_room
    together.wait(60)
    assert crew.done(wait=True)
    assert crew.has_room
    assert crew.done(wait=True)
    assert crew.busy == set()


def test_whoever_asks_need_not_wait(crew: Crew) -> None:
    go = threading.Event()
    crew.start(0, lambda: go.wait(60))
    assert not crew.done(wait=False)
    go.set()
    assert crew.done(wait=True)


def test_where_nothing_was_started_nothing_is_waited_for(crew: Crew) -> None:
    assert not crew.done(wait=True)


@pytest.mark.parametrize("error", [RuntimeError("broken"), SystemExit(0), KeyboardInterrupt()], ids=repr)
def test_an_error_is_raised_where_it_is_asked_for_and_others_go_on(crew: Crew, error: BaseException) -> None:
    def fail() -> None:
        raise error

    crew.start(1, fail)
    with pytest.raises(type(error)) as raised:
        crew.done(wait=True)
    assert raised.value is error
    crew.start(2, lambda: None)
    assert crew.done(wait=True)


def test_no_more_threads_are_made_than_there_are_works_at_once(crew: Crew) -> None:
    names = set()
    for number in range(20):
        crew.start(number, lambda: names.add(threading.current_thread().name))
        assert crew.done(wait=True)
    assert names == {"test: lane 0"}


def test_closing_waits_for_what_was_started() -> None:
    crew, seen, go = Crew(1, "closing"), [], threading.Event()

    def work() -> None:
        go.wait(60)
        seen.append("done")

    crew.start(0, work)
    go.set()
    crew.close()
    assert seen == ["done"]


def test_where_no_thread_can_be_started_nothing_is_waited_for(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="new thread"):
            crew.start(1, lambda: None)
    assert not crew.done(wait=True)
    crew.start(1, lambda: None)
    assert crew.done(wait=True)
