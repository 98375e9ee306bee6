"""What every link of a chain must keep to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from etl_host.core.batch import BatchResults
from etl_host.core.problem import Problem
from etl_host.core.processor import BatchProcessor
from etl_host.testing.bench import Bench
from etl_host.testing.checks import check, must_raise
from etl_host.testing.draining import drain, origins_of
from etl_host.testing.fake_task import FakeTask
from etl_host.testing.rows_source import RowsSource, SourceFailed
from etl_host.testing.secrets_contract import SecretsContract
from etl_host.testing.watching import Held, must_close_everything


class _Stopped(Exception):
    """What a later link of the chain fails with."""


class LinkContract(SecretsContract):
    """The checks of sources, validators and sinks."""

    def predecessor(self, task: FakeTask, fail_after: int | None = None) -> BatchProcessor[Any] | None:
        """The link before it; None for a source."""
        return None

    def example(self, bench: Bench, arguments: Mapping[str, Any]) -> Any:
        return self.link(bench.task(), arguments)

    def link(self, task: FakeTask, arguments: Mapping[str, Any], *, fail_after: int | None = None) -> Any:
        """The processor for ``task``; the source before it, if any, fails after so many rows."""
        injected: dict[str, Any] = {"context": task.context, "task": task}
        if (predecessor := self.predecessor(task, fail_after)) is not None:
            injected["predecessor"] = predecessor
        return self.make(arguments, **injected)

    def use(self, bench: Bench, made: Any) -> Iterable[tuple[str, Callable[[], object]]]:
        yield "what check() says", lambda: list(made.check())
        yield "the names of its fields", lambda: (made.fields(), made.output_fields())
        batches: list[BatchResults[Any]] = []
        yield "its batches", lambda: batches.extend(made.get_batch(2))
        yield "statistics or a position", lambda: [(batch.statistics, batch.position) for batch in batches]
        yield "the place of a row", lambda: [made.place(origin) for origin in (1, *(origins_of(batches) or ()))]
        yield "a reject", lambda: [(reject.errors, reject.place) for reject in made.task.rejects.collected]

    @contextmanager
    def in_a_run(self, bench: Bench, *, fail_after: int | None = None) -> Iterator[Any]:
        """The processor in a context of its own, which ends with the block."""
        arguments = bench.arguments()
        with bench.context() as context, FakeTask(context) as task:
            yield self.link(task, arguments, fail_after=fail_after)

    @check("look at the file's header, or the query's plan; leave rows to read(), process() and write()")
    def test_check_reads_no_rows(self, bench: Bench) -> None:
        """check() is called before the run, also where there is none to come: it must not read or write rows, which
        takes as long as a load, and it leaves nothing open.
        """
        held = Held()
        with self.in_a_run(bench) as link:
            for each in link.links():
                for name in {"get_batch", "read", "process", "write"} & set(dir(each)):
                    setattr(each, name, _forbidden(f"{type(each).__name__}.{name}"))
            said = list(link.check())
        others = [problem for problem in said if not isinstance(problem, Problem)]
        assert not others, f"check() gave what is no Problem: {others}"
        assert not (left := held.left_since()), f"check() left open: {', '.join(left)}"

    @check("enter what is opened into self.resources, or use `with` in read()")
    def test_the_end_closes_everything(self, bench: Bench) -> None:
        """When there are no more batches, every file, socket and thread is closed: a run may have many tasks."""
        self._leaves_nothing_open(bench, drain)

    @check(
        "enter what is opened into self.resources, or use `with` in read(), which early stops leave by GeneratorExit"
    )
    def test_an_early_stop_closes_everything(self, bench: Bench) -> None:
        """A chain may be stopped after any batch: its generators are closed then, and everything with them."""

        def stop_early(link: BatchProcessor[Any]) -> None:
            batches = link.get_batch(1)
            next(batches)
            batches.close()

        self._leaves_nothing_open(bench, stop_early)

    @check(
        "enter what is opened into self.resources, or use `with` in read(); swallow no exception that you don't know"
    )
    def test_a_failure_closes_everything(self, bench: Bench) -> None:
        """When a link before or behind it fails, everything is closed, and the failure goes on its way: a half load
        must not look like a whole one.
        """

        def fail_behind(link: BatchProcessor[Any]) -> None:
            batches = link.get_batch(1)
            next(batches)
            with must_raise(_Stopped, "the failure of a link behind it was swallowed"):
                batches.throw(_Stopped())

        def fail_before(link: BatchProcessor[Any]) -> None:
            with must_raise(SourceFailed, "the failure of the link before it was swallowed"):
                drain(link, 1)

        self._leaves_nothing_open(bench, fail_behind)
        if self.predecessor(bench.task()) is not None:
            self._leaves_nothing_open(bench, fail_before, fail_after=1)

    def _leaves_nothing_open(
        self, bench: Bench, pull: Callable[[BatchProcessor[Any]], object], *, fail_after: int | None = None
    ) -> None:
        def use() -> object:
            with self.in_a_run(bench, fail_after=fail_after) as link:
                pull(link)
                before = link.predecessor
            assert not (isinstance(before, RowsSource) and before.is_open), "the link before it is still open"
            return link

        must_close_everything(use)


def _forbidden(name: str) -> Callable[..., NoReturn]:
    def call(*_: Any, **__: Any) -> NoReturn:
        pytest.fail(f"check() called {name}")

    return call
