"""The validator: rows that fit a pydantic model pass, with their types; the others are set aside with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ImportString, ValidationError
from pydantic.errors import PydanticUserError

from etl_host import (
    BatchProcessor,
    BatchResults,
    ETLContext,
    FileLocation,
    OptionError,
    Problem,
    Row,
    RowError,
    Rows,
    Task,
    Validator,
)
from etl_host_pydantic.columns import compared, names_made, names_wanted
from etl_host_pydantic.validate import validate_with

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class ValidationBatchProcessor(Validator[Mapping[str, Any], Row]):
    """Checks each row with a pydantic model and passes on what the model makes of it.

    Values keep their types: a date arrives as a date. Fields are called as the model calls them, not by their
    aliases. A row is rejected whatever a validator raises; of what is no ValidationError only the class is told, as
    its text may hold values. Counts ``valid_rows`` and ``invalid_rows``. Raises OptionError where ``model`` is no
    model, or not fully defined.
    """

    def __init__(
        self,
        context: ETLContext,
        task: Task,
        predecessor: BatchProcessor[Any],
        model: Annotated[ImportString[type[BaseModel]] | None, "The model, as module:Class; none lets every row pass."],
        error_file: Annotated[
            Path | None, "Where the task's rejects go, instead of the run's folder of rejects."
        ] = None,
    ) -> None:
        super().__init__(context, task, predecessor)
        if model is not None and not (isinstance(model, type) and issubclass(model, BaseModel)):
            raise OptionError("model", f"{model!r} is not a pydantic model", remedy="subclass pydantic.BaseModel")
        self.model = model
        try:
            self._validate = dict if model is None else validate_with(model)
        except PydanticUserError as error:  # a name in an annotation that only type checkers import, for example
            raise OptionError("model", error.message) from error
        if error_file is not None:
            _set_rejects_file(task, Path(error_file), self.links()[0])

    def process(self, batch: BatchResults[Mapping[str, Any]]) -> BatchResults[Row]:
        validate, rows, errors = self._validate, Rows[Row](), dict[int, Sequence[RowError]]()
        for index, row in enumerate(batch.chunk):
            try:
                rows.append(validate(row))
            except ValidationError as error:
                errors[index] = _reasons(error)
            except Exception as error:  # whatever a user's validator raises, it is about this row
                errors[index] = [RowError(f"the model raised {type(error).__name__}", type(error).__name__)]
        kept = self.reject(batch, errors) if errors else batch
        return kept.with_chunk(rows, valid_rows=len(rows), invalid_rows=len(errors))

    def check(self) -> Iterable[Problem]:
        """Whether the rows have what the model wants, where both are known beforehand."""
        given = self.upstream.output_fields()
        return () if self.model is None or given is None else compared(self.model, given)

    def fields(self) -> Sequence[str] | None:
        """The names that the model looks for in a row: aliases where fields have them; without those with a choice."""
        wanted = None if self.model is None else names_wanted(self.model)
        return None if wanted is None else [names[0] for names in wanted.values() if len(names) == 1]

    def output_fields(self) -> Sequence[str] | None:
        return self.upstream.output_fields() if self.model is None else names_made(self.model)


def _set_rejects_file(task: Task, file: Path, source: BatchProcessor[Any]) -> None:
    """Raises OptionError where it is another validator's, or the input: rejects would be written over it."""
    if task.rejects_file is not None and task.rejects_file.absolute() != file.absolute():
        raise OptionError(
            "error_file",
            f"task {task.name} has its rejects in {task.rejects_file} already",
            remedy="give the error file to one validator: all rejects of a task go to one file",
        )
    location = getattr(source, "file", None)
    if isinstance(location, FileLocation):
        read = location.path or Path((location.url or "").rpartition("::")[2])
        if file.resolve() == read.resolve():
            raise OptionError("error_file", f"{file} is the input of task {task.name}", remedy="name another file")
    task.rejects_file = file


def _reasons(error: ValidationError) -> list[RowError]:
    """An entry for each value that is wrong; never the value itself, which stands in the row."""
    details = error.errors(include_url=False, include_input=False)
    return [RowError(_message(detail), detail["type"], tuple(detail["loc"])) for detail in details]


def _message(detail: ErrorDetails) -> str:
    """Pydantic's message; a user's own where a validator raised one."""
    if detail["type"] == "union_tag_invalid":  # the only one of pydantic's own that quotes a value
        return detail["msg"].replace(f" '{detail['ctx']['tag']}'", "", 1)
    return detail["msg"]
