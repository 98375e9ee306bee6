"""Loads of numbers in lanes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from etl_host import BatchProcessor, BatchResults, Row
from etl_host.core.lanes import Lanes
from number_links import SortOut
from picky_sink import TWIN, PickySink, accepted, set_aside
from running_total import LoadPickyRunningTotal, RunningTotal, passed_by_total
from sqlite_sink import LoadNumbers, SQLiteSink

ONE_KEY = Lanes(2, {"number": ["family"]})
TWO_KINDS = Lanes(3, {"number": ["family"], "half": ["half"]})
ONE_KIND = Lanes(2, {"number": ["family", "half"]})


class WithKeys(SortOut):
    """Adds keys; twins, of which the target refuses the second, are of one family, and copies of a row of one each."""

    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        batch = super().process(batch)
        assert batch.origins is not None
        firsts = [index == 0 or batch.origins[index] != batch.origins[index - 1] for index in range(len(batch.chunk))]
        return batch.with_chunk([with_keys(row, first) for row, first in zip(batch.chunk, firsts, strict=True)])


def with_keys(row: Row, first: bool) -> Row:
    number = row["n"]
    family = f"twins {(number + 1) // TWIN}" if number % TWIN in (0, TWIN - 1) else f"{number}, {first}"
    return {**row, "family": family, "half": number // 2}


class RunningTotalWithKeys(RunningTotal):
    def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
        batch = super().process(batch)
        return batch.with_chunk([with_keys(row, True) for row in batch.chunk])


class ManyAtOnce(SQLiteSink):
    concurrent = True


class PickyManyAtOnce(PickySink):
    concurrent = True


class LoadInLanes(LoadNumbers):
    """Numbers through SortOut, in lanes."""

    validator: type[SortOut] = WithKeys
    sink: type[SQLiteSink] = ManyAtOnce
    lanes = ONE_KEY

    def chain(self) -> BatchProcessor[Any]:
        sink = super().chain()
        assert isinstance(sink, SQLiteSink)
        sink.lanes = self.lanes
        return sink


class LoadRelationshipsInLanes(LoadInLanes):
    """Rows with two keys of different kinds."""

    lanes = TWO_KINDS


class LoadPickyInLanes(LoadInLanes):
    """Into a target that refuses some."""

    sink = PickyManyAtOnce
    loaded = staticmethod(accepted)
    set_aside = staticmethod(set_aside)


class LoadPickyRelationshipsInLanes(LoadPickyInLanes):
    """Rows with two keys of one kind."""

    lanes = ONE_KIND


class LoadStatefulInLanes(LoadInLanes):
    """Through a validator that must see every row."""

    validator = RunningTotalWithKeys
    sink = PickyManyAtOnce
    valid = staticmethod(passed_by_total)
    loaded = staticmethod(LoadPickyRunningTotal.loaded)
    set_aside = staticmethod(LoadPickyRunningTotal.set_aside)


class DiceCrew:
    """A crew without threads: whatever was started is done when it is asked for, in an order that a dice chooses."""

    def __init__(self, size: int, name: str, *, dice: Random) -> None:
        self.size = size
        self.busy: set[int] = set()
        self._dice = dice
        self._works: dict[int, Callable[[], object]] = {}

    @property
    def has_room(self) -> bool:
        return len(self.busy) < self.size

    def start(self, number: int, work: Callable[[], object]) -> None:
        assert self.has_room
        assert number not in self.busy
        self.busy.add(number)
        self._works[number] = work

    def done(self, *, wait: bool) -> bool:
        if not self._works or (not wait and self._dice.random() < 0.5):
            return False
        number = self._dice.choice(sorted(self._works))
        work = self._works.pop(number)
        self.busy.remove(number)
        work()
        return True

    def close(self, *, wait: bool = True) -> None: ...
