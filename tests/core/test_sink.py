from __future__ import annotations

from etl_host import Batches, BatchResults, Checkpoint, Delivery, ETLContext, Fault, Row, Sink, Statistics
from etl_host.core.batch import T
from number_links import CollectNumbers, Numbers


class Bare(Sink[Row]):
    """No more than a sink must have."""

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        return {}


class Recording(Delivery):
    """A delivery that writes nothing and remembers what it was asked to deliver."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, int]] = []

    def deliver(self, sink: Sink[T], max_batch_size: int) -> Batches[T]:
        self.asked.append((sink, max_batch_size))
        yield from sink.upstream.get_batch(max_batch_size)


def bare(context: ETLContext) -> Bare:
    task = CollectNumbers(context, 0)
    return Bare(context, task, Numbers(3, context, task))


def test_a_sink_leaves_it_to_the_delivery_how_batches_reach_it() -> None:
    delivery = Recording()
    sink = bare(ETLContext(delivery=delivery))
    assert [list(batch.chunk) for batch in sink.get_batch(2)] == [[{"n": 1}, {"n": 2}], [{"n": 3}]]
    assert delivery.asked == [(sink, 2)]


def test_a_sink_promises_nothing_unless_it_says_so() -> None:
    sink = bare(ETLContext())
    assert (sink.store, sink.concurrent, sink.fault(ConnectionError())) == (None, False, Fault.FATAL)
