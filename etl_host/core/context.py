"""What the tasks of a run share. The context is the run: it begins and ends with it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import quote

from etl_host.core.checkpoint import Run
from etl_host.core.connection import Connection
from etl_host.core.delivery import Delivery
from etl_host.core.errors import OptionError, exit_code_of, worst
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
    the working folder. ``limit``: rows that may be read; the first task to have read as many is the last one.
    """

    def __init__(
        self,
        settings: Mapping[str, str] = os.environ,
        delivery: Delivery | None = None,
        connections: Mapping[str, Connection] | None = None,
        rejects_dir: Path | str | None = None,
        *,
        reporters: Sequence[Reporter] = (),
        limit: int | None = None,
    ) -> None:
        self.settings = settings
        self.delivery = delivery or Delivery()
        self.limit = limit
        self.stop = threading.Event()
        self.reporting = Reporting()
        self.roots: list[Task] = []
        self.error: BaseException | None = None
        self.ended_before: RunSummary | None = None
        """How the run has ended already, where it was asked for by its id: then nothing is to be done."""
        self.run: Run
        self._connections: dict[str, Connection] = {}
        self._rejects: dict[Path, Task] = {}
        self._mutex = threading.RLock()
        self._resources = ExitStack()
        self._used: dict[int, Connection] = {}
        self._began = time.monotonic()
        self._announced = False
        for name, connection in (connections or {}).items():
            self._keep(name, connection)
        for reporter in reporters:
            self.reporting.add(reporter)
        folder = Path(rejects_dir or settings.get("ETL_ERROR_PATH") or "rejects").absolute()
        self.delivery.begin(self, Run.new(self.delivery.pipeline, rejects_dir=str(folder)))

    def connection(self, name: str, kind: type[C]) -> C:
        """The connection called ``name``; whoever asks first makes it, the context closes it.

        Raises ConnectionMissing where neither the context nor the settings know it, OptionError where it is
        not a ``kind``.
        """
        with self._mutex:
            if name not in self._connections:
                self._keep(name, kind.from_settings(self.settings, name))
            connection = self._connections[name]
            if not isinstance(connection, kind):
                wanted, found = kind.__name__, type(connection).__name__
                raise OptionError("connection", f"connection {name} is a {found}, what is needed is a {wanted}")
            self._used[id(connection)] = connection
            return connection

    @property
    def connections(self) -> Sequence[Connection]:
        """Those that are known by now, each once."""
        return [*{id(connection): connection for connection in self._connections.values()}.values()]

    def _keep(self, name: str, connection: Connection) -> None:
        """Let it be known as ``name``, and closed at the end, once."""
        if all(connection is not known for known in self._connections.values()):
            self._resources.callback(connection.close)
        self._connections[name] = connection

    def rejects_of(self, task: Task) -> RejectsFile:
        """The file for the rejects of ``task``; not made before there are some.

        Raises OptionError where it is another task's.
        """
        default = Path(self.run.rejects_dir) / f"{quote(task.name, safe=' ')}.{self.run.id}.jsonl"
        path = (task.rejects_file or default).absolute()
        with self._mutex:
            owner = self._rejects.setdefault(path.resolve(), task)
            if owner is not task:
                raise OptionError(
                    "error_file",
                    f"tasks {owner.name} and {task.name} have one file for their rejects, {path}",
                    remedy="give each task a name of its own, or each an error file",
                )
        identity = {"pipeline": self.run.pipeline, "run": self.run.id, "task": task.name}
        return self.delivery.rejects(path, identity)

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
        before, look = self.ended_before, next((look for look in map(_look, self._used.values()) if look), None)
        if before is not None:
            code = worst({exit_code_of(self.error), before.run_exit_code})
            return replace(before, error=self.error or before.error, run_exit_code=code, look=look)
        return RunSummary(
            pipeline=self.run.pipeline,
            run_id=self.run.id,
            attempt=self.run.attempt,
            seconds=time.monotonic() - self._began,
            tasks=[leaf.summary() for root in self.roots for leaf in root.leaves()],
            error=self.error,
            run_exit_code=worst({exit_code_of(self.error), *(root.exit_code for root in self.roots)}),
            look=look,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.error = error
        try:
            with self._resources:
                try:
                    summary = self.summary
                    self.delivery.finish(summary.status, summary.exit_code)
                except BaseException as failed:
                    self.error = error or failed
                    raise
                finally:
                    self.reporting.run_finished(RunFinished(self.summary))
        except BaseException as failed:  # closing a connection, for example
            self.error = self.error or failed
            raise


def _look(connection: Connection) -> str | None:
    """The command that shows what is behind a connection, where it offers one."""
    return getattr(connection, "look", None)
