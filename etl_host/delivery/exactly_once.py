"""Each row takes effect exactly once, however often a load is interrupted.

The position of the source is committed in the same transaction as the rows, so that both are there or neither
is. A load that starts again reads the position and goes on behind it. Who may write is fenced by an owner in
the checkpoint.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from etl_host.core.batch import Batches, T
from etl_host.core.checkpoint import CheckpointKey, Run
from etl_host.core.context import ETLContext
from etl_host.core.delivery import Delivery, Guarantee, announce, pulled
from etl_host.core.errors import ExitCode, Locked, LostRejects, RunRefused
from etl_host.core.sink import Sink
from etl_host.core.source import Source
from etl_host.core.store import CheckpointStore, RunRecord
from etl_host.core.task import Task
from etl_host.core.validator import Validator
from etl_host.delivery.plan import refuse_changes
from etl_host.delivery.progress import Progress
from etl_host.delivery.retry import write_until_committed

log = logging.getLogger(__name__)


class ExactlyOnce(Delivery):
    """Delivers with checkpoints wherever the sink has a store::

        with ETLContext(delivery=ExactlyOnce("gtfs")) as context:
            LoadStops(context).execute()

    ``pipeline`` names the run: an unfinished run of that name in the store is gone on with, unless
    ``restart``. ``plan``, ``parameters`` and ``plugins`` are recorded with the run (see ``Run``).
    ``retry_time``: seconds to wait out a database in trouble.
    """

    def __init__(
        self,
        pipeline: str,
        *,
        plan: Sequence[Mapping[str, Any]] = (),
        parameters: Mapping[str, Any] | None = None,
        plugins: Mapping[str, str] | None = None,
        restart: bool = False,
        retry_time: float = 60.0,
    ) -> None:
        self.pipeline = pipeline
        self._plan = tuple(plan)
        self._parameters = dict(parameters or {})
        self._plugins = dict(plugins or {})
        self._restart = restart
        self._retry_time = retry_time
        self._stores: list[CheckpointStore] = []
        self._delivered: set[str] = set()
        self._mutex = threading.RLock()

    def begin(self, context: ETLContext, run: Run) -> None:
        run = replace(run, plan=self._plan, parameters=self._parameters, plugins=self._plugins)
        super().begin(context, run)

    def open(self, stores: Iterable[CheckpointStore]) -> None:
        """Begin the run in each of ``stores``, or go on with the unfinished one that is found there.

        Raises RunRefused where it can't go on, before anything is written.
        """
        with self._mutex:
            new = {id(store): store for store in stores if not any(store is known for known in self._stores)}.values()
            unfinished = [self._unfinished_in(store) for store in new]
            committed = [record for record in unfinished if record and record.started_tasks()]
            if committed and not self._restart:
                self._go_on(committed)
            for store, record in zip(new, unfinished, strict=True):
                self._begin_in(store, abandon=record is not None and record.run.id != self.context.run.id)

    def _unfinished_in(self, store: CheckpointStore) -> RunRecord | None:
        return next((record for record in store.runs(self.pipeline) if record.active), None)

    def _go_on(self, records: Sequence[RunRecord]) -> None:
        """Make the run that the records are of the context's run."""
        run = self.context.run
        ids = {record.run.id for record in records} | ({run.id} if self._stores else set())
        if len(ids) > 1:
            raise RunRefused(
                f"the databases hold two unfinished runs of {self.pipeline}: {', '.join(sorted(ids))}",
                remedy="begin again with --restart, which loads committed rows again",
            )
        for record in records:
            refuse_changes(record, run)
        stored = records[0].run
        self.context.run = replace(run, id=stored.id, started=stored.started, rejects_dir=stored.rejects_dir)
        self.rows_before += sum(state.balance.read for record in records for _, state in record.checkpoints.values())

    def _begin_in(self, store: CheckpointStore, *, abandon: bool) -> None:
        begun = store.begin(self.context.run, abandon=abandon)
        if begun.id != self.context.run.id:
            raise Locked(f"run {begun.id} of {self.pipeline} has just been started by another process")
        self.context.run = replace(begun, attempt=max(begun.attempt, self.context.run.attempt))
        self._stores.append(store)

    def guarantee(self, sink: Sink[Any]) -> Guarantee:
        source = sink.links()[0]
        if sink.store is None:
            return Guarantee("at least once", f"{sink.label} keeps no checkpoints")
        if not (isinstance(source, Source) and source.resumable):
            return Guarantee("at least once", f"{source.label} can't go on from a position")
        return Guarantee("exactly once", "checkpoints are committed with the rows")

    def deliver(self, sink: Sink[T], max_batch_size: int) -> Batches[T]:
        store = sink.store
        if store is None:
            yield from super().deliver(sink, max_batch_size)
            return
        announce(sink, self.guarantee(sink))
        self.open([store])
        progress = self._take_over(sink.task, store)
        if progress.at.origin or progress.state.finished:
            sink.task.goes_on_after(progress.state.balance)
            yield progress.as_batch()
        if progress.state.finished:
            return
        self._prepare(sink, progress)
        with pulled(sink, max_batch_size) as batches:
            for batch in batches:
                sink.task.rejects.sync()
                counted = write_until_committed(sink, batch, progress.checkpoint(batch), self._retry_time)
                progress = progress.including(batch, counted)
                yield batch.committed(counted)
        write_until_committed(sink, progress.nothing(), progress.last_checkpoint(), self._retry_time)

    def _take_over(self, task: Task, store: CheckpointStore) -> Progress:
        path = "/".join(quote(name, safe=" ") for name in task.path)
        with self._mutex:
            if path in self._delivered:
                raise RunRefused(f"task {path} was executed already in this run; a task is executed once in a run")
            self._delivered.add(path)
            if path not in {entry["task"] for entry in self.context.run.plan}:
                self.context.run = replace(self.context.run, plan=(*self.context.run.plan, {"task": path}))
            run = self.context.run
        key = CheckpointKey(run.id, path)
        return Progress.stored(key, run.owner, *store.take_over(run, [key])[key])

    def _prepare(self, sink: Sink[Any], progress: Progress) -> None:
        """Let the source and the rejects go on where the checkpoint is."""
        source = sink.links()[0]
        origin = progress.at.origin
        if origin:
            self._refuse_what_cannot_go_on(sink, progress)
        if isinstance(source, Source):
            source.after = progress.at if origin else None
        kept = sink.task.rejects.begin({None: origin, progress.key.bucket: origin})
        rejected = int(progress.state.statistics.get("rejected_rows", 0))
        if kept < rejected:
            raise LostRejects(
                f"{sink.task.rejects.path} holds {kept} of the {rejected} rows "
                f"that task {sink.task.name} rejected before",
                remedy="put the file back, or begin again with --restart, which loads committed rows again",
            )

    def _refuse_what_cannot_go_on(self, sink: Sink[Any], progress: Progress) -> None:
        source, *others = sink.links()
        reason = None
        if not (isinstance(source, Source) and source.resumable):
            reason = f"{source.label} can't go on from a position"
        for link in others:
            if isinstance(link, Validator) and link.stateful:
                reason = f"what {link.label} does with a row depends on the rows before it"
        if reason:
            raise RunRefused(
                f"task {sink.task.name} of run {progress.key.run} has committed {progress.state.balance.read:,} rows "
                f"and can't go on: {reason}",
                remedy="begin again with --restart, which loads committed rows again",
            )

    def finish(self, status: str, exit_code: ExitCode) -> None:
        """Store how it ended; the first store's record counts, so it is the last one told."""
        for store in reversed(self._stores):
            store.finish(self.context.run, status, int(exit_code))
