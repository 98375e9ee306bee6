"""The run's own nodes, kept through statements that delete everything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from etl_host import Statistics
from etl_host_neo4j.counters import counted

if TYPE_CHECKING:
    import neo4j

_READ = """
OPTIONAL MATCH (r:EtlHostRun {id: $run})
WITH collect(properties(r)) AS runs
OPTIONAL MATCH (c:EtlHostCheckpoint {run: $run})
RETURN runs, collect(properties(c)) AS checkpoints"""

_RESTORE_RUN = "UNWIND $runs AS p MERGE (r:EtlHostRun {id: p.id}) ON CREATE SET r += p"

# Only those that are gone: others may have moved on since they were read, beside a parallel task.
_RESTORE_CHECKPOINTS = """
UNWIND $checkpoints AS p
MERGE (c:EtlHostCheckpoint {run: p.run, task: p.task, partition: p.partition, bucket: p.bucket})
ON CREATE SET c += p"""


def run_keeping_records(
    transaction: neo4j.Transaction, run: str, statement: str, parameters: Mapping[str, Any]
) -> Statistics:
    """Run ``statement``; where it deleted the records of ``run``, put them back in the same transaction.

    ``MATCH (n) DETACH DELETE n`` is a common first step of a load, and would make it forget how far it is.
    """
    before = transaction.run(_READ, run=run).single(strict=True).data()
    counts = dict(counted(transaction.run(statement, dict(parameters)).consume().counters))
    after = transaction.run(_READ, run=run).single(strict=True).data()
    if missing := _count(before) - _count(after):
        counts["nodes_deleted"] -= missing
        transaction.run(_RESTORE_RUN, runs=before["runs"]).consume()
        transaction.run(_RESTORE_CHECKPOINTS, checkpoints=before["checkpoints"]).consume()
    return counts


def _count(records: Mapping[str, Any]) -> int:
    return len(records["runs"]) + len(records["checkpoints"])
