"""What a reporter must keep to."""

from __future__ import annotations

import atexit
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import cache, partial
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest

from etl_host.core.context import ETLContext
from etl_host.core.reporting import Reporter, RunFinished
from etl_host.delivery import ExactlyOnce
from etl_host.registry.spec import Kind
from etl_host.testing.bench import Bench
from etl_host.testing.checks import check
from etl_host.testing.memory_target import MemoryTarget
from etl_host.testing.recording_reporter import Event, RecordingReporter
from etl_host.testing.secrets_contract import SecretsContract
from etl_host.testing.story import ROWS, Load, Raised, Story, raised_at, stories
from etl_host.testing.watching import must_close_everything


class ReporterContract(SecretsContract):
    """The checks of a reporter: it is told all that can happen in runs."""

    kind: ClassVar[Kind] = "reporter"
    processor: ClassVar[type[Reporter]]

    def example(self, bench: Bench, arguments: Mapping[str, Any]) -> Any:
        return self._in(bench.task().context, arguments)

    def _in(self, context: ETLContext, arguments: Mapping[str, Any]) -> Reporter:
        wants_context = "context" in inspect.signature(type(self).processor).parameters
        reporter: Reporter = self.make(arguments, **({"context": context} if wants_context else {}))
        return reporter

    def use(self, bench: Bench, made: Any) -> Iterable[tuple[str, Callable[[], object]]]:
        for events in stories(bench.folder, "secret"):
            yield "what it raises", partial(raised_at, made, events)

    def reporter(self, bench: Bench) -> Reporter:
        """A new reporter."""
        made: Reporter = self.example(bench, bench.arguments())
        return made

    @pytest.fixture
    def runs(self) -> Story:
        """The events of an attempt that fails, of one that is stopped, and of one that ends well."""
        return deepcopy(_recorded("näme [red]with[/] markup"))

    @check("look at what is None: expected, share, error; a task may count anything, and be called anything")
    def test_it_hears_every_event(self, bench: Bench, runs: Story) -> None:
        """It raises at nothing that can happen in a run: failed, stopped and skipped tasks, rejects, groups, unknown
        lengths, later attempts.
        """
        raised = [told for events in runs for told in raised_at(self.reporter(bench), events)]
        assert not raised, _told(raised)

    @check("treat a task or run of which nothing was heard before like any other")
    def test_it_bears_missing_events(self, bench: Bench, runs: Story) -> None:
        """It raises at no event because it missed others: a reporter that has failed is left out for a while, and told
        again later, at the latest at the end.
        """
        for events in runs:
            usual = self._usual(bench, events)
            parts = [[event for event in events if type(event) is not kind] for kind in {*map(type, events)}]
            for part in [*parts, *([event] for event in events)]:
                raised = [told for told in raised_at(self.reporter(bench), part) if told.event not in usual]
                assert not raised, _told(raised)

    @check("copy what you want to change")
    def test_events_stay_as_they_are(self, bench: Bench, runs: Story) -> None:
        """It changes nothing of an event: others are told the same, and the run goes on counting with it."""
        for events in runs:
            before = [repr(event) for event in events]
            raised_at(self.reporter(bench), events)
            assert [repr(event) for event in events] == before

    @check("keep nothing that belongs to a thread: no SQLite connection, no threading.local")
    def test_it_may_be_called_from_any_thread(self, bench: Bench, runs: Story) -> None:
        """Events come one at a time, each from any thread: tasks may run side by side."""
        for events in runs:
            usual, reporter = self._usual(bench, events), self.reporter(bench)
            for event in events:
                with ThreadPoolExecutor(1) as thread:
                    raised = thread.submit(raised_at, reporter, [event]).result()
                assert not raised or event in usual, _told(raised)

    def _usual(self, bench: Bench, events: Sequence[Event]) -> list[Event]:
        """At which events it raises anyhow: another check tells that."""
        return [told.event for told in raised_at(self.reporter(bench), events)]

    @check("keep what belongs to a run in the reporter, not in its class or module")
    def test_two_runs_go_side_by_side(self, bench: Bench, runs: Story) -> None:
        """Two runs in one process, each with a reporter of its own, don't disturb each other."""
        for one, other in zip(runs, deepcopy(_recorded("other")), strict=True):
            usual = [*self._usual(bench, one), *self._usual(bench, other)]
            reporters = [self.reporter(bench), self.reporter(bench)]
            for events in zip_longest(one, other):
                for reporter, event in zip(reporters, events, strict=True):
                    raised = raised_at(reporter, [event] if event is not None else [])
                    assert not raised or event in usual, _told(raised)

    @check("write to stderr, or where an option says")
    def test_it_leaves_stdout_alone(self, bench: Bench, runs: Story, capfd: pytest.CaptureFixture[str]) -> None:
        """It writes nothing to stdout: that carries only what the command was asked for."""
        capfd.readouterr()
        for events in runs:
            raised_at(self.reporter(bench), events)
        assert capfd.readouterr().out == ""

    @check("close it in run_finished(), which is always called")
    def test_the_end_closes_everything(self, bench: Bench, runs: Story) -> None:
        """When the run is over, also when it failed, every file, socket and thread is closed; connections of the
        context are, together with it.
        """

        def use() -> object:
            reporters = [self.reporter(bench) for _ in runs]
            for reporter, events in zip(reporters, runs, strict=True):
                raised_at(reporter, events)
            bench.close()
            return reporters

        must_close_everything(use)

    @check("only look on: leave the context, its tasks and its connections as they are")
    def test_a_run_is_the_same_with_it(self, bench: Bench, tmp_path: Path) -> None:
        """A run that it reports ends as it would without it, also beside a reporter that always fails."""
        recorder, target = RecordingReporter(), MemoryTarget()
        arguments = bench.arguments()
        with ETLContext({}, ExactlyOnce("same"), {"memory": target}, tmp_path, reporters=[_Fails()]) as context:
            context.reporting.add(self._in(context, arguments))
            context.reporting.add(recorder)
            result = Load(context, "load").execute()
        assert result.success, f"the task failed: {result.error!r}"
        assert result.summary["memory_rows_written"] == len(target.rows) == ROWS / 2
        last = recorder.events[-1]
        assert isinstance(last, RunFinished)
        assert last.summary.status == "rejects"


@cache
def _recorded(pipeline: str) -> Story:
    """What happens in runs of ``pipeline``; their rejects are there until the process ends."""
    folder = TemporaryDirectory(prefix="etl-host-")
    atexit.register(folder.cleanup)
    return stories(Path(folder.name), pipeline)


class _Fails(Reporter):
    """Always."""

    def __getattribute__(self, name: str) -> Any:
        if name.endswith(("_started", "_finished")):
            raise RuntimeError("this reporter always fails")
        return super().__getattribute__(name)


def _told(raised: Sequence[Raised]) -> str:
    return f"it raised {raised[0].error!r} at {raised[0].event}"
