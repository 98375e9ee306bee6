"""The events that reporters are tried with: all kinds, all outcomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl_host import BatchFinished, Reporter, RunFinished, RunStarted, TaskFinished, TaskStarted
from etl_host.testing.story import raised_at, stories


def test_they_are_all_that_can_happen(tmp_path: Path) -> None:
    attempts = stories(tmp_path, "gtfs")
    every = [event for events in attempts for event in events]
    for events in attempts:
        assert {*map(type, events)} == {RunStarted, TaskStarted, BatchFinished, TaskFinished, RunFinished}
    statuses = {event.summary.status for event in every if isinstance(event, TaskFinished)}
    assert statuses == {"success", "rejects", "failed", "interrupted", "skipped"}
    ends = [event.summary.status for event in every if isinstance(event, RunFinished)]
    assert ends == ["failed", "interrupted", "rejects"]
    assert [event.run.attempt for event in every if isinstance(event, RunStarted)] == [1, 2, 3]


def test_what_a_reporter_raises_is_told_with_its_event(tmp_path: Path) -> None:
    class Fails(Reporter):
        def run_finished(self, event: RunFinished) -> None:
            raise SystemExit(3)

    [events, *_] = stories(tmp_path, "gtfs")
    [raised] = raised_at(Fails(), events)
    assert raised.event is events[-1]
    assert isinstance(raised.error, SystemExit)


def test_a_person_may_interrupt_it(tmp_path: Path) -> None:
    class Interrupts(Reporter):
        def run_started(self, event: RunStarted) -> None:
            raise KeyboardInterrupt

    [events, *_] = stories(tmp_path, "gtfs")
    with pytest.raises(KeyboardInterrupt):
        raised_at(Interrupts(), events)
