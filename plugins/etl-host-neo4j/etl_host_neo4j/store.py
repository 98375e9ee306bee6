"""The records of runs and their checkpoints, kept as nodes in the database that the rows go to.

``(:EtlHostRun {id})`` and ``(:EtlHostCheckpoint {run, task, partition, bucket})`` are all that etl-host adds
to a graph.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from etl_host import CheckpointKey, CheckpointState, Fenced, Run, RunRecord, add_statistics
from etl_host_neo4j import schema
from etl_host_neo4j.transaction import key_parameters

if TYPE_CHECKING:
    import neo4j

    from etl_host_neo4j.connection import Neo4jConnection

log = logging.getLogger(__name__)
R = TypeVar("R")

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
SET r.attempt = r.attempt + 1, r.owner = $owner, r.status = 'running', r.plan = $plan, r.plugins = $plugins
REMOVE r.ended, r.exit_code
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
SET r.status = $status, r.exit_code = $exit_code, r.ended = timestamp(), r.statistics = $statistics"""

_RUNS = "MATCH (r:EtlHostRun {pipeline: $pipeline}) RETURN properties(r) AS run ORDER BY run.started DESC, run.id DESC"

_CHECKPOINTS = """
MATCH (c:EtlHostCheckpoint) WHERE c.run IN $runs
RETURN c.run AS run, c.task AS task, c.partition AS partition, c.bucket AS bucket,
       c.position AS position, c.state AS state
ORDER BY task, partition, bucket"""

_OPEN = "SHOW TRANSACTIONS YIELD transactionId, metaData WHERE metaData.etl_run = $run AND metaData.etl_owner <> $owner"


class Neo4jStore:
    """The CheckpointStore of one database."""

    def __init__(self, connection: Neo4jConnection) -> None:
        self.connection = connection

    def begin(self, run: Run, *, abandon: bool = False) -> Run:
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
        }

        def work(transaction: neo4j.Transaction) -> Run:
            if abandon:
                transaction.run(_ABANDON, pipeline=run.pipeline, owner=run.owner).consume()
            transaction.run(_REOPEN, parameters).consume()
            found = transaction.run(_BEGIN, parameters).single(strict=True)["run"]
            if found["id"] != run.id:
                return _run(found)  # somebody else's, which stays as it is
            return _run(transaction.run(_NEXT_ATTEMPT, parameters).single(strict=True)["run"])

        return self._transact(work)

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
        stored = self._transact(work)
        self._end_transactions_of_earlier_owners(run)  # that began in the meantime
        return {key: stored[key] for key in keys}

    def _end_transactions_of_earlier_owners(self, run: Run) -> None:
        """Only to save time: one that goes on is fenced by the checkpoint's owner."""
        import neo4j

        try:
            _, rows = self.connection.run(_OPEN, {"run": run.id, "owner": run.owner})
            if rows:
                ids = ", ".join(f"'{row[0]}'" for row in rows)
                self.connection.run(f"TERMINATE TRANSACTIONS {ids}")
        except neo4j.exceptions.Neo4jError as error:
            log.debug("transactions of an earlier owner were left to themselves: %s", error.code)

    def finish(self, run: Run, status: str, exit_code: int) -> None:
        states = [
            state
            for record in self.runs(run.pipeline)
            if record.run.id == run.id
            for _, state in record.checkpoints.values()
        ]
        parameters = {
            "id": run.id,
            "owner": run.owner,
            "status": status,
            "exit_code": exit_code,
            "statistics": json.dumps(add_statistics(*(state.statistics for state in states))),
        }
        ending = _FINISH + (" REMOVE r.active" if status in Run.FINISHED else "")
        self._transact(lambda transaction: transaction.run(ending, parameters).consume())

    def runs(self, pipeline: str) -> Sequence[RunRecord]:
        def work(transaction: neo4j.Transaction) -> list[RunRecord]:
            runs = [record["run"] for record in transaction.run(_RUNS, pipeline=pipeline)]
            checkpoints: dict[str, dict[CheckpointKey, tuple[int, CheckpointState]]] = {}
            for record in transaction.run(_CHECKPOINTS, runs=[run["id"] for run in runs]):
                state = CheckpointState.from_json(record["state"])
                checkpoints.setdefault(record["run"], {})[_key(record["run"], record)] = (
                    record["position"],
                    state,
                )
            return [
                RunRecord(
                    _run(run),
                    "active" in run,
                    run.get("ended"),
                    run.get("exit_code"),
                    checkpoints.get(run["id"], {}),
                )
                for run in runs
            ]

        return self._transact(work)

    def _transact(self, work: Callable[[neo4j.Transaction], R]) -> R:
        """``work`` in one transaction; again after a transient fault, so it must bear being repeated."""
        with self.connection.session() as session:
            return session.execute_write(lambda transaction: work(cast("neo4j.Transaction", transaction)))


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
        status=stored["status"],
    )


def _key(run: str, record: Mapping[str, Any] | Any) -> CheckpointKey:
    return CheckpointKey(run, record["task"], record["partition"], record["bucket"])
