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
from functools import partial
from typing import Any

from etl_host.core.batch import Batches, T
from etl_host.core.checkpoint import CheckpointKey, Run
from etl_host.core.context import ETLContext
from etl_host.core.delivery import Delivery, Guarantee, announce
from etl_host.core.errors import ExitCode, RunRefused
from etl_host.core.sink import Sink
from etl_host.core.store import CheckpointStore, RunRecord
from etl_host.delivery.lanes.choice import LaneChoice
from etl_host.delivery.lanes.split import refuse_lanes, refuse_other_buckets
from etl_host.delivery.progress import Progress
from etl_host.delivery.resume import batches_after, can_go_on, rejects_go_on_from, smaller
from etl_host.delivery.runs.earlier_tasks import EarlierTasks
from etl_host.delivery.runs.heartbeat import Heartbeat
from etl_host.delivery.runs.ids import checked, records_of, refuse_another
from etl_host.delivery.runs.lock import held, refuse_while_held
from etl_host.delivery.runs.plan import BEGIN_AGAIN, as_stored, refuse_changes, task_key
from etl_host.delivery.runs.process import Process
from etl_host.delivery.writing.retry import RETRY_TIME, BatchTooBig, repeat_until_done
from etl_host.delivery.writing.writer import BatchWriter

log = logging.getLogger(__name__)


class ExactlyOnce(Delivery):
    """Delivers with checkpoints wherever the sink has a store::

        with ETLContext(delivery=ExactlyOnce("gtfs")) as context:
            LoadStops(context).execute()

    ``pipeline`` names the run: an unfinished run of that name in the store is gone on with, unless
    ``restart``. ``plan``, ``parameters`` and ``plugins`` are recorded with the run (see ``Run``).
    ``retry_time``: seconds to wait out a database in trouble. ``accept_lost_rejects``: go on though the file of
    rejects of an earlier attempt is gone. ``run_id``: the id of the run, new or unfinished.

    Raises OptionError for a ``run_id`` that can't be one.
    """

    def __init__(
        self,
        pipeline: str,
        *,
        plan: Sequence[Mapping[str, Any]] = (),
        parameters: Mapping[str, Any] | None = None,
        plugins: Mapping[str, str] | None = None,
        restart: bool = False,
        retry_time: float = RETRY_TIME,
        accept_lost_rejects: bool = False,
        run_id: str | None = None,
    ) -> None:
        self.pipeline = pipeline
        self._plan = as_stored(list(plan))
        self._parameters = as_stored(dict(parameters or {}))
        self._plugins = dict(plugins or {})
        self._restart = restart
        self._retry_time = retry_time
        self._accept_lost_rejects = accept_lost_rejects
        self.run_id = None if run_id is None else checked(run_id)
        self._mutex = threading.RLock()

    def begin(self, context: ETLContext, run: Run) -> None:
        self._stores: list[CheckpointStore] = []
        self._delivered: set[str] = set()
        self._earlier_tasks = EarlierTasks()
        self._heartbeat = Heartbeat(lambda: tuple(self._stores), lambda: self.context.run)
        self._lanes = LaneChoice()
        self._sinks: dict[int, Sink[Any]] = {}
        self._committed: set[CheckpointKey] = set()
        self.rows_before = 0
        recorded = replace(run, plan=self._plan, parameters=self._parameters, plugins=self._plugins)
        recorded = replace(recorded, id=self.run_id or run.id)
        super().begin(context, replace(recorded, process=Process.current().as_dict()))

    def open(self, stores: Iterable[CheckpointStore]) -> None:
        """Begin the run in each of ``stores``, or go on with the unfinished one that is found there.

        Raises Locked where another process works on it, RunRefused where it can't go on; before anything is written.
        """
        with self._mutex:
            new = {id(store): store for store in stores if not any(store is known for known in self._stores)}.values()
            found = [(store, self._unfinished_in(store)) for store in new]
            others = [(store, record) for store, record in found if record and not self._is_mine(record)]
            for store, record in others:
                refuse_while_held(record, partial(self._unfinished_in, store))
            unfinished = [record for _, record in others]
            if self.run_id is not None:
                records_of(self.run_id, self.pipeline, new)
                refuse_another(self.run_id, unfinished, restart=self._restart)
            to_go_on = [record for record in unfinished if record.started_tasks() or record.run.id == self.run_id]
            if to_go_on and not self._restart:
                self._go_on(to_go_on)
            for store, held_there in found:
                self._begin_in(store, held_there)

    def _unfinished_in(self, store: CheckpointStore) -> RunRecord | None:
        return next((record for record in store.runs(self.pipeline) if record.active), None)

    def _is_mine(self, record: RunRecord) -> bool:
        """Whether it was begun by this very attempt: through another connection to the same database."""
        return record.run.owner == self.context.run.owner

    def _go_on(self, records: Sequence[RunRecord]) -> None:
        """Make the run that the records are of the context's run."""
        run = self.context.run
        ids = {record.run.id for record in records} | ({run.id} if self._stores else set())
        if len(ids) > 1:
            raise RunRefused(
                f"there are two unfinished runs of {self.pipeline}, in different targets: {', '.join(sorted(ids))}",
                remedy=BEGIN_AGAIN,
            )
        for record in records:
            refuse_changes(record, replace(run, plan=self._plan))
        stored = records[0].run
        self.context.run = replace(run, id=stored.id, started=stored.started, rejects_dir=stored.rejects_dir)
        if not self._plan:
            for record in records:
                self._earlier_tasks.add(record)
        checkpoints = {key: state for record in records for key, (_, state) in record.checkpoints.items()}
        self.rows_before += sum(state.balance.read for state in checkpoints.values())
        self._committed = {key for record in records for key, (origin, _) in record.checkpoints.items() if origin}
        log.info("run %s of %s goes on: %s rows are loaded already", stored.id, self.pipeline, f"{self.rows_before:,}")

    def _begin_in(self, store: CheckpointStore, found: RunRecord | None) -> None:
        """Write the run into the record of ``store``, in which ``found`` was unfinished."""
        found = found or self._begun_by_this(store)
        if found is None or not self._is_mine(found):
            run = self.context.run
            abandon = found is not None and found.run.id != run.id
            begun = store.begin(run, after=found.run.owner if found else None, abandon=abandon)
            if begun.owner != run.owner:
                raise held(self._unfinished_in(store) or RunRecord(begun, active=True))
            self.context.run = replace(begun, attempt=max(begun.attempt, run.attempt))
        self._stores.append(store)
        self._heartbeat.start()

    def _begun_by_this(self, store: CheckpointStore) -> RunRecord | None:
        """The run, where it was begun a moment ago, in another store with the same records."""
        record = self._unfinished_in(store) if self._stores else None
        return record if record and self._is_mine(record) else None

    def guarantee(self, sink: Sink[Any]) -> Guarantee:
        source = sink.links()[0]
        if sink.store is None:
            return Guarantee("at least once", f"{sink.label} keeps no checkpoints")
        if not can_go_on(source):
            return Guarantee("at least once", f"{source.label} can't go on from a position")
        return Guarantee("exactly once", "checkpoints are committed with the rows")

    def deliver(self, sink: Sink[T], max_batch_size: int) -> Batches[T]:
        store = sink.store
        if store is None:
            yield from super().deliver(sink, max_batch_size)
            return
        announce(sink, self.guarantee(sink))
        self.open([store])
        if (lanes := self._lanes.of(sink)) is not None:
            stored = self._take_over(sink, store, len(lanes.split))
            yield from lanes.deliver(stored, max_batch_size, self._retry_time, self._accept_lost_rejects)
            return
        [progress] = self._take_over(sink, store)
        refuse_lanes(progress)
        if progress.at.origin or progress.state.finished:
            sink.task.goes_on_after(progress.state.balance)
            yield progress.as_batch()
        if progress.state.finished:
            rejects_go_on_from(progress, sink, accept_lost=self._accept_lost_rejects)
            return
        writer = BatchWriter(sink, progress, self._retry_time)
        size = max_batch_size
        while True:
            try:
                yield from self._write_all(writer, size)
                break
            except BatchTooBig as error:
                size = smaller(sink, error, min(size, error.read))
        writer.finish()

    def _write_all(self, writer: BatchWriter, max_batch_size: int) -> Batches[Any]:
        accept = self._accept_lost_rejects
        with batches_after(writer.progress, writer.sink, max_batch_size, accept_lost_rejects=accept) as batches:
            for batch in batches:
                yield writer.write(batch)

    def _take_over(self, sink: Sink[Any], store: CheckpointStore, buckets: int = 1) -> list[Progress]:
        task = sink.task
        name = task_key(task)
        with self._mutex:  # one at a time, or an older plan might be stored over a newer one
            if name in self._delivered:
                raise RunRefused(f"task {name} was executed already in this run; a task is executed once in a run")
            self._earlier_tasks.refuse_before_its_turn(task, self._delivered)
            self._delivered.add(name)
            run = self.context.run
            if name not in {entry["task"] for entry in run.plan}:
                run = self.context.run = replace(run, plan=(*run.plan, {"task": name}))
            keys = [CheckpointKey(run.id, name, bucket=number) for number in range(buckets)]
            refuse_other_buckets(keys, self._committed)
            stored = repeat_until_done(partial(store.take_over, run, keys), sink, self._retry_time)
            self._sinks[id(store)] = sink
            return [Progress.stored(key, run.owner, *stored[key]) for key in keys]

    def finish(self, status: str, exit_code: ExitCode) -> None:
        """Store how it ended; the first store's record counts, so it is the last one told.

        Raises RunRefused where a run built by hand would end without a task of its earlier attempts.
        """
        missing = self._earlier_tasks.missing_from(self._delivered) if status in Run.FINISHED else []
        if missing:
            status, exit_code = "failed", RunRefused.exit_code
        self._heartbeat.stop()
        for store in reversed(self._stores):
            self._finish_in(store, status, exit_code)
        if missing:
            raise RunRefused(
                f"run {self.context.run.id} stays unfinished: rows of {', '.join(missing)} are committed, "
                "and this attempt had no such task",
                remedy=f"execute every task of the run, or {BEGIN_AGAIN}",
            )

    def _finish_in(self, store: CheckpointStore, status: str, exit_code: ExitCode) -> None:
        """In a store that is away: what ended well waits for it, since it would be told as failed."""
        summary = as_stored(self.context.summary.as_dict())
        work = partial(store.finish, self.context.run, status, int(exit_code), summary)
        if status in Run.FINISHED and (sink := self._sinks.get(id(store))) is not None:
            repeat_until_done(work, sink, self._retry_time)
        else:
            work()
