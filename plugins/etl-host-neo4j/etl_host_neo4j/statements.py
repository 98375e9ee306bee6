"""Cypher statements as a task: a chain like any other, whose rows are the statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING, Annotated, Any

from etl_host import (
    Batches,
    BatchProcessor,
    BatchResults,
    ChainTask,
    Checkpoint,
    CheckpointStore,
    ETLContext,
    Fault,
    FileLocation,
    InputError,
    OptionError,
    Position,
    Problem,
    QueryRefused,
    Sink,
    Source,
    Statistics,
    Task,
)
from etl_host_neo4j.connection import Neo4jConnection
from etl_host_neo4j.constraints import missing_constraints
from etl_host_neo4j.counters import NOTHING_CHANGED, counted
from etl_host_neo4j.explain import commits_by_itself, explain
from etl_host_neo4j.faults import classify
from etl_host_neo4j.patterns import changes_schema
from etl_host_neo4j.records import put_back, records_of, run_keeping_records
from etl_host_neo4j.script import statements_of, text_of
from etl_host_neo4j.transaction import etl_of, metadata_of, write

if TYPE_CHECKING:
    import neo4j


class CypherStatementsTask(ChainTask):
    """Runs Cypher statements in order, each in a transaction of its own and, with an exactly-once delivery,
    once.

    Statements that change the schema can't share a transaction with a checkpoint, so they may be run again
    after a crash: write them with IF NOT EXISTS.
    """

    batch_size = 1

    def __init__(
        self,
        context: ETLContext,
        statements: Annotated[Sequence[str], "Cypher statements, run in this order."] = (),
        *,
        statements_file: Annotated[FileLocation | None, "A file with statements, each ended by a semicolon."] = None,
        parameters: Annotated[Mapping[str, Any] | None, "Parameters of the statements."] = None,
        repeatable: Annotated[bool, "Statements that commit by themselves (IN TRANSACTIONS) may be run again."] = False,
        connection: Annotated[str, "The connection to use."] = "neo4j",
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        super().__init__(context, name=name, optional=optional)
        if bool(statements) == bool(statements_file):
            raise OptionError("statements", "give the Cypher as one of statements and statements_file")
        self.statements = tuple(part for statement in statements for part in statements_of(statement))
        self.statements_file = statements_file
        self.parameters = dict(parameters or {})
        self.repeatable = repeatable
        self.connection_name = connection

    def chain(self) -> BatchProcessor[Any]:
        source = StatementsSource(self.context, self, self.statements, self.statements_file)
        return StatementsSink(self, source)


class StatementsSource(Source[str]):
    """Gives the statements, numbered from 1."""

    counts = "statements_read"
    resumable = True

    def __init__(self, context: ETLContext, task: Task, statements: Sequence[str], file: FileLocation | None) -> None:
        super().__init__(context, task)
        self.statements = statements
        self.file = file

    def read(self, max_batch_size: int, after: Position | None) -> Batches[str]:
        yield from self.cut(self.all(), 1, after)

    def all(self) -> Sequence[str]:
        """The statements, those of a file read from it; raises InputError."""
        if self.file is None:
            return self.statements
        return tuple(statements_of(text_of(self.file)))

    def place(self, origin: int) -> str:
        return f"statement {origin}"

    def expected(self) -> int:
        return len(self.all())


class StatementsSink(Sink[str]):
    """Runs one statement per transaction."""

    def __init__(self, task: CypherStatementsTask, predecessor: StatementsSource) -> None:
        super().__init__(task.context, task, predecessor)
        self.source = predecessor
        self.parameters = task.parameters
        self.repeatable = task.repeatable
        self.connection_name = task.connection_name

    @property
    def connection(self) -> Neo4jConnection:
        return self.context.connection(self.connection_name, Neo4jConnection)

    @property
    def store(self) -> CheckpointStore:
        return self.connection.store

    def fault(self, error: Exception) -> Fault:
        fault = classify(error)
        return Fault.FATAL if fault is Fault.DATA else fault  # there are no rows to blame

    def check(self) -> Iterable[Problem]:
        statements, option = self.source.all(), "statements_file" if self.source.file else "statements"
        earlier = [*earlier_statements(self.task, self.connection_name)]
        refused = False
        for number, statement in enumerate(statements, 1):
            try:
                self._check(statement)
            except QueryRefused as error:
                refused = True
                message = f"statement {number}: {error}"
                yield Problem("fail", "statements", message, option, error.remedy, error.exit_code, error.code)
            else:
                yield from missing_constraints(self.connection, statement, earlier, option)
            earlier.append(statement)
        if not refused:
            yield Problem("ok", "statements", f"the server accepts {len(statements)}")

    def _check(self, statement: str) -> None:
        """Raises QueryRefused."""
        if not self._runs_apart(statement):
            return
        if changes_schema(statement) and self.connection.explains_schema:
            explain(self.connection, statement, self._parameters())

    def write(self, batch: BatchResults[str], checkpoint: Checkpoint | None) -> Statistics:
        if not batch.chunk:
            return self._write(checkpoint, lambda _: {"statements_run": 0, **NOTHING_CHANGED})
        [statement] = batch.chunk
        if self._runs_apart(statement):
            stored = self._stored(checkpoint)
            if stored is not None:
                return stored
            counts = self._run_apart(statement)
            return self._write(checkpoint, lambda _: counts)
        run = self.context.run.id
        return self._write(
            checkpoint,
            lambda transaction: {
                "statements_run": 1,
                **run_keeping_records(transaction, run, statement, self._parameters()),
            },
        )

    def _runs_apart(self, statement: str) -> bool:
        """Whether it can't share the checkpoint's transaction. Raises QueryRefused where it may not be repeated."""
        if changes_schema(statement):
            return True
        by_itself = commits_by_itself(explain(self.connection, statement, self._parameters()), statement)
        if by_itself and not self.repeatable:
            raise QueryRefused(
                "it commits by itself (IN TRANSACTIONS), so after a crash it is run again",
                remedy="if that does no harm, say so: repeatable: true",
            )
        return by_itself

    def _write(self, checkpoint: Checkpoint | None, work: Callable[[neo4j.Transaction], Statistics]) -> Statistics:
        return write(self.connection, checkpoint, work, metadata_of(self))

    def _stored(self, checkpoint: Checkpoint | None) -> Statistics | None:
        """What the statement counted, where it is done already. Raises Fenced where another process has taken over.

        Once it runs apart it is too late to ask.
        """
        due: list[bool] = []

        def is_due(_: neo4j.Transaction) -> Statistics:
            due.append(True)
            return {}

        counts = self._write(checkpoint and replace(checkpoint, commit=False), is_due)
        return None if due else counts

    def _run_apart(self, statement: str) -> Statistics:
        """Run it before the checkpoint is stored; not in a trial, as it could not be rolled back."""
        if self.connection.trial is not None:
            self._check(statement)
            return {"statements_run": 0, **NOTHING_CHANGED}

        def run_in(runner: neo4j.Transaction | neo4j.Session) -> Statistics:
            counters = runner.run(statement, self._parameters()).consume().counters
            return {"statements_run": 1, **counted(counters)}

        if changes_schema(statement):
            return self._write(None, run_in)
        run = self.context.run.id
        before = self.connection.transact(lambda transaction: records_of(transaction, run))
        with self.connection.session() as session:  # what commits by itself can't run in a transaction of ours
            counts = dict(run_in(session))
        if missing := self.connection.transact(lambda transaction: put_back(transaction, run, before)):
            counts["nodes_deleted"] = counts.get("nodes_deleted", 0) - missing
        return counts

    def _parameters(self) -> dict[str, Any]:
        return {**self.parameters, "etl": etl_of(self)}


def earlier_statements(task: Task, connection: str) -> Iterator[str]:
    """The statements of the tasks that come before ``task`` in its tree, and use the same connection."""
    root = [*task.upwards()][-1]
    for earlier in takewhile(lambda leaf: leaf is not task, root.leaves()):
        if isinstance(earlier, CypherStatementsTask) and earlier.connection_name == connection:
            with suppress(InputError):  # its own check says so
                yield from StatementsSource(earlier.context, earlier, earlier.statements, earlier.statements_file).all()
