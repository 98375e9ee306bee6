"""What a sink must keep to that commits checkpoints with its rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any, ClassVar, TypeAlias

import pytest

from etl_host.core.batch import Statistics, add_statistics
from etl_host.core.chain_task import ChainTask
from etl_host.core.checkpoint import Checkpoint, Run
from etl_host.core.errors import Fenced
from etl_host.core.json_values import to_json
from etl_host.core.processor import BatchProcessor
from etl_host.core.sink import Fault, Sink
from etl_host.core.store import CheckpointStore
from etl_host.delivery import ExactlyOnce
from etl_host.testing.attempt import Attempt, batch_of
from etl_host.testing.bench import Bench
from etl_host.testing.checks import check, must_raise
from etl_host.testing.link_contract import LinkContract
from etl_host.testing.rows_source import RowsSource, SourceFailed
from etl_host.testing.store_contract import CheckpointStoreContract, another_owner, new_run

TargetRows: TypeAlias = Callable[[], Sequence[Any]]
Faults: TypeAlias = Sequence[tuple[Exception, Fault]]


def sorted_rows(rows: Sequence[Any]) -> list[Any]:
    """``rows`` in an order that depends on nothing but them."""
    return sorted(rows, key=lambda row: json.dumps(to_json(row), sort_keys=True))


class TransactionContract(CheckpointStoreContract, LinkContract):
    """The checks of sinks with a store, and those of the store."""

    processor: ClassVar[type[Sink[Any]]]
    rows: ClassVar[Sequence[Any]]

    bad_row: ClassVar[Any] = None
    """A row that the target refuses, if there are such."""

    @pytest.fixture
    def faults(self) -> Faults:
        """Errors of the target as ``write`` raises them, each with its kind; at least one that is transient."""
        pytest.fail("give your contract's class the fixture faults, or expect this check to fail")

    @pytest.fixture
    def store(self, bench: Bench) -> Iterator[CheckpointStore]:
        with self.in_a_run(bench) as sink:
            yield sink.store

    @classmethod
    def declares(cls, what: str) -> bool:
        match what:
            case "store":
                return cls.processor.store is not Sink.store
            case "bad_row":
                return cls.declares("store") and cls.bad_row is not None
            case _:
                return super().declares(what)

    @contextmanager
    def attempt(self, bench: Bench, run: Run | None = None) -> Iterator[Attempt]:
        """A new sink, in a context of its own, that works for the owner of ``run``, by default a new one."""
        with self.in_a_run(bench) as sink:
            sink.context.run = run or sink.store.begin(new_run(self.pipeline))
            with sink.opened(len(self.rows)):
                yield Attempt(sink, sink.context.run)

    @check("store checkpoint.position.origin and checkpoint.state(counted) as they are", where="store")
    def test_the_checkpoint_is_stored(self, bench: Bench) -> None:
        """With the rows, position and state of the checkpoint are stored as they are: from them a later attempt goes
        on, and the summary is made.
        """
        with self.attempt(bench) as attempt:
            for batch in (batch_of(self.rows[:2]), batch_of(self.rows[2:], 2)):
                checkpoint = attempt.checkpoint(batch)
                counted = attempt.sink.write(batch, checkpoint)
                origin, state = attempt.stored()
                assert origin == checkpoint.position.origin
                assert state.as_json() == checkpoint.state(counted)
            nothing = batch_of((), origin)
            attempt.sink.write(nothing, attempt.checkpoint(nothing, finished=True))
            origin, state = attempt.stored()
            assert (origin, state.finished) == (len(self.rows), True), "the last checkpoint has no rows, and is stored"

    @check("where checkpoint.is_stored(owner, position), return checkpoint.written(state)", where="store")
    def test_a_repeated_batch_counts_once(self, bench: Bench, target_rows: TargetRows) -> None:
        """A batch that is written again with its checkpoint is not written, and what it had counted is returned."""
        with self.attempt(bench) as attempt:
            attempt.write(batch_of(self.rows[:1]))
            batch = batch_of(self.rows[1:3], 1)
            checkpoint = attempt.checkpoint(batch)
            counted = attempt.sink.write(batch, checkpoint)
            assert _counts(attempt.sink.write(batch, checkpoint)) == _counts(counted)
        assert sorted_rows(target_rows()) == sorted_rows(self.rows[:3])

    @check("look into the store whether the checkpoint is there, not into the memory of the process", where="store")
    def test_a_lost_reply_is_recognised(self, bench: Bench, target_rows: TargetRows) -> None:
        """When the connection is lost while a batch is committed, it is written again over a new one: the sink finds
        it in the store.
        """
        batch = batch_of(self.rows[:2])
        with self.attempt(bench) as attempt:
            checkpoint = attempt.checkpoint(batch)
            attempt.sink.write(batch, checkpoint)
        with self.attempt(bench, attempt.run) as again:
            again.sink.write(batch, checkpoint)
            assert again.stored()[0] == 2
        assert sorted_rows(target_rows()) == sorted_rows(self.rows[:2])

    @check("roll back where checkpoint.commit is false, and return what was counted", where="store")
    def test_without_commit_nothing_is_left(self, bench: Bench, target_rows: TargetRows) -> None:
        """With a checkpoint that is not to be committed, everything is done, counted and rolled back: so bad rows are
        looked for.
        """
        batch = batch_of(self.rows[:2])
        with self.attempt(bench) as attempt:
            tried = attempt.sink.write(batch, attempt.checkpoint(batch, commit=False))
            assert list(target_rows()) == []
            assert attempt.stored()[0] == 0
            assert _counts(attempt.write(batch)) == _counts(tried)

    @check("write rows and checkpoint in one transaction, and roll it back whatever is raised", where="store")
    def test_rows_and_checkpoint_are_one_transaction(self, bench: Bench, target_rows: TargetRows) -> None:
        """Where the checkpoint can't be stored, the rows are not in the target either: else they would be written
        again by whoever goes on.
        """
        batch = batch_of(self.rows[:2])
        with self.attempt(bench) as attempt:
            checkpoint = attempt.checkpoint(batch)
            with pytest.raises(Exception):  # noqa: B017, PT011 - the sink may have put it into words of its own
                attempt.sink.write(batch, _NeverStored(**vars(checkpoint)))
            assert list(target_rows()) == []
            attempt.sink.write(batch, checkpoint)
        assert sorted_rows(target_rows()) == sorted_rows(self.rows[:2])

    @check("write rows and checkpoint in one transaction; an error of a value is Fault.DATA", where="bad_row")
    def test_a_refused_batch_leaves_nothing(self, bench: Bench, target_rows: TargetRows) -> None:
        """A batch of which one row is refused leaves nothing, and without that row it can be written."""
        batch = batch_of([*self.rows[:2], self.bad_row])
        with self.attempt(bench) as attempt:
            with pytest.raises(Exception) as refused:  # noqa: PT011 - the target's own
                attempt.write(batch)
            assert attempt.sink.fault(refused.value) is Fault.DATA, f"the fault of {refused.value!r}"
            assert list(target_rows()) == []
            assert attempt.stored()[0] == 0
            attempt.write(batch_of(self.rows[:2]))
        assert sorted_rows(target_rows()) == sorted_rows(self.rows[:2])

    @check("read the checkpoint's owner after locking it, and hand it to checkpoint.is_stored()", where="store")
    def test_who_was_overtaken_writes_nothing(self, bench: Bench, target_rows: TargetRows) -> None:
        """A process that another one has taken over from gets Fenced, and its rows are not written."""
        batch = batch_of(self.rows[:2])
        with self.attempt(bench) as attempt:
            checkpoint = attempt.checkpoint(batch)
            other = attempt.store.begin(another_owner(attempt.run), after=attempt.run.owner)
            attempt.store.take_over(other, [attempt.key])
            with must_raise(Fenced, "a process that was overtaken wrote a batch"):
                attempt.sink.write(batch, checkpoint)
        assert list(target_rows()) == []

    @check("begin(abandon=True) gives the checkpoints of the old run the new owner", where="store")
    def test_who_was_given_up_writes_nothing(self, bench: Bench, target_rows: TargetRows) -> None:
        """A process whose run was given up for a new one gets Fenced, and its rows are not written."""
        batch = batch_of(self.rows[:2])
        with self.attempt(bench) as attempt:
            checkpoint = attempt.checkpoint(batch)
            attempt.store.begin(new_run(self.pipeline), after=attempt.run.owner, abandon=True)
            with must_raise(Fenced, "a process whose run was given up wrote a batch"):
                attempt.sink.write(batch, checkpoint)
        assert list(target_rows()) == []

    @check("say in fault() what may heal, and Fault.FATAL of what you don't know", where="store")
    def test_faults_are_classified(self, bench: Bench, faults: Faults) -> None:
        """Each error has its kind: what is transient is tried again, what is fatal is not; neither is what the sink
        does not know, or somebody else's batch.
        """
        assert any(fault is Fault.TRANSIENT for _, fault in faults), "give one that is transient"
        with self.in_a_run(bench) as sink:
            for error, fault in [*faults, (Fenced("overtaken"), Fault.FATAL), (_Unheard("of"), Fault.FATAL)]:
                assert sink.fault(error) is fault, f"the fault of {error!r}"

    @check("let open() leave the target as it is, and take position and state from the store", where="store")
    def test_an_interrupted_load_goes_on(self, bench: Bench, target_rows: TargetRows) -> None:
        """A load that fails half-way and is started again writes each row once, and counts all of them."""
        [failed, done] = [self._load(bench, fail_after) for fail_after in (2, None)]
        assert isinstance(failed, SourceFailed), f"the first attempt failed with {failed!r}"
        assert not isinstance(done, BaseException), f"the second attempt failed with {done!r}"
        assert sorted_rows(target_rows()) == sorted_rows(self.rows)
        assert done["rows_read"] == len(self.rows)

    def _load(self, bench: Bench, fail_after: int | None) -> Statistics | BaseException:
        with bench.context(ExactlyOnce(self.pipeline, retry_time=0)) as context:
            result = _Load(context, self, bench, fail_after).execute()
        return result.error or result.summary

    @check("share nothing between two calls of write() but what is locked", where="concurrent")
    def test_batches_are_written_side_by_side(self, bench: Bench, target_rows: TargetRows) -> None:
        """Several threads may write at once, each the batches of a bucket with a checkpoint of its own."""
        with self.attempt(bench) as first:
            buckets = 4 if first.sink.takes_lanes() else 1
            attempts = [Attempt(first.sink, first.run, bucket=bucket) for bucket in range(buckets)]
            batches = [batch_of(self.rows[bucket::buckets]) for bucket in range(buckets)]
            checkpoints = [attempt.checkpoint(batch) for attempt, batch in zip(attempts, batches, strict=True)]
            together = Barrier(buckets)

            def write(bucket: int) -> Statistics:
                together.wait(60)
                return first.sink.write(batches[bucket], checkpoints[bucket])

            with ThreadPoolExecutor(buckets) as threads:
                counted = add_statistics(*threads.map(write, range(buckets)))
            positions = [attempt.stored()[0] for attempt in attempts]
        assert positions == [batch.batch_size for batch in batches]
        assert sorted_rows(target_rows()) == sorted_rows(self.rows)
        assert len(self.rows) in counted.values(), f"{counted}"


class _Unheard(Exception):
    """An error that no sink can know."""


class _NeverStored(Checkpoint):
    """One that is lost at the moment when it is to be stored."""

    def state(self, written: Statistics) -> str:
        raise _Unheard("of")


class _Load(ChainTask):
    """The rows of a contract through its sink."""

    batch_size = 1

    def __init__(self, context: Any, contract: TransactionContract, bench: Bench, fail_after: int | None) -> None:
        super().__init__(context, name="load")
        self._contract = contract
        self._arguments = bench.arguments()
        self._fail_after = fail_after

    def chain(self) -> BatchProcessor[Any]:
        source = RowsSource(self._contract.rows, self.context, self, fail_after=self._fail_after)
        sink: BatchProcessor[Any] = self._contract.make(
            self._arguments, context=self.context, task=self, predecessor=source
        )
        return sink


def _counts(statistics: Statistics) -> dict[str, float]:
    return {key: value for key, value in statistics.items() if value}
