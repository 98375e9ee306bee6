"""What the server thinks of a query, without running it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from etl_host import QueryRefused
from etl_host_neo4j.script import code_of

if TYPE_CHECKING:
    import neo4j

    from etl_host_neo4j.connection import Neo4jConnection

_IN_TRANSACTIONS = re.compile(r"\bIN\s+(\S+\s+)?(CONCURRENT\s+)?TRANSACTIONS\b", re.IGNORECASE)


def explain(connection: Neo4jConnection, query: str, parameters: Mapping[str, Any]) -> neo4j.ResultSummary:
    """The summary of EXPLAIN, with the plan where the server gives one.

    Raises QueryRefused where it refuses the query.
    """
    import neo4j

    with connection.transaction() as transaction:
        try:
            return transaction.run("EXPLAIN " + query, dict(parameters)).consume()
        except neo4j.exceptions.ClientError as error:
            raise QueryRefused(f"the server refuses it: {error.message}") from None


def commits_by_itself(summary: neo4j.ResultSummary, query: str) -> bool:
    """Whether the query has a part that commits: ``CALL { … } IN TRANSACTIONS``.

    The plan shows it; the embedded graph gives none, so the words are looked for as well.
    """
    planned = any(name.startswith(("TransactionForeach", "TransactionApply")) for name in _operators(summary.plan))
    return planned or bool(_IN_TRANSACTIONS.search(code_of(query)))


def _operators(plan: Mapping[str, Any] | None) -> Iterator[str]:
    if plan:
        yield str(plan.get("operatorType", ""))
        for child in plan.get("children", ()):
            yield from _operators(child)
