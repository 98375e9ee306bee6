from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import pytest

from etl_host import BatchResults, Checkpoint, ETLContext, Row, Sink, Statistics
from etl_host.core.lanes import Lanes
from etl_host.delivery.lanes.choice import LaneChoice
from etl_host.delivery.lanes.delivery import LaneDelivery
from etl_host.flow.buckets import Buckets
from number_links import Numbers
from small_tasks import Does

KEYS = {"number": ["n"]}


class Writer(Sink[Row]):
    concurrent = True
    tells: Mapping[str, Sequence[str]] = {}

    def write(self, batch: BatchResults[Row], checkpoint: Checkpoint | None) -> Statistics:
        return {}

    def lane_keys(self) -> Mapping[str, Sequence[str]]:
        return self.tells


class OneByOne(Writer):
    concurrent = False


class OneByOneHere(Writer):
    def takes_lanes(self) -> bool:
        return False


class Tells(Writer):
    tells = {"half": ["half"]}  # noqa: RUF012


class Endless(Numbers):
    def expected(self) -> None:  # type: ignore[override]
        return None


def sink_of(
    kind: type[Writer] = Writer,
    lanes: Lanes | None = None,
    *,
    task: str = "numbers",
    rows: int = 10**6,
    source: type[Numbers] = Numbers,
) -> Writer:
    context = ETLContext({})
    of_task = Does(context, task)
    sink = kind(context, of_task, source(rows, context, of_task))
    sink.lanes = lanes
    return sink


def chosen(sink: Writer) -> LaneDelivery:
    delivery = LaneChoice().of(sink)
    assert delivery is not None
    return delivery


def test_where_nobody_wants_lanes_there_are_none_and_nothing_is_said(caplog: pytest.LogCaptureFixture) -> None:
    assert LaneChoice().of(sink_of(Tells)) is None
    assert caplog.messages == []


@pytest.mark.parametrize("kind", [OneByOne, OneByOneHere])
def test_a_sink_that_takes_one_lane_gets_none_and_that_is_said_once_a_run(
    kind: type[Writer], caplog: pytest.LogCaptureFixture
) -> None:
    for choice in (LaneChoice(), LaneChoice()):
        for task in ("one", "two"):
            assert choice.of(sink_of(kind, Lanes(2, KEYS), task=task)) is None
    assert caplog.messages == [f"lanes: {kind.__name__} takes one lane here: it writes one batch after the other"] * 2


def test_of_each_task_whose_keys_nobody_tells_that_is_said(caplog: pytest.LogCaptureFixture) -> None:
    choice = LaneChoice()
    for task in ("one", "two", "two"):
        assert choice.of(sink_of(lanes=Lanes(2, {}), task=task)) is None
    assert [message.split(":")[1].split(" has")[0] for message in caplog.messages] == [" one", " two"]


def test_rows_are_split_by_the_keys_that_are_asked_for_else_by_those_that_the_sink_tells() -> None:
    assert chosen(sink_of(Tells, Lanes(2, KEYS))).split.recorded() == Buckets(Lanes(2, KEYS)).recorded()
    assert chosen(sink_of(Tells, Lanes(2, {}))).split.recorded() == Buckets(Lanes(2, Tells.tells)).recorded()


@pytest.mark.parametrize(("rows", "processors"), [(10, 1), (10**6, 64)])
def test_there_are_as_many_lanes_as_are_asked_for(monkeypatch: pytest.MonkeyPatch, rows: int, processors: int) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert chosen(sink_of(lanes=Lanes(7, KEYS), rows=rows)).count == 7
    assert chosen(sink_of(Tells, Lanes(7, {}), rows=rows)).count == 7


@pytest.mark.parametrize(("processors", "lanes"), [(64, 4), (3, 3), (1, 1), (None, 1)])
def test_else_one_for_each_processor_and_few(
    monkeypatch: pytest.MonkeyPatch, processors: int | None, lanes: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    assert chosen(sink_of(lanes=Lanes(None, KEYS))).count == lanes
    assert chosen(sink_of(lanes=Lanes(None, KEYS), source=Endless)).count == lanes


@pytest.mark.parametrize(("rows", "lanes"), [(49_999, 1), (50_000, 4)])
def test_and_one_for_few_rows(monkeypatch: pytest.MonkeyPatch, rows: int, lanes: int) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert chosen(sink_of(lanes=Lanes(None, KEYS), rows=rows)).count == lanes
