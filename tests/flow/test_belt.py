from __future__ import annotations

import signal
import threading
from collections.abc import Callable

import pytest

from etl_host.flow.belt import Belt

SOON = 60.0


def started(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_things_are_taken_in_the_order_in_which_they_were_put_until_the_end() -> None:
    belt = Belt[int](2)

    def put() -> None:
        for number in range(1_000):
            assert belt.put(number)
        belt.end()

    thread = started(put)
    assert list(belt) == list(range(1_000))
    thread.join(SOON)
    assert not thread.is_alive()


def test_whoever_puts_waits_where_there_is_no_room() -> None:
    belt, lain = Belt[str](3), threading.Semaphore(0)

    def put() -> None:
        while belt.put("thing"):
            lain.release()

    thread, things = started(put), iter(belt)
    for _ in range(3):
        assert lain.acquire(timeout=SOON)
    for _ in range(200):
        assert not lain.acquire(blocking=False)
        next(things)
        assert lain.acquire(timeout=SOON)
    belt.leave()
    thread.join(SOON)
    assert not thread.is_alive()


def test_an_error_comes_after_what_was_put_before_it_and_once() -> None:
    belt, error, seen = Belt[int](5), RuntimeError("broken"), list[int]()
    belt.put(1)
    belt.put(2)
    belt.end(error)
    with pytest.raises(RuntimeError) as raised:
        seen.extend(belt)
    assert raised.value is error
    assert seen == [1, 2]
    belt.raise_error()
    assert list(belt) == []


def test_whoever_waits_for_room_is_told_that_nobody_takes_anything_any_more() -> None:
    belt, lain, told = Belt[int](1), threading.Event(), list[bool]()

    def put() -> None:
        for number in range(2):
            told.append(belt.put(number))
            lain.set()

    thread = started(put)
    assert lain.wait(SOON)
    belt.leave()
    thread.join(SOON)
    assert told == [True, False]
    assert not belt.put(2)


def test_whoever_waits_for_a_thing_gets_it_when_it_comes() -> None:
    belt, asked, taken = Belt[str](1), threading.Event(), list[str]()

    def take() -> None:
        asked.set()
        taken.extend(belt)

    thread = started(take)
    assert asked.wait(SOON)
    belt.put("thing")
    belt.end()
    thread.join(SOON)
    assert taken == ["thing"]


def test_a_signal_that_does_not_wake_the_main_thread_is_heard_while_it_waits() -> None:
    belt, heard = Belt[bool](1), threading.Event()

    def put() -> None:
        signal.raise_signal(signal.SIGUSR1)  # received by this thread, handled by the main one
        belt.put(heard.wait(SOON))
        belt.end()

    before = signal.signal(signal.SIGUSR1, lambda *_: heard.set())
    try:
        started(put)
        assert list(belt) == [True]
    finally:
        signal.signal(signal.SIGUSR1, before)
