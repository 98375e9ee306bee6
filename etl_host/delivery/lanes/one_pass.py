"""One reading of a task's source: its rows are split, and lanes write whichever buckets may be written at once.

Nothing here runs in the lanes but the writing of a bucket. Rows that wait take a bounded room: when it is full, nothing
is read until a lane has taken some.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from etl_host.core.batch import Batches, BatchResults
from etl_host.core.delivery import stop_if_asked
from etl_host.core.errors import EtlHostError, Fenced
from etl_host.core.limits import refuse_excess_rejects
from etl_host.core.task import Task
from etl_host.delivery.lanes.bucket import Bucket
from etl_host.delivery.lanes.ledger import Ledger
from etl_host.delivery.lanes.parts import parts_of
from etl_host.delivery.lanes.reading import Reading
from etl_host.delivery.lanes.writer import BucketWriter
from etl_host.delivery.writing.systemic import refuse_if_none_accepted
from etl_host.flow.buckets import Buckets
from etl_host.flow.crew import Crew
from etl_host.flow.turns import whose_turn

log = logging.getLogger(__name__)

ROOM: Final = 8.0
"""So many batches of rows may wait to be written."""

SMALL: Final = 0.25
"""While there is room, less than this part of a batch waits for more rows."""

OVERDUE: Final = 32
"""A bucket so many batches behind the source is written though it has few rows, or none: a load that is killed reads
those batches again."""


class NotNumbered(EtlHostError):
    """The source does not number its rows, as lanes need it."""

    code = "rows-not-numbered"


class Pass:
    """Reads on from ``read``, in batches of at most ``size``. What is committed goes into ``ledger``.

    ``largest``: how many rows the largest of its batches had.
    """

    def __init__(
        self,
        task: Task,
        split: Buckets,
        writers: Sequence[BucketWriter],
        ledger: Ledger,
        crew: Crew,
        *,
        read: Reading,
        size: int,
    ) -> None:
        self.task = task
        self.split = split
        self.ledger = ledger
        self.buckets = [Bucket(writer, split.recorded()) for writer in writers]
        self.crew = crew
        self.read = read
        self.size = size
        self.largest = 0
        self._committed = [bucket.origin for bucket in self.buckets]

    def of(self, batches: Batches[Any]) -> Batches[Any]:
        """What is committed of ``batches``, and that there are no more of them."""
        try:
            self._refuse_excess_rejects()
            for batch in batches:
                self._add(batch)
                yield from self._write()
                self._refuse_if_none_accepted()
            yield from self._write(everything=True)
            self._refuse_excess_rejects(ended=True)
            self._refuse_if_none_accepted(ended=True)
            self._end()
            yield self.ledger.news()
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:  # SystemExit too: what is committed must be told
            gravest = self._let_end(error)
            yield self.ledger.news()
            if gravest is not error:
                raise gravest from error
            raise
        finally:
            self.crew.close(wait=not isinstance(sys.exception(), KeyboardInterrupt))

    def _add(self, batch: BatchResults[Any]) -> None:
        """Let the rows of ``batch`` wait, each in its bucket, but for those that are committed."""
        before, self.read = self.read, self.read.including(batch)
        self.largest = max(self.largest, batch.batch_size)
        if batch.origins is None:
            raise NotNumbered(
                f"the source of task {self.task.name} does not number its rows, as lanes need it",
                remedy="leave out lanes",
            )
        buckets = self.split.of(batch.chunk)
        weight = 1 / ((batch.batch_size or 1) if self.task.max_batch_bytes else self.size)
        for number, part in parts_of(batch, batch.origins, buckets, self._committed, before, weight).items():
            self.buckets[number].add(part)

    def _write(self, *, everything: bool = False) -> Batches[Any]:
        """Let lanes write until there is room; with ``everything``, until nothing waits."""
        while True:
            # of a task of which nothing is accepted yet, all that was read is judged; a limit is one of what was read
            at_once = self.task.limit is not None or not self.ledger.balance.written
            full = at_once or everything or sum(bucket.waiting for bucket in self.buckets) >= ROOM
            least, lag = 0 if full else SMALL, 1 if at_once else OVERDUE
            while self.crew.has_room and (number := self._whose_turn(least, lag)) is not None:
                stop_if_asked(self.task)
                bucket = self.buckets[number]
                self.crew.start(number, partial(bucket.writer.write, bucket.take(self.read)))
            if not self.crew.done(wait=full):
                return
            yield self.ledger.news()
            self._refuse_excess_rejects()

    def _whose_turn(self, least: float, lag: int) -> int | None:
        read = self.read
        behind = [
            (bucket.covered, number)
            for number, bucket in enumerate(self.buckets)
            if read.batches - bucket.covered >= lag and bucket.origin < read.progress.at.origin
        ]
        return whose_turn(
            self.split.claims,
            self.crew.busy,
            [bucket.waiting for bucket in self.buckets],
            overdue=[number for _, number in sorted(behind)],
            least=least,
        )

    def _end(self) -> None:
        """Store that there is no more to come, for each bucket."""
        for number, bucket in enumerate(self.buckets):
            if not self.crew.has_room:
                self.crew.done(wait=True)
            self.crew.start(number, partial(bucket.writer.end, bucket.take(self.read)))
        while self.crew.done(wait=True):
            pass

    def _let_end(self, error: BaseException) -> BaseException:
        """Wait for what is being written, and return ``error``: that more fails is no news by now.

        But that another process has taken over is: nothing may go on from here.
        """
        while self.crew.busy:
            try:
                self.crew.done(wait=True)
            except KeyboardInterrupt:
                raise
            except BaseException as other:
                log.debug("%s: another lane failed, too: %s", self.task.name, other)
                error = other if isinstance(other, Fenced) else error
        return error

    def _refuse_excess_rejects(self, *, ended: bool = False) -> None:
        """Judge them by all rows that were read, also those that are not written yet."""
        read = max(self.read.progress.state.balance.read, *(bucket.writer.read for bucket in self.buckets))
        refuse_excess_rejects(self.task, read=read, ended=ended)

    def _refuse_if_none_accepted(self, *, ended: bool = False) -> None:
        if not self.task.suspect:
            refuse_if_none_accepted(self.task.name, self.ledger.balance, ended=ended)
