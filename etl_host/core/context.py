"""What the tasks of a run share. The context is the run: it begins and ends with it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import quote

from etl_host.core.checkpoint import Run
from etl_host.core.connection import Connection
from etl_host.core.delivery import Delivery
from etl_host.core.errors import OptionError, exit_code_of
from etl_host.core.rejects import RejectsFile
from etl_host.core.reporting import Reporter, Reporting, RunFinished, RunStarted
from etl_host.core.summary import RunSummary

if TYPE_CHECKING:
    from etl_host.core.task import Task

C = TypeVar("C", bound=Connection)


class ETLContext:
    """Settings, connections and identity of one run::

        with ETLContext() as context:
            LoadStops(context).execute()

    ``settings``: environment variables. ``delivery``: how batches reach the sinks; plain where None (at least
    once). ``connections``: by name; one that is missing is made from the settings on first use.
    ``rejects_dir``: where the files of rejected rows go, by default ``ETL_ERROR_PATH``, then ``rejects`` in
    the working folder.
    """

    def __init__(
        self,
        settings: Mapping[str, str] = os.environ,
        delivery: Delivery | None = None,
        connections: Mapping[str, Connection] | None = None,
        rejects_dir: Path | str | None = None,
        *,
        reporters: Sequence[Reporter] = (),
    ) -> None:
        self.settings = settings
        self.delivery = delivery or Delivery()
        self.stop = threading.Event()
        self.reporting = Reporting()
        self.roots: list[Task] = []
        self.error: BaseException | None = None
        self.run: Run
        folder = Path(rejects_dir or settings.get("ETL_ERROR_PATH") or "rejects").absolute()
        self.delivery.begin(self, Run.new(self.delivery.pipeline, rejects_dir=str(folder)))
        self._connections: dict[str, Connection] = dict(connections or {})
        self._rejects: dict[Path, Task] = {}
        self._mutex = threading.RLock()
        self._resources = ExitStack()
        self._closing: set[int] = set()
        self._began = time.monotonic()
        self._announced = False
        for reporter in reporters:
            self.reporting.add(reporter)

    def connection(self, name: str, kind: type[C]) -> C:
        """The connection called ``name``; whoever asks first makes it, the context closes it.

        Raises ConnectionMissing where neither the context nor the settings know it, OptionError where it is
        not a ``kind``.
        """
        with self._mutex:
            if name not in self._connections:
                self._connections[name] = kind.from_settings(self.settings, name)
            connection = self._connections[name]
            if not isinstance(connection, kind):
                wanted, found = kind.__name__, type(connection).__name__
                raise OptionError("connection", f"connection {name} is a {found}, what is needed is a {wanted}")
            if id(connection) not in self._closing:
                self._closing.add(id(connection))
                self._resources.callback(connection.close)
            return connection

    def rejects_of(self, task: Task) -> RejectsFile:
        """The file for the rejects of ``task``; not made before there are some.

        Raises OptionError where it is another task's.
        """
        default = Path(self.run.rejects_dir) / f"{quote(task.name, safe=' ')}.{self.run.id}.jsonl"
        path = (task.rejects_file or default).absolute()
        with self._mutex:
            if self._rejects.setdefault(path, task) is not task:
                other = self._rejects[path].name
                raise OptionError(
                    "error_file", f"tasks {other} and {task.name} have one file for their rejects, {path}"
                )
        identity = {"pipeline": self.run.pipeline, "run": self.run.id, "task": task.name}
        return RejectsFile(path, identity)

    def enter(self, task: Task) -> None:
        """Called by each task when it is executed: the first one begins the run."""
        with self._mutex:
            if task.parent is None and task not in self.roots:
                self.roots.append(task)
            if not self._announced:
                self._announced = True
                self.reporting.run_started(RunStarted(self.run, self.delivery.rows_before))

    @property
    def summary(self) -> RunSummary:
        """How the run stands."""
        return RunSummary(
            pipeline=self.run.pipeline,
            run_id=self.run.id,
            attempt=self.run.attempt,
            seconds=time.monotonic() - self._began,
            tasks=[leaf.summary() for root in self.roots for leaf in root.leaves()],
            error=self.error,
            run_exit_code=exit_code_of(self.error),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.error = error
        with self._resources:
            try:
                summary = self.summary
                self.delivery.finish(summary.status, summary.exit_code)
            except Exception as failed:
                self.error = error or failed
                raise
            finally:
                self.reporting.run_finished(RunFinished(self.summary))
