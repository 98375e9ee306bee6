"""What a source must keep to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise, zip_longest
from typing import Any, ClassVar

import pytest

from etl_host.core.batch import BatchResults
from etl_host.core.source import Source
from etl_host.registry.spec import Kind
from etl_host.testing.bench import Bench
from etl_host.testing.checks import SIZES, check, each_size
from etl_host.testing.draining import drain, origins_of, rows_of
from etl_host.testing.resumable_contract import ResumableContract


class SourceContract(ResumableContract):
    """The checks of a source. With ``rows`` and the fixtures ``options`` and ``options_without_rows``; one that is
    ``resumable`` also with ``change_input``.
    """

    kind: ClassVar[Kind] = "source"
    processor: ClassVar[type[Source[Any]]]

    rows: ClassVar[Sequence[Any]]
    """The rows that it gives with ``options``: 3 or more."""

    @pytest.fixture
    def options_without_rows(self) -> Mapping[str, Any]:
        """Options with which there is nothing to read, such as a file with a header only."""
        pytest.fail("give your contract's class the fixture options_without_rows, or expect this check to fail")

    def use(self, bench: Bench, made: Any) -> Iterable[tuple[str, Callable[[], object]]]:
        yield from super().use(bench, made)
        yield "how many rows it expects", made.expected

    @each_size
    @check("give what the input holds: no row more, none less, whatever max_batch_size is")
    def test_it_gives_the_rows(self, bench: Bench, size: int) -> None:
        """All rows of the input come, in order, for any batch size."""
        assert len(self.rows) >= 3, "give the contract's class 3 rows or more"
        assert rows_of(self.read(bench, size)) == list(self.rows)

    @each_size
    @check("cut batches by max_batch_size; self.cut(rows, max_batch_size, after) does")
    def test_no_batch_is_larger_than_asked(self, bench: Bench, size: int) -> None:
        """A batch holds, and counts as read, at most max_batch_size rows: whoever runs the load bounds its memory and
        its transactions by that.
        """
        sizes = [max(len(batch.chunk), batch.batch_size) for batch in self.read(bench, size)]
        assert max(sizes) <= size

    @each_size
    @check("in each batch's statistics count that batch alone, under the key that `counts` names")
    def test_counts_are_of_each_batch(self, bench: Bench, size: int) -> None:
        """Each batch counts the rows that were read for it, under the source's key: counts are summed on the way to
        the summary.
        """
        key = type(self).processor.counts
        for batch in self.read(bench, size):
            assert batch.statistics.get(key) == batch.batch_size, f"{key} of a batch of {batch.batch_size} rows"

    @check("number rows by where they are in the input, not in the batch; a position's origin is the last one consumed")
    def test_origins_ascend_and_belong_to_their_rows(self, bench: Bench) -> None:
        """A row has the same origin in whatever batch it comes; origins ascend, and a position lies at or behind the
        last of its batch and before the next. Rejects and checkpoints name rows by them.
        """
        wholes = [self.read(bench, size) for size in SIZES]
        for batches in wholes:
            if (origins := origins_of(batches)) is None:
                assert not type(self).processor.resumable, "a resumable source must give each batch origins"
                continue
            assert all(before < after for before, after in pairwise([0, *origins])), f"origins {origins}"
            for batch, following in zip_longest(batches, batches[1:]):
                _lies_between(batch, following)
            assert origins == origins_of(wholes[0]), "other origins with another batch size"

    @check("yield nothing, and the base class says so with one empty batch; or one with the count 0 and a position")
    def test_nothing_to_read_is_one_empty_batch(self, bench: Bench, options_without_rows: Mapping[str, Any]) -> None:
        """A source that finds nothing gives one empty batch that counts 0: the summary then says 0, not nothing."""
        [batch] = drain(bench.source(options_without_rows))
        assert list(batch.chunk) == []
        assert (batch.batch_size, batch.statistics) == (0, {type(self).processor.counts: 0})
        assert batch.position is not None, "an empty batch has a position, too"

    @check("put only dicts with text keys, lists, text, numbers, booleans and None into a position's token")
    def test_positions_are_json(self, bench: Bench) -> None:
        """A position's token comes back from JSON as it was, since that is how it is stored; its share is 0 to 1."""
        positions = [batch.position for batch in self.read(bench, 2) if batch.position is not None]
        for position in positions:
            try:
                stored = json.loads(json.dumps(position.token))
            except TypeError as error:
                pytest.fail(f"the token {position.token!r} can't be stored: {error}")
            assert stored == position.token, "the token comes back from JSON as something else"
            assert position.share is None or 0 <= position.share <= 1, f"share {position.share}"

    @check("return None where the number isn't known without reading")
    def test_expected_is_the_number_of_rows(self, bench: Bench) -> None:
        """What expected() says, if anything, is how many rows are read: progress is shown by it."""
        expected = bench.source().expected()
        read = sum(batch.batch_size for batch in self.read(bench, 1_000))
        assert expected in (None, read)

    @check("return the names of the fields, or None where they aren't known")
    def test_fields_are_those_of_the_rows(self, bench: Bench) -> None:
        """What fields() says, if anything, are the names of the rows' fields: models are compared with it."""
        fields = bench.source().fields()
        assert fields is None or all(set(row) <= set(fields) for row in self.rows), f"fields() is {fields}"


def _lies_between(batch: BatchResults[Any], following: BatchResults[Any] | None) -> None:
    """Whether the position of ``batch`` is at or behind its own rows, and before those of the ``following`` one."""
    if batch.position is None:
        return
    position, origins = batch.position.origin, batch.origins or ()
    assert not origins or origins[-1] <= position, f"position {position} lies before origin {origins[-1:]}"
    if following is not None and following.origins:
        assert position < following.origins[0], f"position {position} lies behind the next row's {following.origins[0]}"
