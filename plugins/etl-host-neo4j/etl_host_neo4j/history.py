"""The history of runs: what the reporter writes, and ``etl-host runs`` reads.

``(:ETLRun {id})-[:HAS_TASK]->(:ETLTask {path})-[:HAS_STATS]->(:ETLStats)``, an ETLStats for each batch. The records
that runs go on by, ``EtlHostRun`` and ``EtlHostCheckpoint``, have nothing to do with these nodes, which may be in
another database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from etl_host_neo4j.history_notes import OWN, Notes

if TYPE_CHECKING:
    import neo4j

    from etl_host_neo4j.connection import Neo4jConnection

TIMEOUT: Final = 5.0
"""Seconds after which the server gives up a write: it may have to wait for the load's locks, and holds some itself."""

# A process that was overtaken by the run's next attempt changes nothing any more.
_RUN = """
MERGE (r:ETLRun {id: $id})
WITH r WHERE coalesce(r.attempt, 0) <= $run.attempt
SET r += $run
RETURN r.id AS id"""

# ``last``: the number of the last batch that is written. Where the answer to a COMMIT was lost, all is sent again.
_TASKS = """
UNWIND $tasks AS task
MATCH (r:ETLRun {id: $id})
MERGE (r)-[:HAS_TASK]->(t:ETLTask {path: task.path})
WITH t, task, CASE WHEN t.attempt = task.attempt THEN coalesce(t.last, 0) ELSE 0 END AS last
SET t += task
RETURN task.path AS path, last"""

_BATCHES = """
UNWIND $batches AS batch
MATCH (r:ETLRun {id: $id})-[:HAS_TASK]->(t:ETLTask {path: batch.task})
CREATE (t)-[:HAS_STATS]->(s:ETLStats)
SET s += batch.properties"""

_READ = """
MATCH (r:ETLRun {id: $id})-[:HAS_TASK]->(t:ETLTask)-[:HAS_STATS]->(s:ETLStats)
RETURN t.path AS path, properties(s) AS stats ORDER BY stats.at, stats.number"""

_FORGET = (
    "MATCH (r:ETLRun {id: $id})-[:HAS_TASK]->(t:ETLTask)-[:HAS_STATS]->(s:ETLStats) DETACH DELETE s",
    "MATCH (r:ETLRun {id: $id})-[:HAS_TASK]->(t:ETLTask) DETACH DELETE t",
    "MATCH (r:ETLRun {id: $id}) DETACH DELETE r",
)


def write(connection: Neo4jConnection, notes: Notes) -> None:
    """Write ``notes`` in one transaction; what of them is written already is not written again."""
    with connection.transaction(timeout=TIMEOUT) as transaction:
        if transaction.run(_RUN, id=notes.id, run=notes.run).single() is None:
            return
        tasks = transaction.run(_TASKS, id=notes.id, tasks=[*notes.tasks.values()])
        last = {record["path"]: record["last"] for record in tasks}
        new = [
            {"task": batch.path, "properties": batch.properties}
            for batch in notes.batches
            if batch.number > last[batch.path]
        ]
        transaction.run(_BATCHES, id=notes.id, batches=new).consume()
        transaction.commit()


def history_of(connection: Neo4jConnection, run: str) -> Sequence[Mapping[str, Any]]:
    """The entries of ``KeepsHistory.history``."""
    _, rows = connection.run(_READ, {"id": run})
    return [
        {
            "task": [unquote(name) for name in path.split("/")],
            **{name: stats.get(name) for name in OWN},
            "statistics": {name: value for name, value in stats.items() if name not in OWN},
        }
        for path, stats in rows
    ]


def forget(transaction: neo4j.Transaction, run: str) -> None:
    """Delete all nodes of the history of that run."""
    for statement in _FORGET:
        transaction.run(statement, id=run).consume()
