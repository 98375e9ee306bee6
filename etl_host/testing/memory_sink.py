"""A sink into a target in memory."""

from __future__ import annotations

from typing import Annotated, Any

from etl_host.core.batch import BatchResults, Statistics
from etl_host.core.checkpoint import Checkpoint
from etl_host.core.context import ETLContext
from etl_host.core.processor import BatchProcessor
from etl_host.core.sink import Fault, Sink
from etl_host.core.task import Task
from etl_host.testing.memory_target import Content, MemoryTarget


class MemorySink(Sink[Any]):
    """Appends rows to a ``MemoryTarget``, each batch with its checkpoint, and counts ``memory_rows_written``::

    target = MemoryTarget()
    with ETLContext({}, ExactlyOnce("stops"), {"memory": target}) as context:
        ...
    assert target.rows == [...]
    """

    concurrent = True

    def __init__(
        self,
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        *,
        connection: Annotated[str, "The connection to use."] = "memory",
    ) -> None:
        super().__init__(context, task, predecessor)
        self.connection = connection

    @property
    def store(self) -> MemoryTarget:
        return self.context.connection(self.connection, MemoryTarget)

    def fault(self, error: Exception) -> Fault:
        match error:
            case ConnectionError() | TimeoutError():
                return Fault.TRANSIENT
            case ValueError():
                return Fault.DATA
            case _:
                return Fault.FATAL

    def write(self, batch: BatchResults[Any], checkpoint: Checkpoint | None) -> Statistics:
        with self.store.transaction(commit=checkpoint is None or checkpoint.commit) as content:
            if checkpoint is None:
                return self.insert(content, batch)
            stored = content.checkpoints[checkpoint.key]
            if checkpoint.is_stored(stored.owner, stored.origin):
                return checkpoint.written(stored.state)
            counted = self.insert(content, batch)
            stored.origin, stored.state = checkpoint.position.origin, checkpoint.state(counted)
            return counted

    def insert(self, content: Content, batch: BatchResults[Any]) -> Statistics:
        """Write the rows, as part of the transaction under way. Raises ValueError for what is no row."""
        for row in batch.chunk:
            if not isinstance(row, dict):
                raise ValueError("a row must be a dict")
            content.rows.append(row)
        return {"memory_rows_written": len(batch.chunk)}
