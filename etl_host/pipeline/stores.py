"""The stores in which the runs of a pipeline are recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from etl_host.core.chain_task import ChainTask
from etl_host.core.checkpoint import Run
from etl_host.core.connection import store_behind
from etl_host.core.context import ETLContext
from etl_host.core.store import CheckpointStore
from etl_host.core.task import Task
from etl_host.pipeline.assembly import assembled
from etl_host.pipeline.loading import Loaded


def stores_of(tasks: Iterable[Task]) -> list[CheckpointStore]:
    """Those of the sinks of ``tasks``, in order; one may come more than once."""
    return [store for task in tasks if isinstance(task, ChainTask) for store in task.stores()]


@contextmanager
def opened_stores(loaded: Loaded) -> Iterator[Sequence[CheckpointStore]]:
    """The stores of the tasks, in order, then those of connections that no task uses; closed with the block.

    Left out are those of connections behind which nothing has been made yet. Raises EtlHostError where a connection
    can't be made.
    """
    connections = loaded.connections.made(Run.new(loaded.model.name))
    with ETLContext(loaded.settings, connections=connections) as context:
        found = {id(store): store for store in stores_of(assembled(loaded.model, loaded.steps, context).leaves())}
        for connection in context.connections:
            if (store := store_behind(connection)) is not None:
                found[id(store)] = store
            else:
                found.pop(id(getattr(connection, "store", None)), None)
        yield [*found.values()]
