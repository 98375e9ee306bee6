from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import (
    AliasChoices,
    AliasPath,
    BaseModel,
    ConfigDict,
    Field,
    RootModel,
    computed_field,
    model_serializer,
    model_validator,
)

from etl_host import Batches, BatchProcessor, ETLContext, FileLocation, OptionError, Position, Row, Source, Task
from etl_host.testing import FakeTask
from etl_host_pydantic import ValidationBatchProcessor
from etl_host_pydantic.columns import names_made


class Columns(Source[Row]):
    """A source whose file has a header, of which no row is ever read."""

    def __init__(self, columns: Sequence[str] | None, file: FileLocation | None = None) -> None:
        context = ETLContext({})
        super().__init__(context, FakeTask(context))
        self.columns = columns
        self.file = file

    def read(self, max_batch_size: int, after: Position | None) -> Batches[Row]:
        raise AssertionError("a check reads no rows")

    def fields(self) -> Sequence[str] | None:
        return self.columns


class Stop(BaseModel):
    stop_id: int
    name: str = Field(validation_alias="stop_name")
    zone: str | None = None
    code: str = Field(validation_alias=AliasChoices("stop_code", AliasPath("codes", 0)))


class Cleaned(Stop):
    @model_validator(mode="before")
    @classmethod
    def strip(cls, row: Any) -> Any:
        return {name.strip(): value for name, value in row.items()}


class Late(Stop):
    @model_validator(mode="after")
    def nothing(self) -> Late:
        return self


class ByName(Stop):
    model_config = ConfigDict(validate_by_name=True)


def validator(model: type[BaseModel] | None, before: BatchProcessor[Any], **options: Any) -> ValidationBatchProcessor:
    return ValidationBatchProcessor(before.context, before.task, before, model, **options)


def said(model: type[BaseModel] | None, columns: Sequence[str] | None) -> list[tuple[str, str]]:
    return [(problem.level, problem.message) for problem in validator(model, Columns(columns)).check()]


@pytest.mark.parametrize(
    ("model", "columns", "found"),
    [
        (Stop, ["stop_id", "stop_name", "stop_code", "zone", "more"], [("ok", "all 4 fields found")]),
        (Stop, ["stop_id", "stop_name", "codes"], [("ok", "3 of 4 fields found, 1 has a default")]),
        (ByName, ["stop_id", "name", "code"], [("ok", "3 of 4 fields found, 1 has a default")]),
        (Stop, None, []),
        (None, ["stop_id"], []),
        (RootModel[dict[str, str]], ["stop_id"], []),
    ],
)
def test_fields_are_found_among_the_columns(
    model: type[BaseModel] | None, columns: Sequence[str] | None, found: list[tuple[str, str]]
) -> None:
    assert said(model, columns) == found


@pytest.mark.parametrize(("model", "level"), [(Stop, "fail"), (Late, "fail"), (Cleaned, "warn")])
def test_each_field_without_a_column_is_named_with_what_may_be_meant(model: type[BaseModel], level: str) -> None:
    assert said(model, ["stop_id", "stop_nam", "kode"]) == [
        (level, 'there is no column for its field stop_name, did you mean "stop_nam"?'),
        (level, 'there is no column for its field stop_code or codes, did you mean "kode"?'),
    ]
    [problem, _] = validator(model, Columns(["stop_id", "stop_nam", "kode"])).check()
    assert (problem.subject, problem.option, problem.code) == (model.__name__, "model", "missing-column")
    assert "the columns are stop_id, stop_nam, kode" in str(problem.remedy)


def test_behind_a_model_come_its_own_fields() -> None:
    first = validator(Stop, Columns(["stop_id"]))
    assert first.output_fields() == ["stop_id", "name", "zone", "code"]
    assert [problem.level for problem in validator(Stop, first).check()] == ["fail", "fail"]
    assert validator(None, Columns(["a"])).output_fields() == ["a"]


def test_fields_that_a_model_makes_are_told_only_where_they_are_certain() -> None:
    class Computed(BaseModel):
        a: int
        hidden: int = Field(exclude=True)

        @computed_field  # type: ignore[prop-decorator]
        @property
        def b(self) -> int:
            return self.a

    class Open(BaseModel):
        model_config = ConfigDict(extra="allow")

    class Custom(BaseModel):
        a: int

        @model_serializer
        def as_something_else(self) -> dict[str, int]:
            return {"z": self.a}

    assert names_made(Computed) == ["a", "b"]
    assert (names_made(Open), names_made(Custom), names_made(RootModel[int])) == (None, None, None)


def test_two_files_for_the_rejects_of_one_task_are_refused(tmp_path: Path) -> None:
    source = Columns(["a"])
    first = validator(None, source, error_file=tmp_path / "a.jsonl")
    validator(None, first, error_file=tmp_path / "a.jsonl")
    with pytest.raises(OptionError, match=r"has its rejects in .*a\.jsonl already") as caught:
        validator(None, first, error_file=tmp_path / "b.jsonl")
    assert caught.value.option == "error_file"


@pytest.mark.parametrize("location", ["stops.csv", "zip://inner.txt::stops.csv"])
def test_the_input_is_no_place_for_rejects(location: str, tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to("stops.csv")
    (tmp_path / "stops.csv").write_text("a\n1\n")
    source = Columns(["a"], FileLocation(location, folder=tmp_path))
    for name in ("stops.csv", "link.csv"):
        with pytest.raises(OptionError, match="is the input of task"):
            validator(None, source, error_file=tmp_path / name)
    task: Task = source.task
    assert task.rejects_file is None
    validator(None, source, error_file=tmp_path / "stops.error.json")
