"""The fields of a model against the columns of an input, before rows are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import AliasChoices, AliasPath, BaseModel, RootModel
from pydantic.fields import FieldInfo

from etl_host import Level, Problem, did_you_mean


def names_wanted(model: type[BaseModel]) -> Mapping[str, Sequence[str]] | None:
    """For each field the names of which one must be in a row; None where a row is no mapping of fields to the model."""
    if issubclass(model, RootModel):
        return None
    return {name: _names(name, field, model) for name, field in model.model_fields.items()}


def names_made(model: type[BaseModel]) -> Sequence[str] | None:
    """The fields of the rows that the model makes; None where they are not known beforehand."""
    decorators = model.__pydantic_decorators__
    changes_dump = model.model_dump is not BaseModel.model_dump or decorators.model_serializers
    if issubclass(model, RootModel) or model.model_config.get("extra") == "allow" or changes_dump:
        return None
    kept = [name for name, field in model.model_fields.items() if not field.exclude]
    return [*kept, *model.model_computed_fields]


def compared(model: type[BaseModel], columns: Sequence[str]) -> Iterator[Problem]:
    """Which fields of ``model`` the ``columns`` lack."""
    wanted = names_wanted(model)
    if wanted is None:
        return
    found = [name for name, names in wanted.items() if not set(names).isdisjoint(columns)]
    required = [name for name, field in model.model_fields.items() if field.is_required() and name not in found]
    unused = [column for column in columns if all(column not in names for names in wanted.values())]
    for name in required:
        yield _missing(model, wanted[name], columns, unused)
    if not required:
        rest = len(wanted) - len(found)
        others = f", {rest} {'has a default' if rest == 1 else 'have defaults'}" if rest else ""
        count = f"{len(found)} of {len(wanted)}" if rest else f"all {len(wanted)}"
        yield Problem("ok", model.__name__, f"{count} fields found{others}")


def _missing(model: type[BaseModel], names: Sequence[str], columns: Sequence[str], unused: Sequence[str]) -> Problem:
    """Every row would be rejected, unless the model changes rows before it looks at them."""
    validators = model.__pydantic_decorators__.model_validators.values()
    level: Level = "warn" if any(found.info.mode != "after" for found in validators) else "fail"
    suggestion = next(filter(None, (did_you_mean(name, unused) for name in names)), "")
    remedy = f"correct the name, or give the field a default; the columns are {', '.join(columns)}"
    message = f"there is no column for its field {' or '.join(names)}{suggestion}"
    return Problem(level, model.__name__, message, "model", remedy, code="missing-column")


def _names(name: str, field: FieldInfo, model: type[BaseModel]) -> Sequence[str]:
    config = model.model_config
    alias = field.validation_alias
    by_name = config.get("validate_by_name") or config.get("populate_by_name")
    if alias is None or not config.get("validate_by_alias", True):
        return [name]
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias]
    first = [choice.path[0] if isinstance(choice, AliasPath) else choice for choice in choices]
    return [*(str(choice) for choice in first), *([name] if by_name else [])]
