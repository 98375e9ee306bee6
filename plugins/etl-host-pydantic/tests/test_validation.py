"""What becomes of rows that fit a model, and of rows that don't."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, RootModel, field_validator

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
    rows: list[Row] = [{"id": 1}, {"id": "x", "since": "soon"}, {"id": 3, "surplus": 1}, {"id": 13}, {"id": 5}]
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
    row: Row = {"id": "x", "since": date(2026, 1, 1)}
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


def test_a_model_that_is_not_fully_defined_is_refused_by_the_constructor(context: ETLContext) -> None:
    class Unfinished(BaseModel):
        id: Missing  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(OptionError, match="`Unfinished` is not fully defined; you should define `Missing`") as refused:
        Check(context, [], Unfinished)
    assert refused.value.option == "model"


class Bus(BaseModel):
    kind: Literal["bus"]


class Train(BaseModel):
    kind: Literal["train"]


class Awkward(ValueError):
    def __str__(self) -> str:
        raise RuntimeError("this can't be shown")


class Trip(BaseModel):
    vehicle: Annotated[Bus | Train, Field(discriminator="kind")] | None = None
    color: Literal["red"] = "red"
    code: str = Field(default="", max_length=2, pattern="^[a-z]*$")
    seats: int = 0
    on: date | None = None

    @field_validator("seats")
    @classmethod
    def some(cls, seats: int) -> int:
        if seats == 4711:
            raise LookupError(f"no vehicle has {seats} seats")
        if seats == 4712:
            raise Awkward
        return seats


@pytest.mark.parametrize(
    "row",
    [
        {"vehicle": {"kind": "secret"}},
        {"color": "secret"},
        {"code": "secret"},
        {"seats": "secret"},
        {"on": "secret"},
        {"seats": 4711},
        {"seats": 4712},
    ],
)
def test_reasons_never_quote_the_value(context: ETLContext, row: Row) -> None:
    task = Check(context, [row, {}], Trip)
    assert task.execute().error is None
    [reject] = rejects(task)
    text = json.dumps(reject["errors"])
    assert reject["errors"][0]["message"]
    assert "secret" not in text
    assert "471" not in text


def test_the_reason_for_a_wrong_tag_still_says_which_are_right(context: ETLContext) -> None:
    task = Check(context, [{"vehicle": {"kind": "secret"}}], Trip)
    task.execute()
    [error] = rejects(task)[0]["errors"]
    assert error["code"] == "union_tag_invalid"
    assert error["message"] == "Input tag found using 'kind' does not match any of the expected tags: 'bus', 'train'"


def test_the_words_of_a_model_of_ones_own_are_kept(context: ETLContext) -> None:
    class Even(BaseModel):
        id: int

        @field_validator("id")
        @classmethod
        def even(cls, value: int) -> int:
            if value % 2:
                raise ValueError("must be even")
            return value

    task = Check(context, [{"id": 1}], Even)
    task.execute()
    assert rejects(task)[0]["errors"] == [
        {"message": "Value error, must be even", "code": "value_error", "loc": ["id"]}
    ]


class Aliased(BaseModel):
    id: int = Field(alias="ID")
    name: str = Field(validation_alias=AliasChoices("name", "title"))
    size: int = 0


class EitherName(Aliased):
    model_config = ConfigDict(populate_by_name=True)


class OwnNames(Aliased):
    model_config = ConfigDict(validate_by_name=True, validate_by_alias=False)


class Ids(RootModel[dict[str, int]]):
    pass


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (Aliased, ["ID", "size"]),
        (EitherName, ["size"]),
        (OwnNames, ["id", "name", "size"]),
        (Ids, None),
        (None, None),
    ],
)
def test_the_names_that_a_model_wants_are_those_that_it_takes_no_other_for(
    context: ETLContext, model: type[BaseModel] | None, names: list[str] | None
) -> None:
    assert Check(context, [], model).sink.upstream.fields() == names
