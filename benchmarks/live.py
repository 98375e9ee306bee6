"""The graph on a real server: made ready before each load, and compared after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from graph_handle import GraphHandle

NODES: Final = """\
UNWIND $batch AS row MERGE (p:Person {id: row.person_id})
SET p.first = row.first_name, p.last = row.last_name, p.email = row.email, p.birth = row.birth_date,
    p.created = row.created_at, p.score = row.score, p.active = row.active, p.country = row.country"""

NEW_NODES: Final = NODES.replace("MERGE", "CREATE")

RELATIONSHIPS: Final = """\
UNWIND $batch AS row MATCH (a:Person {id: row.start}) MATCH (b:Person {id: row.end})
MERGE (a)-[k:KNOWS]->(b) SET k.weight = row.weight"""

_CONSTRAINT: Final = "CREATE CONSTRAINT person IF NOT EXISTS FOR (p:Person) REQUIRE p.id IS UNIQUE"
_AT_ONCE: Final = 10_000


class Live:
    """The graph of ``server``."""

    def __init__(self, server: GraphHandle) -> None:
        self.settings = server.settings
        self._server = server

    def empty(self) -> None:
        """No nodes, and the constraint that any load needs."""
        self._run(f"MATCH (n) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {_AT_ONCE} ROWS")
        self._run(_CONSTRAINT)
        self._run("CALL db.awaitIndexes()")

    def with_persons(self, count: int) -> None:
        """So many nodes, and no relationships."""
        self.empty()
        for first in range(0, count, _AT_ONCE):
            last = min(first + _AT_ONCE, count) - 1
            self._run(f"UNWIND range({first}, {last}) AS id CREATE (:Person {{id: id}})")

    def digest(self) -> Sequence[object]:
        """What a load has made, in numbers that differ where it differs."""
        nodes = "MATCH (p:Person) RETURN count(p) AS nodes, sum(p.id) AS ids, round(sum(p.score), 2) AS scores"
        knows = "MATCH (a)-[k:KNOWS]->(b) RETURN count(k) AS knows, sum(a.id * 31 + b.id) AS pairs"
        return [[*self._run(query)[0].values()] for query in (nodes, knows)]

    def _run(self, query: str) -> Sequence[dict[str, object]]:
        # an empty graph lacks labels and types that are asked for: no news
        with self._server.driver.session(database=self._server.database, notifications_min_severity="OFF") as session:
            return session.run(query).data()
