"""A validator for which a row depends on the rows before it, and loads through it."""

from __future__ import annotations

from itertools import accumulate

from etl_host import BatchResults, Row, RowError
from number_links import SortOut
from picky_sink import TWIN, UNLUCKY, PickySink
from sqlite_sink import LoadNumbers


class RunningTotal(SortOut):
    """Rejects the numbers at which the sum of all so far is a multiple of 6."""

    stateful = True

    def open(self) -> None:
        super().open()
        self.total = 0

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        self.trap("validator processes")
        wrong = {}
        for index, row in enumerate(batch.chunk):
            self.total += row["n"]
            if self.total % 6 == 0:
                wrong[index] = [RowError("a multiple of 6")]
        batch = self.reject(batch, wrong)
        return batch.with_chunk(batch.chunk, valid_rows=len(batch.chunk))


def rejected_by_total(count: int) -> list[int]:
    """Which of the numbers up to ``count`` it rejects."""
    return [n for n, total in enumerate(accumulate(range(1, count + 1)), 1) if total % 6 == 0]


def passed_by_total(count: int) -> list[int]:
    """Which of the numbers up to ``count`` it passes on."""
    return [n for n in range(1, count + 1) if n not in rejected_by_total(count)]


def _refused(count: int) -> list[int]:
    passed = passed_by_total(count)
    return [n for n in passed if n % UNLUCKY == 0 or (n % TWIN == 0 and n - 1 in passed)]


class LoadRunningTotal(LoadNumbers):
    """Numbers through RunningTotal."""

    validator = RunningTotal
    valid = staticmethod(passed_by_total)
    loaded = staticmethod(passed_by_total)
    set_aside = staticmethod(rejected_by_total)


class LoadPickyRunningTotal(LoadRunningTotal):
    """Numbers through RunningTotal into a target that refuses some."""

    sink = PickySink
    loaded = staticmethod(lambda count: [n for n in passed_by_total(count) if n not in _refused(count)])
    set_aside = staticmethod(lambda count: sorted(rejected_by_total(count) + _refused(count)))
