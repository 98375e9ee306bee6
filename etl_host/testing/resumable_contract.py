"""What a source must keep to that says it is resumable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from etl_host.core.batch import BatchResults, Position
from etl_host.core.errors import InputChanged
from etl_host.testing.bench import Bench
from etl_host.testing.checks import SIZES, check, each_size, must_raise
from etl_host.testing.draining import drain, origins_of, rows_of
from etl_host.testing.link_contract import LinkContract


class ResumableContract(LinkContract):
    """The checks of sources that can go on in the middle."""

    def change_input(self, options: Mapping[str, Any]) -> None:
        """Change the first row of what ``options`` lead to, and leave its length as it is."""
        pytest.fail("give your contract's class a method change_input, or expect this check to fail")

    def read(self, bench: Bench, size: int, after: Position | None = None) -> list[BatchResults[Any]]:
        """The batches behind ``after``, as a new source gives them."""
        source = bench.source()
        source.after = after
        return drain(source, size)

    @check("give the rows in an order of their own, or don't declare it resumable", where="resumable")
    def test_it_gives_the_same_rows_again(self, bench: Bench) -> None:
        """Read again, the input gives the same rows with the same origins: a load that goes on relies on it."""
        first, second = self.read(bench, 2), self.read(bench, 2)
        assert rows_of(second) == rows_of(first)
        assert origins_of(second) == origins_of(first)

    @check("leave out every row whose origin is at most after.origin, and no other", where="resumable")
    @each_size
    def test_it_continues_from_every_position(self, bench: Bench, size: int) -> None:
        """From each of its positions on it gives the rest of the rows, with the origins that they always have, for any
        batch size: one row left out is lost, one too many is there twice.
        """
        whole = self.read(bench, size)
        for number, batch in enumerate(whole, 1):
            assert batch.position is not None, "a resumable source must give each batch a position"
            for next_size in SIZES:
                rest = self.read(bench, next_size, batch.position)
                where = f"from {batch.position} on, with batches of {next_size} after batches of {size}"
                assert rows_of(rest) == rows_of(whole[number:]), where
                assert origins_of(rest) == origins_of(whole[number:]), where
                assert rest[-1].position is not None
                assert rest[-1].position.origin == _last(whole).origin, f"the last position is another one {where}"

    @check(
        "put a hash of what is consumed, or its size and time, into the positions' tokens; compare, raise InputChanged",
        where="resumable",
    )
    def test_it_notices_a_changed_input(self, bench: Bench) -> None:
        """Where the consumed part of the input has changed since, it does not go on: rows that are loaded would no
        longer be those of the input.
        """
        position = self.read(bench, 2)[0].position
        self.change_input(bench.options)
        with must_raise(InputChanged, "the first row was changed, and the source went on behind it"):
            self.read(bench, 2, position)


def _last(batches: list[BatchResults[Any]]) -> Position:
    position = batches[-1].position
    assert position is not None
    return position
