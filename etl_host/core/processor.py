"""A link of the chain: what every processor can do and has to do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Generic

from etl_host.core.batch import Batches, BatchResults, T, T_co
from etl_host.core.problem import Problem
from etl_host.core.rejects import Reject, RowError

if TYPE_CHECKING:
    from etl_host.core.context import ETLContext
    from etl_host.core.task import Task


class BatchProcessor(ABC, Generic[T_co]):
    """One link of a chain. Its end asks for batches, and each link asks the one before it.

    Write a source, a validator or a sink by subclassing ``Source``, ``Validator`` or ``Sink``; they close
    everything, however the chain ends. The constructor's parameters, but ``context``, ``task`` and
    ``predecessor``, are the processor's options in a pipeline file. The constructor touches nothing, neither
    files nor connections: ``open`` does.
    """

    label: str
    """What messages and rejects call it: its class, or in a pipeline e.g. ``validators[0]:pydantic``."""

    resources: ExitStack
    """Closed with the chain. ``open`` enters into it what has to be closed."""

    def __init__(self, context: ETLContext, task: Task, predecessor: BatchProcessor[Any] | None = None) -> None:
        self.context = context
        self.task = task
        self.predecessor = predecessor
        self.label = type(self).__name__

    def open(self) -> None:
        """Get ready; called before the first batch, in the thread that pulls.

        ``self.resources.enter_context(...)`` takes what must be closed.
        """

    @abstractmethod
    def get_batch(self, max_batch_size: int) -> Batches[T_co]:
        """Batches of at most ``max_batch_size`` rows (1 or more), until there are no more."""

    def check(self) -> Iterable[Problem]:
        """What can be said before the run, without reading rows. Called once; may use connections."""
        return ()

    def fields(self) -> Sequence[str] | None:
        """The names of the fields of the rows it gives (a source) or wants (a validator); None: not known."""
        return None

    def output_fields(self) -> Sequence[str] | None:
        """The names of the fields of the rows it passes on; None: not known."""
        return None

    def reject(
        self, batch: BatchResults[T], errors: Mapping[int, Sequence[RowError]], *, bucket: int | None = None
    ) -> BatchResults[T]:
        """The batch without the rows at the indices in ``errors``, which go to the task's rejects.

        ``bucket`` is for deliveries: the bucket in which a sink refused the rows. Counts ``rejected_rows``.
        """
        for index in sorted(errors):
            origin = None if batch.origins is None else batch.origins[index]
            self.task.rejects.append(
                Reject(
                    processor=self.label,
                    origin=origin,
                    place=None if origin is None else self.place(origin),
                    bucket=bucket,
                    errors=tuple(errors[index]),
                    row=batch.chunk[index],
                )
            )
        return batch.keep([index not in errors for index in range(len(batch.chunk))], rejected_rows=len(errors))

    def place(self, origin: int) -> str:
        """The place of the row with that origin, as a person would look it up, e.g. ``stops.txt:118``."""
        return self.upstream.place(origin)

    @property
    def upstream(self) -> BatchProcessor[Any]:
        """The predecessor. Raises TypeError where there is none."""
        if self.predecessor is None:
            raise TypeError(f"{self.label} needs a predecessor")
        return self.predecessor

    def links(self) -> Sequence[BatchProcessor[Any]]:
        """The chain from its source to this processor."""
        before = () if self.predecessor is None else self.predecessor.links()
        return (*before, self)

    @contextmanager
    def opened(self, max_batch_size: int) -> Generator[None, None, None]:
        """The processor opened, and closed at the end. Raises ValueError for a batch size below 1."""
        if max_batch_size < 1:
            raise ValueError(f"the batch size is {max_batch_size}: it must be 1 or more")
        failure: BaseException | None = None
        with ExitStack() as self.resources:
            self.open()
            try:
                yield
            except BaseException as error:
                failure = error
                raise
        if failure is not None:
            raise failure  # though a resource wanted it to vanish: a half load must not look like a whole one
