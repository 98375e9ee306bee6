"""Temporal values arrive in the database as what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from etl_host import Batches, ChainTask, ETLContext, Position, Row, Source
from etl_host_neo4j import CypherBatchProcessor
from etl_host_neo4j.connection import Neo4jConnection

ROW: Row = {
    "day": date(2026, 11, 23),
    "local": datetime(2026, 11, 23, 12, 30, 0, 5),
    "utc": datetime(2026, 11, 23, 12, 30, tzinfo=UTC),
    "offset": datetime(2026, 11, 23, 12, 30, tzinfo=timezone(timedelta(hours=-3))),
    "summer": datetime(2026, 7, 1, 12, 30, tzinfo=ZoneInfo("Europe/Berlin")),
    "again": datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
    "clock": time(12, 30),
    "long": timedelta(days=1, seconds=2),
    "price": Decimal("1.10"),
}
CREATE = "UNWIND $batch AS row CREATE (t:Thing) SET t = row"


class One(Source[Row]):
    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        yield from self.cut([ROW], max_batch_size, after)


class Load(ChainTask):
    def __init__(self, context: ETLContext, options: Mapping[str, Any]) -> None:
        super().__init__(context)
        self.options = options

    def chain(self) -> CypherBatchProcessor:
        return CypherBatchProcessor(self.context, self, One(self.context, self), CREATE, **self.options)


@pytest.fixture
def context(graph: Any) -> Iterator[ETLContext]:
    with ETLContext(graph.settings) as context:
        yield context


def loaded(context: ETLContext, **options: Any) -> dict[str, Any]:
    Load(context, options).execute()
    connection = context.connection("neo4j", Neo4jConnection)
    _, [[properties]] = connection.run("MATCH (t:Thing) RETURN properties(t)")
    return {name: found.to_native() if hasattr(found, "to_native") else found for name, found in properties.items()}


def test_a_value_read_back_is_the_one_that_was_loaded(context: ETLContext) -> None:
    found = loaded(context)
    assert {name: found[name] for name in ("day", "local", "clock")} == {k: ROW[k] for k in ("day", "local", "clock")}
    assert (found["long"].days, found["long"].seconds) == (1, 2)
    assert found["price"] == "1.10"


@pytest.mark.parametrize("graph", ["neo4j"], indirect=True)  # the other one drops some zones
def test_a_datetime_keeps_its_moment_and_its_zone(context: ETLContext) -> None:
    found = loaded(context)
    for name in "utc", "offset", "summer", "again":
        assert (found[name].timestamp(), found[name].utcoffset()) == (ROW[name].timestamp(), ROW[name].utcoffset())
    assert str(found["summer"].tzinfo) == "Europe/Berlin"


def test_values_are_sent_as_the_options_say(context: ETLContext) -> None:
    found = loaded(context, decimals="float", temporals="text")
    assert found["price"] == 1.1
    assert found["day"] == "2026-11-23"
    assert found["summer"] == "2026-07-01T12:30:00+02:00"
