"""The chain as the project first wrote it down, and the ready-made task that needs a query and a model only."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field

from etl_host import ClosedLoopBatchProcessor, ETLContext, ExactlyOnce, FileLocation, Task, TaskReturn
from etl_host_csv import CSVBatchProcessor
from etl_host_neo4j import CSVLoad2Neo4jTask, CypherBatchProcessor
from etl_host_pydantic import ValidationBatchProcessor
from graph_handle import GraphHandle

FEED = Path(__file__).parents[2] / "examples" / "gtfs" / "cairns_gtfs.zip"
STOPS, ROUTES = 416, 22
NORTH = -16.9


class Stop(BaseModel):
    stop_id: str
    stop_name: str
    stop_lat: float
    stop_lon: float


class SouthernStop(Stop):
    stop_lat: float = Field(lt=NORTH)


class Route(BaseModel):
    route_id: str
    route_short_name: str
    route_type: int


class LoadStops(Task):
    batch_size = 100

    def __init__(self, context: ETLContext, file: Path, model: type[BaseModel]) -> None:
        super().__init__(context)
        self.file = file
        self.model = model

    def run_internal(self, **kwargs: Any) -> TaskReturn:
        error_file = self.file.with_suffix(".error.json")

        csv = CSVBatchProcessor(self.file, self.context, self)
        validator = ValidationBatchProcessor(self.context, self, csv, self.model, error_file)
        cypher = CypherBatchProcessor(self.context, self, validator, self._query())
        end = ClosedLoopBatchProcessor(self.context, self, cypher)
        result = next(end.get_batch(self.batch_size))

        return TaskReturn(True, result.statistics)

    def _query(self) -> str:
        return """
        UNWIND $batch AS row
        MERGE (stop:Stop {id: row.stop_id})
        SET stop.name = row.stop_name, stop.lat = row.stop_lat, stop.lon = row.stop_lon
        """


class LoadRoutes(CSVLoad2Neo4jTask):
    def _query(self) -> str:
        return """
        UNWIND $batch AS row
        MERGE (route:Route {id: row.route_id})
        SET route.name = row.route_short_name, route.type = row.route_type
        """


@pytest.fixture
def stops(tmp_path: Path) -> Path:
    with zipfile.ZipFile(FEED) as feed:
        return Path(feed.extract("stops.txt", tmp_path))


def value(graph: GraphHandle, query: str) -> Any:
    return graph.driver.execute_query(query, database_=graph.database).records[0][0]


def test_the_snippet_loads_every_stop_and_counts_what_it_did(graph: GraphHandle, stops: Path) -> None:
    with ETLContext(graph.settings, ExactlyOnce("snippet")) as context:
        result = LoadStops(context, stops, Stop).execute()

    assert result == TaskReturn(
        True,
        {
            "csv_lines_read": STOPS,
            "valid_rows": STOPS,
            "invalid_rows": 0,
            "cypher_rows_written": STOPS,
            "nodes_created": STOPS,
            "labels_added": STOPS,
            "relationships_created": 0,
            "properties_set": 4 * STOPS,
        },
    )
    assert value(graph, "MATCH (stop:Stop) RETURN count(*)") == STOPS
    assert value(graph, "MATCH (stop:Stop {id: '750000'}) RETURN stop.lat") == -16.74359
    assert not stops.with_suffix(".error.json").exists()


def test_the_snippet_without_a_delivery_loads_them_as_well(graph: GraphHandle, stops: Path) -> None:
    with ETLContext(graph.settings) as context:
        task = LoadStops(context, stops, Stop)
        assert task.execute().success

    assert task.guarantee == "at least once"
    assert value(graph, "MATCH (n) RETURN count(*)") == STOPS, "and leaves nothing else in the graph"


def test_the_snippets_error_file_holds_the_rows_that_do_not_fit_the_model(graph: GraphHandle, stops: Path) -> None:
    with stops.open(encoding="utf-8-sig", newline="") as lines:
        rows = enumerate(csv.DictReader(lines), start=2)
        northern = {line: row for line, row in rows if float(row["stop_lat"]) >= NORTH}
    assert 0 < len(northern) < STOPS

    with ETLContext(graph.settings, ExactlyOnce("snippet")) as context:
        result = LoadStops(context, stops, SouthernStop).execute()

    assert result.success
    assert result.summary["invalid_rows"] == result.summary["rejected_rows"] == len(northern)
    assert result.summary["nodes_created"] == STOPS - len(northern)
    assert value(graph, "MATCH (stop:Stop) RETURN count(*)") == STOPS - len(northern)
    assert value(graph, f"MATCH (stop:Stop) WHERE stop.lat >= {NORTH} RETURN count(*)") == 0

    entries = [json.loads(line) for line in stops.with_suffix(".error.json").read_text("utf-8").splitlines()]
    assert {entry["origin"]: entry["row"]["stop_id"] for entry in entries} == {
        line: row["stop_id"] for line, row in northern.items()
    }
    assert {(*error["loc"], error["code"]) for entry in entries for error in entry["errors"]} == {
        ("stop_lat", "less_than")
    }


def test_the_ready_made_task_needs_only_a_query_and_a_model(graph: GraphHandle) -> None:
    file = FileLocation(f"zip://routes.txt::{FEED}")
    with ETLContext(graph.settings, ExactlyOnce("routes")) as context:
        result = LoadRoutes(context, file, Route).execute()

    assert result.success
    assert result.summary["csv_lines_read"] == result.summary["valid_rows"] == ROUTES
    assert result.summary["nodes_created"] == ROUTES
    assert value(graph, "MATCH (route:Route) RETURN count(*)") == ROUTES
    assert value(graph, "MATCH (route:Route {id: '110-423'}) RETURN [route.name, route.type]") == ["110", 3]


def test_the_ready_made_task_passes_every_row_as_text_without_a_model(graph: GraphHandle, stops: Path) -> None:
    class LoadNames(CSVLoad2Neo4jTask):
        def _query(self) -> str:
            return "UNWIND $batch AS row CREATE (:Stop {id: row.stop_id, lat: row.stop_lat})"

    with ETLContext(graph.settings) as context:
        result = LoadNames(context, stops).execute()

    assert result.success
    assert value(graph, "MATCH (stop:Stop) RETURN count(*)") == STOPS
    assert value(graph, "MATCH (stop:Stop {id: '750000'}) RETURN stop.lat") == "-16.74359"
