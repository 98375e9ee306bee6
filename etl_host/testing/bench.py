"""Where a contract makes its processors, and where everything is closed at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from etl_host.core.connection import Connection
from etl_host.core.context import ETLContext
from etl_host.core.delivery import Delivery
from etl_host.core.processor import BatchProcessor
from etl_host.pipeline.conversion import Surroundings
from etl_host.pipeline.imports import Importer
from etl_host.pipeline.options import WrongOption, check_options
from etl_host.registry.spec import Kind
from etl_host.testing.fake_task import FakeTask
from etl_host.testing.rows_source import RowsSource


class Bench:
    """Makes the processor under test, each time in a context and for a task of its own.

    ``options`` are written as in a pipeline file that stands in ``folder``; objects do as well.
    """

    def __init__(
        self,
        make: Callable[..., Any],
        kind: Kind,
        target: Callable[..., Any],
        *,
        options: Mapping[str, Any],
        settings: Mapping[str, str],
        connections: Mapping[str, Connection],
        folder: Path,
    ) -> None:
        self.options = options
        self.folder = folder
        self._make = make
        self._kind = kind
        self._target = target
        self._settings = settings
        self._connections = connections
        self._surroundings = Surroundings(folder, Importer(folder))
        self._resources = ExitStack()

    def context(self, delivery: Delivery | None = None) -> ETLContext:
        """A new context, with the settings and connections that the contract's class gives."""
        return ETLContext(self._settings, delivery, self._connections, self.folder / "rejects")

    def task(self) -> FakeTask:
        """A task in a new context."""
        context = self._resources.enter_context(self.context())
        return self._resources.enter_context(FakeTask(context))

    def checked(self, options: Mapping[str, Any]) -> tuple[dict[str, Any], list[WrongOption]]:
        """Arguments for the constructor, and what is wrong with ``options``."""
        return check_options(self._target, self._kind, self._target.__name__, options, self._surroundings)

    def arguments(self, options: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Arguments for the constructor, by default from the options that the contract's class gives."""
        arguments, wrong = self.checked(self.options if options is None else options)
        assert not wrong, f"these options are not right: {'; '.join(fault.message for fault in wrong)}"
        return arguments

    def source(self, options: Mapping[str, Any] | None = None) -> Any:
        """The source, for a task of its own."""
        task = self.task()
        return self._make(self.arguments(options), context=task.context, task=task)

    def behind(self, predecessor: BatchProcessor[Any]) -> Any:
        """The validator or sink behind ``predecessor``, for the same task."""
        task = predecessor.task
        return self._make(self.arguments(), context=task.context, task=task, predecessor=predecessor)

    def rows(self, rows: Sequence[Any], *, step: int = 1) -> RowsSource[Any]:
        """A source of ``rows``, for a task of its own."""
        task = self.task()
        return RowsSource(rows, task.context, task, step=step)

    def close(self) -> None:
        """Close all contexts and tasks that were made."""
        self._resources.close()
