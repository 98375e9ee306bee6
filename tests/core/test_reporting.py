from __future__ import annotations

import threading
from pathlib import Path

import pytest

from etl_host import Balance, BatchFinished, ETLContext, Reporter, TaskReturn, TaskStarted
from etl_host.core.reporting import Reporting, RunFinished
from moments import Moments
from number_links import CollectNumbers, passed_on
from small_tasks import Does, Remembers


class Broken(Remembers):
    """Raises at every event, having heard it."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def task_started(self, event: TaskStarted) -> None:
        super().task_started(event)
        raise self.error

    def run_finished(self, event: RunFinished) -> None:
        super().run_finished(event)
        raise self.error


def numbers_heard(reporter: Remembers) -> list[int]:
    return [int(event.path[0]) for event in reporter.events if isinstance(event, TaskStarted)]


def tell(reporting: Reporting, numbers: range) -> None:
    for number in numbers:
        reporting.task_started(TaskStarted("run-1", (str(number),)))


@pytest.mark.parametrize("error", [RuntimeError("no terminal"), SystemExit(0)])
def test_a_reporter_that_raises_is_left_out_longer_each_time(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    reporting, broken, sound = Reporting(), Broken(error), Remembers()
    reporting.add(broken)
    reporting.add(sound)
    tell(reporting, range(40))
    assert numbers_heard(broken) == [0, 3, 8, 17, 34]
    assert numbers_heard(sound) == list(range(40))
    assert f"reporter Broken failed, the run goes on: {type(error).__name__}" in caplog.text


def test_a_reporter_that_is_well_again_hears_everything_again() -> None:
    reporting, broken = Reporting(), Broken(RuntimeError())
    reporting.add(broken)
    tell(reporting, range(8))
    broken.error = KeyError()
    broken.task_started = lambda event: broken.events.append(event)  # type: ignore[method-assign]
    tell(reporting, range(8, 12))
    assert numbers_heard(broken) == [0, 3, 8, 9, 10, 11]


def test_a_reporter_is_told_of_the_end_in_any_case() -> None:
    broken = Broken(RuntimeError())
    with ETLContext(reporters=[broken]) as context:
        assert Does(context, "a").execute().success
    assert broken.story() == ["run started", "a started", "run success"]


def test_a_broken_reporter_changes_nothing_in_a_load(tmp_path: Path) -> None:
    results = []
    for reporter in (Reporter(), Broken(RuntimeError())):
        context = ETLContext(reporters=[reporter], rejects_dir=tmp_path)
        results.append(CollectNumbers(context, 50).execute())
    assert results[0] == results[1]
    assert results[0].success


def test_ctrl_c_in_a_reporter_stops_the_run() -> None:
    with pytest.raises(KeyboardInterrupt):
        Does(ETLContext(reporters=[Broken(KeyboardInterrupt())]), "a").execute()


def test_only_what_is_written_is_counted(tmp_path: Path) -> None:
    reporter = Remembers()
    context = ETLContext(reporters=[reporter], rejects_dir=tmp_path)
    task = CollectNumbers(context, 50, trap=Moments("sink writes", RuntimeError(), occurrence=3))
    heard: list[tuple[float, float, int]] = []

    class Compares(Reporter):
        def batch_finished(self, event: BatchFinished) -> None:
            heard.append((event.batch["rows_collected"], event.statistics["rows_collected"], len(task.written)))

    context.reporting.add(Compares())
    task.execute()
    first, both = len(passed_on(10)), len(passed_on(20))
    assert heard == [(first, first, first), (both - first, both, both)]
    last = [event for event in reporter.events if isinstance(event, BatchFinished)][-1]
    assert (last.path, last.expected, last.share) == (("CollectNumbers",), 50, 0.4)
    assert last.balance == Balance(read=20, written=14, rejected=2, dropped=4)


def test_reporters_are_called_one_at_a_time(caplog: pytest.LogCaptureFixture) -> None:
    inside = threading.Lock()

    class Alone(Reporter):
        def task_started(self, event: TaskStarted) -> None:
            assert inside.acquire(blocking=False)
            threading.Event().wait(0.001)
            inside.release()

    reporting, remembers = Reporting(), Remembers()
    reporting.add(Alone())
    reporting.add(remembers)
    threads = [threading.Thread(target=tell, args=(reporting, range(10))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(remembers.events) == 40
    assert caplog.records == []  # what a reporter raises goes to the log


def test_a_reporter_needs_only_the_methods_that_it_wants() -> None:
    with ETLContext(reporters=[Reporter()]) as context:
        assert Does(context, "a", TaskReturn).execute().success
