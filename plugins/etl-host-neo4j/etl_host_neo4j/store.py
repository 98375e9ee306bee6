"""The records of runs and their checkpoints, kept as nodes in the database that the rows go to.

``(:EtlHostRun {id})`` and ``(:EtlHostCheckpoint {run, task, partition, bucket})`` are all that etl-host adds
to a graph.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from etl_host import CheckpointKey, CheckpointState, Fenced, Run, RunRecord
from etl_host_neo4j import schema
from etl_host_neo4j.history import forget, history_of
from etl_host_neo4j.transaction import key_parameters, metadata_of_run

if TYPE_CHECKING:
    import neo4j

    from etl_host_neo4j.connection import Neo4jConnection

log = logging.getLogger(__name__)
R = TypeVar("R")

# Locked before it is read: of two that have seen the same owner, the second one finds the first one's.
_UNFINISHED = """
MATCH (r:EtlHostRun {active: $pipeline})
SET r.lock = $owner
RETURN properties(r) AS run"""

# With its checkpoints, so that a process that still works on it is fenced.
_ABANDON = """
MATCH (r:EtlHostRun {active: $pipeline})
SET r.status = 'abandoned', r.ended = timestamp(), r.owner = $owner REMOVE r.active
WITH r MATCH (c:EtlHostCheckpoint {run: r.id}) SET c.owner = $owner"""

# A crash while several stores are told that the run is finished leaves some told and some not: the next attempt
# tells the rest.
_REOPEN = "MATCH (r:EtlHostRun {id: $id}) WHERE r.active IS NULL SET r.active = $pipeline"

# ``active`` is unique, and set while a run is unfinished: of two that begin at once, one finds the other's node.
_BEGIN = """
MERGE (r:EtlHostRun {active: $pipeline})
ON CREATE SET r.id = $id, r.pipeline = $pipeline, r.started = $started, r.rejects_dir = $rejects_dir,
              r.parameters = $parameters, r.attempt = $attempt - 1, r.format = 1, r.owner = $owner,
              r.status = 'running', r.plan = $plan, r.plugins = $plugins
SET r.lock = $owner
RETURN properties(r) AS run"""

_NEXT_ATTEMPT = """
MATCH (r:EtlHostRun {active: $pipeline})
SET r.attempt = r.attempt + 1, r.owner = $owner, r.status = 'running', r.plan = $plan, r.plugins = $plugins,
    r.process = $process, r.heartbeat = timestamp()
REMOVE r.ended, r.exit_code, r.summary
RETURN properties(r) AS run"""

_MAKE_CHECKPOINTS = """
UNWIND $keys AS key
MERGE (c:EtlHostCheckpoint {run: key.run, task: key.task, partition: key.partition, bucket: key.bucket})
ON CREATE SET c.position = 0, c.state = ''"""

# Those that are this owner's already may be locked by its own batches in flight: they are left alone.
_TAKE_OVER = """
MATCH (c:EtlHostCheckpoint {run: $run}) WHERE coalesce(c.owner, '') <> $owner SET c.owner = $owner"""

_READ = """
MATCH (c:EtlHostCheckpoint {run: $run})
RETURN c.task AS task, c.partition AS partition, c.bucket AS bucket, c.position AS position, c.state AS state"""

_PLAN = """
MATCH (r:EtlHostRun {id: $run}) SET r.lock = $owner
WITH r WHERE r.owner = $owner SET r.plan = $plan
RETURN r.id AS id"""

_FINISH = """
MATCH (r:EtlHostRun {id: $id, owner: $owner})
SET r.status = $status, r.exit_code = $exit_code, r.ended = timestamp(), r.summary = $summary"""

_BEAT = "MATCH (r:EtlHostRun {id: $id, owner: $owner}) SET r.heartbeat = timestamp()"

# The silence is taken by the clock that the heartbeats are written by.
_RUNS = """
MATCH (r:EtlHostRun) WHERE $pipeline IS NULL OR r.pipeline = $pipeline
RETURN properties(r) AS run, timestamp() - r.heartbeat AS silence ORDER BY run.started DESC, run.id DESC"""

_DELETE = """
MATCH (r:EtlHostRun {id: $id}) SET r.lock = $id
WITH r WHERE r.active IS NULL OR r.status <> 'running' OR coalesce(timestamp() - r.heartbeat > 60000, true)
OPTIONAL MATCH (c:EtlHostCheckpoint {run: r.id})
WITH r, collect(c) AS checkpoints
FOREACH (checkpoint IN checkpoints | DETACH DELETE checkpoint)
DETACH DELETE r
RETURN count(*) AS deleted"""

_CHECKPOINTS = """
MATCH (c:EtlHostCheckpoint) WHERE c.run IN $runs
RETURN c.run AS run, c.task AS task, c.partition AS partition, c.bucket AS bucket,
       c.position AS position, c.state AS state
ORDER BY task, partition, bucket"""

_OPEN_OF_OWNER = "SHOW TRANSACTIONS YIELD transactionId, metaData WHERE metaData.etl_owner = $owner"
_OPEN_OF_OTHERS = """
SHOW TRANSACTIONS YIELD transactionId, metaData WHERE metaData.etl_run = $run AND metaData.etl_owner <> $owner"""


class Neo4jStore:
    """The CheckpointStore of one database."""

    def __init__(self, connection: Neo4jConnection) -> None:
        self.connection = connection

    def begin(self, run: Run, *, after: str | None = None, abandon: bool = False) -> Run:
        schema.ensure(self.connection)
        parameters = {
            "pipeline": run.pipeline,
            "id": run.id,
            "started": run.started,
            "rejects_dir": run.rejects_dir,
            "attempt": run.attempt,
            "owner": run.owner,
            "parameters": json.dumps(dict(run.parameters), default=str),
            "plugins": json.dumps(dict(run.plugins)),
            "plan": json.dumps(list(run.plan)),
            "process": json.dumps(dict(run.process)),
        }

        def work(transaction: neo4j.Transaction) -> Run:
            unfinished = transaction.run(_UNFINISHED, parameters).single()
            owner = unfinished["run"]["owner"] if unfinished else None
            if unfinished and owner == run.owner:
                return _run(unfinished["run"])  # an earlier try of this very call, of which the answer was lost
            if unfinished and (owner != after or (unfinished["run"]["id"] != run.id and not abandon)):
                return _run(unfinished["run"])  # another process's, which stays as it is
            if unfinished and unfinished["run"]["id"] != run.id:
                transaction.run(_ABANDON, parameters).consume()
            transaction.run(_REOPEN, parameters).consume()
            found = transaction.run(_BEGIN, parameters).single(strict=True)["run"]
            if found["id"] != run.id:
                return _run(found)  # begun by another process since
            return _run(transaction.run(_NEXT_ATTEMPT, parameters).single(strict=True)["run"])

        if after is not None:  # that owner may have been paused while it had the record locked
            self._end_transactions(_OPEN_OF_OWNER, owner=after)
        return self._transact(work, run)

    def beat(self, run: Run) -> None:
        parameters = {"id": run.id, "owner": run.owner}
        self._transact(lambda transaction: transaction.run(_BEAT, parameters).consume(), run)

    def take_over(self, run: Run, keys: Sequence[CheckpointKey]) -> Mapping[CheckpointKey, tuple[int, str]]:
        def work(transaction: neo4j.Transaction) -> dict[CheckpointKey, tuple[int, str]]:
            plan = json.dumps(list(run.plan))
            if transaction.run(_PLAN, run=run.id, owner=run.owner, plan=plan).single() is None:
                raise Fenced(f"run {run.id} was taken over by another process", remedy="let that process finish")
            transaction.run(_MAKE_CHECKPOINTS, keys=[key_parameters(key) for key in keys]).consume()
            transaction.run(_TAKE_OVER, run=run.id, owner=run.owner).consume()
            found = transaction.run(_READ, run=run.id)  # only now: what an earlier owner still committed counts
            return {_key(run.id, record): (record["position"], record["state"]) for record in found}

        self._end_transactions_of_earlier_owners(run)  # or taking over would wait for them
        stored = self._transact(work, run)
        self._end_transactions_of_earlier_owners(run)  # that began in the meantime
        return {key: stored[key] for key in keys}

    def _end_transactions_of_earlier_owners(self, run: Run) -> None:
        self._end_transactions(_OPEN_OF_OTHERS, run=run.id, owner=run.owner)

    def _end_transactions(self, query: str, **parameters: str) -> None:
        """Only to save time: one that goes on is fenced by the owner of run and checkpoint."""
        import neo4j

        try:
            _, rows = self.connection.run(query, parameters)
            if rows:
                ids = ", ".join(f"'{row[0]}'" for row in rows)
                self.connection.run(f"TERMINATE TRANSACTIONS {ids}")
        except (neo4j.exceptions.Neo4jError, neo4j.exceptions.DriverError) as error:
            log.debug("transactions of an earlier owner were left to themselves: %s", error)

    def finish(self, run: Run, status: str, exit_code: int, summary: Mapping[str, Any]) -> None:
        parameters = {
            "id": run.id,
            "owner": run.owner,
            "status": status,
            "exit_code": exit_code,
            "summary": json.dumps(dict(summary)),
        }
        ending = _FINISH + (" REMOVE r.active" if status in Run.FINISHED else "")
        self._transact(lambda transaction: transaction.run(ending, parameters).consume(), run)

    def delete(self, run: str) -> bool:
        deleted = self._transact(lambda transaction: transaction.run(_DELETE, id=run).single(strict=True)["deleted"])
        return bool(deleted)

    def history(self, run: str) -> Sequence[Mapping[str, Any]]:
        """What the reporter has kept here of that run; see ``history``."""
        return history_of(self.connection, run)

    def forget(self, run: str) -> None:
        """Delete what the reporter has kept here of that run."""
        self._transact(lambda transaction: forget(transaction, run))

    def runs(self, pipeline: str | None = None) -> Sequence[RunRecord]:
        def work(transaction: neo4j.Transaction) -> list[RunRecord]:
            runs = [(record["run"], record["silence"]) for record in transaction.run(_RUNS, pipeline=pipeline)]
            checkpoints: dict[str, dict[CheckpointKey, tuple[int, CheckpointState]]] = {}
            for record in transaction.run(_CHECKPOINTS, runs=[run["id"] for run, _ in runs]):
                state = CheckpointState.from_json(record["state"])
                checkpoints.setdefault(record["run"], {})[_key(record["run"], record)] = (
                    record["position"],
                    state,
                )
            return [_record(run, silence, checkpoints.get(run["id"], {})) for run, silence in runs]

        return self._transact(work)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """While it lasts, what sinks write goes into one transaction, which is rolled back at the end."""
        connection = self.connection
        with connection.transaction(timeout=connection.transaction_timeout) as transaction:
            connection.trial = transaction
            try:
                yield
            finally:
                connection.trial = None

    def _transact(self, work: Callable[[neo4j.Transaction], R], run: Run | None = None) -> R:
        """``work`` in one transaction; again after a transient fault, so it must bear being repeated.

        The server knows it as one of ``run``, and ends it after a time: a process may be paused while it has locks.

        Also where the answer to its COMMIT is lost: a run that is recorded as finished, and told as failed, would be
        started again, and load every row twice.
        """
        metadata = metadata_of_run(run) if run else {}
        return self.connection.transact(work, metadata, self.connection.transaction_timeout)


def _record(
    stored: Mapping[str, Any], silence: int | None, checkpoints: Mapping[CheckpointKey, tuple[int, CheckpointState]]
) -> RunRecord:
    ended = stored.get("ended")
    return RunRecord(
        run=_run(stored),
        active="active" in stored,
        ended=ended and datetime.fromtimestamp(ended / 1000, UTC).isoformat(timespec="seconds"),
        exit_code=stored.get("exit_code"),
        summary=json.loads(stored["summary"]) if "summary" in stored else None,
        silence=None if silence is None else silence / 1000,
        heartbeat=stored.get("heartbeat"),
        checkpoints=checkpoints,
    )


def _run(stored: Mapping[str, Any]) -> Run:
    return Run(
        id=stored["id"],
        pipeline=stored["pipeline"],
        owner=stored["owner"],
        started=stored["started"],
        attempt=stored["attempt"],
        plan=tuple(json.loads(stored["plan"])),
        parameters=json.loads(stored["parameters"]),
        plugins=json.loads(stored["plugins"]),
        rejects_dir=stored["rejects_dir"],
        process=json.loads(stored.get("process", "{}")),
        status=stored["status"],
    )


def _key(run: str, record: Mapping[str, Any] | Any) -> CheckpointKey:
    return CheckpointKey(run, record["task"], record["partition"], record["bucket"])
