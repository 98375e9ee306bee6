"""A task that is one chain."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Any

from etl_host.core.closed_loop import ClosedLoopBatchProcessor
from etl_host.core.problem import Problem
from etl_host.core.processor import BatchProcessor
from etl_host.core.sink import Sink
from etl_host.core.store import CheckpointStore
from etl_host.core.task import Task, TaskReturn


class ChainTask(Task):
    """A task whose work is one chain: implement ``chain``. What pipelines are made of.

    Since the chain is known before it runs, it can be checked, and its store asked for, beforehand.
    """

    batch_size: int = 5000

    @abstractmethod
    def chain(self) -> BatchProcessor[Any]:
        """A new chain, from its source to its sink; touches nothing."""

    def run_internal(self) -> TaskReturn:
        chain = self.chain()
        self.replayable = all(link.replayable for link in chain.links() if isinstance(link, Sink))
        end = ClosedLoopBatchProcessor(self.context, self, chain)
        return TaskReturn(True, next(end.get_batch(self.batch_size)).statistics)

    def check(self) -> Iterable[tuple[BatchProcessor[Any], Problem]]:
        """What its processors say, source first, each with the processor that says it."""
        for link in self.chain().links():
            for problem in link.check():
                yield link, problem

    def stores(self) -> Iterable[CheckpointStore]:
        """The stores of its sinks; connects to them."""
        for link in self.chain().links():
            if isinstance(link, Sink) and (store := link.store) is not None:
                yield store
