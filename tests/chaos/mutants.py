"""Deliveries with one fault each, to show that the checks would find it: put into a process, never into the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from etl_host import Checkpoint, Statistics
from etl_host.core.checkpoint import CheckpointState
from etl_host.core.rejects import RejectsFile
from etl_host.delivery import exactly_once, resume
from etl_host.delivery.writing.writer import BatchWriter
from etl_host_neo4j import sink, statements, store, transaction
from etl_host_neo4j.counters import counted

# setattr, since mypy takes no assignment to a method


def checkpoint_in_a_transaction_of_its_own() -> None:
    real = transaction.write

    def write(
        connection: Any, checkpoint: Checkpoint | None, work: Callable[[Any], Statistics], *args: Any, **kwargs: Any
    ) -> Statistics:
        if checkpoint is None or not checkpoint.commit:
            return real(connection, checkpoint, work, *args, **kwargs)
        counts = real(connection, None, work, *args, **kwargs)
        return real(connection, checkpoint, lambda _: counts, *args, **kwargs)

    for module in (sink, statements):
        setattr(module, "write", write)  # noqa: B010


def read_before_lock() -> None:
    """What another transaction is about to commit is not seen."""
    _change(transaction, "_LOCK", "SET c.lock = $owner ", "")


def no_fencing() -> None:
    def is_stored(checkpoint: Checkpoint, owner: str, origin: int) -> bool:
        return origin == checkpoint.position.origin != checkpoint.start

    setattr(Checkpoint, "is_stored", is_stored)  # noqa: B010


def written_again_though_committed() -> None:
    """A batch of which only the answer was lost is taken for lost."""
    setattr(Checkpoint, "is_stored", lambda checkpoint, owner, origin: False)  # noqa: B010


def gives_up_at_once() -> None:
    real = BatchWriter.__init__

    def init(writer: BatchWriter, sink: Any, progress: Any, retry_time: float) -> None:
        real(writer, sink, progress, retry_time=0)

    setattr(BatchWriter, "__init__", init)  # noqa: B010


def trial_committed() -> None:
    """What is only tried, to find the bad rows of a batch, is kept."""
    real = transaction.write

    def write(connection: Any, checkpoint: Checkpoint | None, *args: Any, **kwargs: Any) -> Statistics:
        return real(connection, checkpoint and replace(checkpoint, commit=True), *args, **kwargs)

    setattr(sink, "write", write)  # noqa: B010


def counts_not_stored() -> None:
    real = CheckpointState.as_json
    setattr(CheckpointState, "as_json", lambda state: real(replace(state, upstream={})))  # noqa: B010


def statements_without_checkpoint() -> None:
    setattr(statements.StatementsSink, "store", None)  # noqa: B010


def records_not_kept() -> None:
    """``MATCH (n) DETACH DELETE n`` deletes the records of its own run, too."""

    def run(transaction: Any, run: str, statement: str, parameters: Mapping[str, Any]) -> Statistics:
        return counted(transaction.run(statement, dict(parameters)).consume().counters)

    setattr(statements, "run_keeping_records", run)  # noqa: B010


def lock_not_looked_at() -> None:
    setattr(exactly_once, "refuse_while_held", lambda record, look: None)  # noqa: B010


def begins_beside_another() -> None:
    """The record of an unfinished run is not unique to its pipeline."""
    _change(store, "_BEGIN", "{active: $pipeline}", "{id: $id}")
    _change(store, "_BEGIN", "r.id = $id", "r.active = $id")
    _change(store, "_NEXT_ATTEMPT", "{active: $pipeline}", "{id: $id}")


def rejects_not_synced() -> None:
    setattr(RejectsFile, "sync", lambda rejects: None)  # noqa: B010


def rejects_not_cut() -> None:
    def cut(rejects: RejectsFile, committed: Mapping[int | None, int], confirm: Callable[[], None]) -> int:
        return len(rejects.path.read_text().splitlines())

    setattr(RejectsFile, "_cut", cut)  # noqa: B010


def rejects_rewritten_in_place() -> None:
    """A process that was overtaken goes on writing into the same file."""

    def cut(rejects: RejectsFile, committed: Mapping[int | None, int], confirm: Callable[[], None]) -> int:
        lines = rejects.path.read_text().splitlines(keepends=True)
        kept = [line for line in lines if rejects._is_committed(line, committed)]
        rejects.path.write_text("".join(kept))
        return len(kept) or 1  # or it would want to make the file

    setattr(RejectsFile, "_cut", cut)  # noqa: B010


def rejects_cut_unasked() -> None:
    """A process that was overtaken does not ask whose rejects it cuts."""
    setattr(resume, "_refuse_if_overtaken", lambda sink: None)  # noqa: B010


def _change(module: Any, name: str, old: str, new: str) -> None:
    """Change a text of ``module``. Raises ValueError where it is not what it was, and the mutant would be none."""
    text: str = getattr(module, name)
    if old not in text:
        raise ValueError(f"{name} holds no {old!r}")
    setattr(module, name, text.replace(old, new))


MUTANTS = {
    mutant.__name__: mutant
    for mutant in (
        checkpoint_in_a_transaction_of_its_own,
        read_before_lock,
        no_fencing,
        written_again_though_committed,
        gives_up_at_once,
        trial_committed,
        counts_not_stored,
        statements_without_checkpoint,
        records_not_kept,
        lock_not_looked_at,
        begins_beside_another,
        rejects_not_synced,
        rejects_not_cut,
        rejects_rewritten_in_place,
        rejects_cut_unasked,
    )
}
