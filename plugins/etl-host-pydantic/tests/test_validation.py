"""What becomes of rows that fit a model, and of rows that don't."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

from etl_host import (
    Batches,
    BatchResults,
    ClosedLoopBatchProcessor,
    ETLContext,
    OptionError,
    Position,
    Row,
    Sink,
    Source,
    Task,
    TaskReturn,
)
from etl_host_pydantic import ValidationBatchProcessor


class Stop(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: int
    since: date | None = None

    @field_validator("id")
    @classmethod
    def not_thirteen(cls, value: int) -> int:
        return {13: {}}.get(value, {"ok": value})["ok"]  # raises KeyError for 13


class Given(Source[Row]):
    def __init__(self, rows: Sequence[Row], context: ETLContext, task: Task) -> None:
        super().__init__(context, task)
        self.rows = rows

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        yield from self.cut(self.rows, max_batch_size, after)


class Kept(Sink[Row]):
    def __init__(self, context: ETLContext, task: Task, predecessor: Any) -> None:
        super().__init__(context, task, predecessor)
        self.rows: list[Row] = []

    def write(self, batch: BatchResults[Row], checkpoint: object) -> dict[str, float]:
        self.rows += batch.chunk
        return {}


class Check(Task):
    """Runs rows through a model, and keeps what arrives."""

    def __init__(self, context: ETLContext, rows: Sequence[Row], model: Any, error_file: Path | None = None) -> None:
        super().__init__(context)
        source = Given(rows, context, self)
        validator = ValidationBatchProcessor(context, self, source, model, error_file)
        self.sink = Kept(context, self, validator)

    def run_internal(self) -> TaskReturn:
        end = ClosedLoopBatchProcessor(self.context, self, self.sink)
        return TaskReturn(True, next(end.get_batch(2)).statistics)


@pytest.fixture
def context(tmp_path: Path) -> ETLContext:
    return ETLContext({}, rejects_dir=tmp_path / "rejects")


def rejects(task: Task) -> list[dict[str, Any]]:
    return [json.loads(line) for line in task.rejects.path.read_text().splitlines()]


def test_rows_that_fit_arrive_with_their_types(context: ETLContext) -> None:
    task = Check(context, [{"id": "1", "since": "2026-11-23"}, {"id": 2}], Stop)
    result = task.execute()
    assert task.sink.rows == [{"id": 1, "since": date(2026, 11, 23)}, {"id": 2, "since": None}]
    assert result.summary == {"rows_read": 2, "valid_rows": 2, "invalid_rows": 0}


def test_rows_that_do_not_fit_are_set_aside_with_their_place_and_all_reasons(context: ETLContext) -> None:
    rows = [{"id": 1}, {"id": "x", "since": "soon"}, {"id": 3, "surplus": 1}, {"id": 13}, {"id": 5}]
    task = Check(context, rows, Stop)
    result = task.execute()
    assert [row["id"] for row in task.sink.rows] == [1, 5]
    assert result.summary == {"rows_read": 5, "rejected_rows": 3, "valid_rows": 2, "invalid_rows": 3}
    found = [(r["origin"], r["place"], [(e["loc"], e["code"]) for e in r["errors"]]) for r in rejects(task)]
    assert found == [
        (2, "row 2", [(["id"], "int_parsing"), (["since"], "date_from_datetime_parsing")]),
        (3, "row 3", [(["surplus"], "extra_forbidden")]),
        (4, "row 4", [([], "KeyError")]),
    ]
    assert [r["row"] for r in rejects(task)] == rows[1:4]


def test_a_row_that_json_cannot_hold_is_set_aside_all_the_same(context: ETLContext) -> None:
    row = {"id": "x", "since": date(2026, 1, 1)}
    task = Check(context, [row], Stop)
    assert task.execute().error is None
    assert rejects(task)[0]["row"] == {"id": "x", "since": {"$date": "2026-01-01"}}


def test_without_a_model_every_row_passes_and_is_counted(context: ETLContext) -> None:
    task = Check(context, [{"a": "1"}, {"b": None}], None)
    assert task.execute().summary == {"rows_read": 2, "valid_rows": 2, "invalid_rows": 0}
    assert task.sink.rows == [{"a": "1"}, {"b": None}]


def test_the_error_file_is_used_and_replaced_by_a_fresh_run(tmp_path: Path) -> None:
    for _ in range(2):
        with ETLContext({}) as context:
            Check(context, [{"id": "x"}], Stop, tmp_path / "stops.error.json").execute()
    assert len((tmp_path / "stops.error.json").read_text().splitlines()) == 1


def test_what_is_no_model_is_refused_by_the_constructor(context: ETLContext) -> None:
    with pytest.raises(OptionError, match="not a pydantic model"):
        Check(context, [], dict)


def test_the_names_that_a_model_wants_are_its_aliases(context: ETLContext) -> None:
    class Aliased(BaseModel):
        id: int = Field(alias="ID")
        name: str = Field(validation_alias=AliasChoices("name", "title"))
        size: int = 0

    validator = Check(context, [], Aliased).sink.upstream
    assert validator.fields() == ["ID", "size"]
