from __future__ import annotations

import threading

import pytest

from etl_host.core.times import Times


class Clock:
    """What ``times`` reads instead of the real clocks."""

    def __init__(self) -> None:
        self.passed = self.worked = 0.0

    def perf_counter(self) -> float:
        return self.passed

    def thread_time(self) -> float:
        return self.worked


def test_what_a_writer_works_and_what_it_waits_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, times = Clock(), Times()
    monkeypatch.setattr("etl_host.core.times.time", clock)
    for _ in range(2):
        with times.writing():
            clock.passed += 5.0
            clock.worked += 2.0
    assert times.as_dict() == {"sink": 4.0, "target": 6.0}


def test_a_write_that_fails_took_its_time_all_the_same() -> None:
    times = Times()
    with pytest.raises(OSError, match="gone"), times.writing():
        raise OSError("gone")
    assert set(times.as_dict()) == {"sink", "target"}


def test_threads_add_up_and_the_order_is_that_of_a_chain() -> None:
    times = Times()

    def add() -> None:
        for _ in range(1000):
            times.add("validators", 1.0)
            times.add("source", 2.0)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [*times.as_dict().items()] == [("source", 8000.0), ("validators", 4000.0)]
