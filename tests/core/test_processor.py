from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest

from etl_host import (
    Batches,
    BatchResults,
    ETLContext,
    Position,
    Row,
    RowError,
    Source,
    Task,
    TaskReturn,
    Validator,
)
from number_links import Collect, CollectNumbers, Numbers, SortOut


@pytest.fixture
def task(tmp_path: object) -> CollectNumbers:
    return CollectNumbers(ETLContext(rejects_dir=str(tmp_path)), 0, name="numbers")


@pytest.fixture
def chain(task: CollectNumbers) -> Collect:
    source = Numbers(20, task.context, task)
    return Collect(task.context, task, SortOut(task.context, task, source))


def test_links_of_a_chain_are_listed_from_the_source_on(chain: Collect) -> None:
    assert [type(link) for link in chain.links()] == [Numbers, SortOut, Collect]
    assert chain.links()[-1] is chain


def test_a_link_without_predecessor_says_who_needs_one(chain: Collect) -> None:
    source = chain.links()[0]
    source.label = "source:numbers"
    with pytest.raises(TypeError, match="source:numbers needs a predecessor"):
        source.upstream  # noqa: B018


def test_every_link_knows_the_place_of_a_row(chain: Collect) -> None:
    assert chain.place(12) == "numbers:12"


@pytest.mark.parametrize("size", [0, -1])
@pytest.mark.parametrize("index", [0, 1, 2])
def test_a_batch_size_below_one_is_refused_by_every_link(chain: Collect, index: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"batch size is {size}"):
        next(chain.links()[index].get_batch(size))


def test_rejected_rows_go_to_the_rejects_with_origin_place_and_reason(chain: Collect, task: CollectNumbers) -> None:
    batch = BatchResults([{"n": 1}, {"n": 2}, {"n": 3}], {"valid_rows": 3}, 3, [3, 6, 9])
    errors = {2: [RowError("too big", "range", ("n",))], 0: [RowError("too small")]}
    left = chain.reject(batch, errors, bucket=4)
    task.rejects.close()
    assert (list(left.chunk), list(left.origins or ())) == ([{"n": 2}], [6])
    assert left.statistics == {"valid_rows": 3, "rejected_rows": 2}
    lines = [json.loads(line) for line in task.rejects.path.read_text().splitlines()]
    assert lines == [
        {
            "pipeline": "",
            "run": task.context.run.id,
            "task": "numbers",
            "processor": "Collect",
            "origin": origin,
            "place": f"numbers:{origin}",
            "bucket": 4,
            "errors": [error],
            "row": {"n": n},
        }
        for origin, n, error in [
            (3, 1, {"message": "too small", "code": "invalid", "loc": []}),
            (9, 3, {"message": "too big", "code": "range", "loc": ["n"]}),
        ]
    ]


def test_rejecting_nothing_counts_zero_and_makes_no_file(chain: Collect, task: CollectNumbers) -> None:
    batch = BatchResults([{"n": 1}], {}, 1, [3])
    left = chain.reject(batch, {})
    assert (left.chunk, left.statistics) == (batch.chunk, {"rejected_rows": 0})
    assert not task.rejects.path.exists()


def test_unnumbered_rows_are_rejected_without_origin_and_place(chain: Collect, task: CollectNumbers) -> None:
    chain.reject(BatchResults([{"n": 1}], {}, 1), {0: [RowError("no")]})
    task.rejects.close()
    line = json.loads(task.rejects.path.read_text())
    assert (line["origin"], line["place"]) == (None, None)


def test_a_link_has_nothing_to_complain_about_and_knows_no_fields(chain: Collect) -> None:
    assert [(list(link.check()), link.fields()) for link in chain.links()] == [([], None)] * 3


def test_a_resource_can_not_make_a_failure_vanish() -> None:
    class Hides(Validator[Row, Row]):
        def open(self) -> None:
            self.resources.enter_context(suppress(Exception))

        def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
            raise RuntimeError("must be seen")

    context = ETLContext({})
    task = Nothing(context)
    hides = Hides(context, task, Three(context, task))
    with pytest.raises(RuntimeError, match="must be seen"):
        list(hides.get_batch(2))


def test_a_validator_that_loses_track_of_its_rows_is_refused() -> None:
    class Forgets(Validator[Row, Row]):
        def process(self, batch: BatchResults[Row]) -> BatchResults[Row]:
            return BatchResults(batch.chunk, batch.statistics, batch.batch_size)

    context = ETLContext({})
    task = Nothing(context)
    with pytest.raises(ValueError, match="lost the position"):
        list(Forgets(context, task, Three(context, task)).get_batch(2))


def test_a_source_that_counts_fewer_rows_than_it_gives_is_refused() -> None:
    class Miscounts(Three):
        def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
            for batch in super().read(max_batch_size, after):
                yield replace(batch, batch_size=1)

    context = ETLContext({})
    with pytest.raises(ValueError, match="2 rows in a batch of 1"):
        list(Miscounts(context, Nothing(context)).get_batch(2))


class Nothing(Task):
    def run_internal(self) -> TaskReturn:
        return TaskReturn()


class Three(Source[Row]):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        yield from self.cut(({"n": n} for n in range(3)), max_batch_size, after)
