"""The reporter ``neo4j``: what a run does, batch by batch, as nodes."""

from __future__ import annotations

import logging
from typing import Annotated

from etl_host import BatchFinished, ETLContext, Reporter, RunFinished, RunStarted, TaskFinished, TaskStarted
from etl_host_neo4j.connection import Neo4jConnection
from etl_host_neo4j.history import write
from etl_host_neo4j.history_notes import Notebook
from etl_host_neo4j.history_writer import HistoryWriter

log = logging.getLogger(__name__)


class Neo4jReporter(Reporter):
    """Keeps the history of each run in a database, while it goes on; see ``history``.

    Nothing is kept of what leaves no record: a load that is rolled back, or one without a delivery of its own.
    """

    def __init__(
        self,
        connection: Annotated[str, "The connection to write to; it may be another than the data's."] = "neo4j",
        *,
        context: ETLContext,
    ) -> None:
        self.connection_name = connection
        self.context = context
        self._notebook: Notebook | None = None
        self._writer: HistoryWriter | None = None

    def run_started(self, event: RunStarted) -> None:
        if event.run.process:
            database = self.context.connection(self.connection_name, Neo4jConnection)
            self._notebook = Notebook(event)
            self._writer = HistoryWriter(self._notebook, lambda notes: write(database, notes))

    def task_started(self, event: TaskStarted) -> None:
        if self._notebook is not None and not event.group:
            self._notebook.task_started(event)

    def batch_finished(self, event: BatchFinished) -> None:
        if self._notebook is not None:
            self._notebook.batch_finished(event)

    def task_finished(self, event: TaskFinished) -> None:
        if self._notebook is not None and not event.group:
            self._notebook.task_finished(event)

    def run_finished(self, event: RunFinished) -> None:
        notebook, writer = self._notebook, self._writer
        self._notebook = self._writer = None
        if notebook is not None and writer is not None:
            notebook.run_finished(event)
            if not writer.stop():
                log.warning("the history of run %s is incomplete", event.summary.run_id)
