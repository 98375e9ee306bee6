"""One batch, one transaction: rows and checkpoint are committed together, or neither is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from etl_host import BatchProcessor, Checkpoint, CheckpointKey, EtlHostError, Fenced, Run, Statistics

if TYPE_CHECKING:
    import neo4j

    from etl_host_neo4j.connection import Neo4jConnection

_CHECKPOINT = "MATCH (c:EtlHostCheckpoint {run: $run, task: $task, partition: $partition, bucket: $bucket})"

# Writing to the node locks it before anything of it is read: a transaction of an earlier attempt that is
# still committing is waited for, so that owner and position are what it leaves behind.
_LOCK = f"{_CHECKPOINT} SET c.lock = $owner RETURN c.owner AS owner, c.position AS position, c.state AS state"

_STORE = f"{_CHECKPOINT} SET c.position = $position, c.state = $state RETURN c.position AS position"

# A run that begins instead of another one may wipe the graph, the other one's records included.
_NEXT_RUN = """
MATCH (r:EtlHostRun {pipeline: $pipeline}) WHERE NOT EXISTS { MATCH (:EtlHostRun {id: $run}) }
RETURN r.id AS id LIMIT 1"""


class CheckpointMissing(EtlHostError):
    """The run's checkpoint is not in the database any more."""

    code = "checkpoint-missing"


def key_parameters(key: CheckpointKey) -> dict[str, Any]:
    """The parameters that name a checkpoint's node."""
    return {"run": key.run, "task": key.task, "partition": key.partition, "bucket": key.bucket}


def metadata_of(processor: BatchProcessor[Any]) -> dict[str, Any]:
    """What names a processor's transactions on the server, for SHOW TRANSACTIONS and for ending those of an
    earlier owner.
    """
    return {**metadata_of_run(processor.context.run), "etl_task": processor.task.name}


def metadata_of_run(run: Run) -> dict[str, Any]:
    """What names a transaction as one of ``run``."""
    return {"etl_run": run.id, "etl_owner": run.owner, "etl_pipeline": run.pipeline}


def etl_of(processor: BatchProcessor[Any]) -> dict[str, Any]:
    """The parameter ``$etl`` of every query."""
    run = processor.context.run
    return {"run": run.id, "pipeline": run.pipeline, "task": processor.task.name, "started": run.started}


def write(
    connection: Neo4jConnection,
    checkpoint: Checkpoint | None,
    work: Callable[[neo4j.Transaction], Statistics],
    metadata: Mapping[str, Any],
    *,
    turns: bool = False,
) -> Statistics:
    """Do ``work`` in a transaction, which it shares with ``checkpoint``, and return what it counted.

    What was committed already, by an attempt whose answer was lost, is not done again. Raises Fenced where
    another process has taken over, CheckpointMissing where the checkpoint was deleted. In a trial, ``work`` is done in
    its transaction. ``turns``: commits of this kind go one at a time.
    """
    if connection.trial is not None:
        return work(connection.trial)
    with connection.transaction(metadata, connection.transaction_timeout) as transaction:
        if checkpoint is not None:
            stored = _lock(transaction, checkpoint, metadata["etl_pipeline"])
            if checkpoint.is_stored(stored["owner"], stored["position"]):
                return checkpoint.written(stored["state"])
        counted = work(transaction)
        if checkpoint is not None:
            store_checkpoint(transaction, checkpoint, counted)
        if checkpoint is None or checkpoint.commit:
            with connection.commit_turn() if turns else nullcontext():
                commit(transaction)
        return counted


def commit(transaction: neo4j.Transaction) -> None:
    """Rows and their checkpoint take effect here, both or none."""
    transaction.commit()


def _lock(transaction: neo4j.Transaction, checkpoint: Checkpoint, pipeline: str) -> Mapping[str, Any]:
    record = transaction.run(_LOCK, {**key_parameters(checkpoint.key), "owner": checkpoint.owner}).single()
    if record is None:
        run = checkpoint.key.run
        if transaction.run(_NEXT_RUN, run=run, pipeline=pipeline).single() is not None:
            raise Fenced(f"run {run} was given up for another one", remedy="let that one finish")
        raise _missing(checkpoint)
    return record


def _missing(checkpoint: Checkpoint) -> CheckpointMissing:
    return CheckpointMissing(
        f"the checkpoint of task {checkpoint.key.task}, run {checkpoint.key.run}, was deleted from the database",
        remedy="leave nodes labelled EtlHostRun and EtlHostCheckpoint alone; begin again with --restart",
    )


def store_checkpoint(transaction: neo4j.Transaction, checkpoint: Checkpoint, counted: Statistics) -> None:
    """Set the checkpoint's position and state, the sink having counted ``counted``.

    Raises CheckpointMissing where what was done before, in the same transaction, has deleted it.
    """
    state = {"position": checkpoint.position.origin, "state": checkpoint.state(counted)}
    if transaction.run(_STORE, {**key_parameters(checkpoint.key), **state}).single() is None:
        raise _missing(checkpoint)
