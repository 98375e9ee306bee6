"""The run's own nodes, kept through statements that delete everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from etl_host import QueryRefused, Statistics
from etl_host_neo4j.counters import counted

if TYPE_CHECKING:
    import neo4j

_READ = """
OPTIONAL MATCH (r:EtlHostRun {id: $run})
WITH collect(properties(r)) AS runs
OPTIONAL MATCH (c:EtlHostCheckpoint {run: $run})
RETURN runs, collect(properties(c)) AS checkpoints"""

_OTHERS = """
MATCH (r:EtlHostRun) WHERE r.active IS NOT NULL AND r.id <> $run
OPTIONAL MATCH (c:EtlHostCheckpoint {run: r.id})
RETURN r.id AS id, r.active AS pipeline, count(c) AS checkpoints"""

_LEFT = """
UNWIND $ids AS id
OPTIONAL MATCH (r:EtlHostRun {id: id})
OPTIONAL MATCH (c:EtlHostCheckpoint {run: r.id})
RETURN id, count(DISTINCT r) AS runs, count(c) AS checkpoints"""

_RESTORE_RUN = "UNWIND $runs AS p MERGE (r:EtlHostRun {id: p.id}) ON CREATE SET r += p"

# Only those that are gone: others may have moved on since they were read, beside a parallel task.
_RESTORE_CHECKPOINTS = """
UNWIND $checkpoints AS p
MERGE (c:EtlHostCheckpoint {run: p.run, task: p.task, partition: p.partition, bucket: p.bucket})
ON CREATE SET c += p"""


def records_of(transaction: neo4j.Transaction, run: str) -> Mapping[str, Any]:
    """The nodes of ``run``, for ``put_back``."""
    return transaction.run(_READ, run=run).single(strict=True).data()


def put_back(transaction: neo4j.Transaction, run: str, before: Mapping[str, Any]) -> int:
    """Make those of ``before`` that are gone; how many they are."""
    missing = _count(before) - _count(records_of(transaction, run))
    if missing:
        transaction.run(_RESTORE_RUN, runs=before["runs"]).consume()
        transaction.run(_RESTORE_CHECKPOINTS, checkpoints=before["checkpoints"]).consume()
    return missing


def run_keeping_records(
    transaction: neo4j.Transaction, run: str, statement: str, parameters: Mapping[str, Any]
) -> Statistics:
    """Run ``statement``; where it deleted the records of ``run``, put them back in the same transaction.

    ``MATCH (n) DETACH DELETE n`` is a common first step of a load, and would make it forget how far it is. Records
    of other unfinished runs can't be put back: they may move on meanwhile, and what they say is loaded is deleted.
    So where one is gone, raises QueryRefused.
    """
    others = [record.data() for record in transaction.run(_OTHERS, run=run)]
    before = records_of(transaction, run)
    counts = dict(counted(transaction.run(statement, dict(parameters)).consume().counters))
    _refuse_if_missing(transaction, others)
    if missing := put_back(transaction, run, before):
        counts["nodes_deleted"] = counts.get("nodes_deleted", 0) - missing
    return counts


def _refuse_if_missing(transaction: neo4j.Transaction, runs: Sequence[Mapping[str, Any]]) -> None:
    if not runs:
        return
    left = {record["id"]: record for record in transaction.run(_LEFT, ids=[run["id"] for run in runs])}
    for run in runs:
        found = left[run["id"]]
        if not found["runs"] or found["checkpoints"] < run["checkpoints"]:
            raise QueryRefused(
                f"it would delete the records of run {run['id']} of {run['pipeline']}, which is unfinished",
                remedy=f"let {run['pipeline']} finish first; or delete only nodes of labels that are yours",
            )


def _count(records: Mapping[str, Any]) -> int:
    return len(records["runs"]) + len(records["checkpoints"])
