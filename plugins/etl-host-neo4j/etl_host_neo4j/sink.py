"""The sink: each batch of rows goes through a Cypher query as ``$batch``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from etl_host import (
    BatchProcessor,
    BatchResults,
    Checkpoint,
    CheckpointStore,
    ETLContext,
    Fault,
    FileLocation,
    InputError,
    OptionError,
    Problem,
    RowError,
    Rows,
    Sink,
    Statistics,
    Task,
    add_statistics,
)
from etl_host_neo4j.connection import Neo4jConnection
from etl_host_neo4j.constraints import missing_constraints
from etl_host_neo4j.counters import NOTHING_CHANGED
from etl_host_neo4j.faults import classify, reason
from etl_host_neo4j.matched import OnUnmatched, Outcome, refuse_unmatched
from etl_host_neo4j.patterns import keys_of_rows, merges_relationships
from etl_host_neo4j.query_check import problems_of_plan, problems_of_text
from etl_host_neo4j.script import text_of
from etl_host_neo4j.statements import earlier_statements
from etl_host_neo4j.transaction import etl_of, metadata_of, write
from etl_host_neo4j.values import Decimals, Encoder, Temporals

if TYPE_CHECKING:
    import neo4j


class CypherBatchProcessor(Sink[Mapping[str, Any]]):
    """Writes rows with Cypher, each batch and its checkpoint in one transaction.

    A query sees the rows as ``$batch``, ``parameters`` by their names, and ``$etl`` with ``run``,
    ``pipeline``, ``task`` and ``started``. Counts what the server says that was changed, and
    ``cypher_rows_written``; and ``unmatched_rows`` where the query returns how many rows matched (``rows``)
    or which (``matched``: their indices in ``$batch``).
    """

    concurrent = True

    def __init__(
        self,
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        query: Annotated[str | None, "Cypher that loads the rows in $batch: UNWIND $batch AS row …"] = None,
        *,
        query_file: Annotated[FileLocation | None, "A file with the query."] = None,
        queries: Annotated[Sequence[str], "Several queries, run in this order in one transaction."] = (),
        parameters: Annotated[Mapping[str, Any] | None, "Further parameters of the query."] = None,
        on_unmatched: Annotated[
            OnUnmatched, "What becomes of rows that match nothing, where the query returns rows or matched."
        ] = "warn",
        decimals: Annotated[Decimals, "How a Decimal is sent: as text, or as the nearest float."] = "text",
        temporals: Annotated[Temporals, "How dates and times are sent: as such, or as ISO text."] = "native",
        connection: Annotated[str, "The connection to use."] = "neo4j",
    ) -> None:
        super().__init__(context, task, predecessor)
        if sum(map(bool, (query, query_file, queries))) != 1:
            raise OptionError("query", "give the Cypher as one of query, query_file and queries")
        self._queries = (query,) if query else tuple(queries)
        self._query_file = query_file
        self.parameters = dict(parameters or {})
        self.on_unmatched = on_unmatched
        self.decimals = decimals
        self.temporals = temporals
        self.connection_name = connection

    @property
    def connection(self) -> Neo4jConnection:
        return self.context.connection(self.connection_name, Neo4jConnection)

    @property
    def queries(self) -> Sequence[str]:
        """The Cypher of each batch, read from its file on first use; raises InputError."""
        if not self._queries and self._query_file is not None:
            self._queries = (text_of(self._query_file),)
        return self._queries

    @property
    def store(self) -> CheckpointStore:
        return self.connection.store

    def fault(self, error: Exception) -> Fault:
        return classify(error)

    def reason(self, error: Exception) -> RowError:
        return reason(error)

    def check(self) -> Iterable[Problem]:
        option = "query_file" if self._query_file else "queries" if len(self._queries) > 1 else "query"
        try:
            queries = self.queries
        except InputError as error:
            yield Problem("fail", "query", str(error), option, error.remedy, error.exit_code, error.code)
            return
        parameters, fields = self._with({"batch": []}), self.upstream.output_fields()
        told = [problem for query in queries for problem in problems_of_text(query, parameters, fields, option)]
        yield from told
        if any(problem.level == "fail" for problem in told):
            return
        refused = [
            problem for query in queries for problem in problems_of_plan(self.connection, query, parameters, option)
        ]
        yield from refused or [Problem("ok", "query", "the server accepts it")]
        earlier = [*earlier_statements(self.task, self.connection_name)]
        for query in queries:
            yield from missing_constraints(self.connection, query, earlier, option)

    def takes_lanes(self) -> bool:
        return self.connection.takes_lanes

    def lane_keys(self) -> Mapping[str, Sequence[str]]:
        return keys_of_rows(self.queries[0]) if len(self.queries) == 1 else {}

    def write(self, batch: BatchResults[Mapping[str, Any]], checkpoint: Checkpoint | None) -> Statistics:
        rows = Encoder(self.connection.bolt, self.decimals, self.temporals).rows(batch.chunk)

        def load(transaction: neo4j.Transaction) -> Statistics:
            return self._load(transaction, rows)

        turns = self.lanes is not None and any(map(merges_relationships, self.queries))
        return write(self.connection, checkpoint, load, metadata_of(self), turns=turns)

    def _load(self, transaction: neo4j.Transaction, rows: Rows[Any]) -> Statistics:
        parameters = self._with({"batch": rows})
        queries = self.queries if rows else ()  # an empty batch only moves the checkpoint on
        given = len(rows)
        outcomes = [Outcome.of(transaction.run(query, parameters), given) for query in queries]
        counts = add_statistics(NOTHING_CHANGED, *(outcome.changes for outcome in outcomes))
        counts["cypher_rows_written"] = given
        if outcomes and self.on_unmatched == "reject":
            refuse_unmatched(outcomes, given)
        elif self.on_unmatched == "warn" and any(outcome.tells for outcome in outcomes):
            counts["unmatched_rows"] = sum(outcome.unmatched(given) for outcome in outcomes)
        return counts

    def _with(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {**self.parameters, "etl": etl_of(self), **parameters}
