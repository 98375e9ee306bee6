"""The validator: rows that fit a pydantic model pass, with their types; the others are set aside with the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ImportString, ValidationError

from etl_host import BatchProcessor, BatchResults, ETLContext, OptionError, Row, RowError, Rows, Task, Validator
from etl_host_pydantic.validate import validate_with


class ValidationBatchProcessor(Validator[Mapping[str, Any], Row]):
    """Checks each row with a pydantic model and passes on what the model makes of it.

    Values keep their types: a date arrives as a date. Fields are called as the model calls them, not by their
    aliases. A row is rejected whatever a validator raises. Counts ``valid_rows`` and ``invalid_rows``.
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
        if error_file is not None:
            task.rejects_file = Path(error_file)

    def open(self) -> None:
        self._validate = dict if self.model is None else validate_with(self.model)

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

    def fields(self) -> Sequence[str] | None:
        """The names that the model looks for in a row: aliases where fields have them; without those with a choice."""
        if self.model is None:
            return None
        names = [field.validation_alias or name for name, field in self.model.model_fields.items()]
        return [name for name in names if isinstance(name, str)]


def _reasons(error: ValidationError) -> list[RowError]:
    """An entry for each value that is wrong; never the value itself, which stands in the row."""
    details = error.errors(include_url=False, include_context=False, include_input=False)
    return [RowError(detail["msg"], detail["type"], tuple(detail["loc"])) for detail in details]
