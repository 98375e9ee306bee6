"""The options that a file gives to a constructor: checked by a pydantic model made of its signature."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model
from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError
from pydantic_core import ErrorDetails

from etl_host.core.errors import text_of
from etl_host.pipeline.conversion import Surroundings, in_file
from etl_host.pipeline.signature import REQUIRED, Option, SignatureError, options_of
from etl_host.registry.suggestions import did_you_mean


class Options(BaseModel):
    """The base of every model made of a signature.

    The field of option ``x`` is ``x_`` with the alias ``x``: so options may be called ``schema``, ``json`` or
    ``copy``, which BaseModel has for itself.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, protected_namespaces=())

    def arguments(self) -> dict[str, Any]:
        """Keyword arguments for the constructor: what was set. The rest is left to its own defaults."""
        fields = (name for name in type(self).model_fields if name in self.model_fields_set)
        return {name.removesuffix("_"): getattr(self, name) for name in fields}


@cache
def options_model(target: Callable[..., Any], kind: str) -> type[Options]:
    """The model of the options of ``target``, which is of that kind. Raises SignatureError."""
    name = getattr(target, "__name__", "Options")
    try:
        fields = {option.name + "_": (_type(option, name), _field(option)) for option in options_of(target, kind)}
        return create_model(name, __base__=Options, __module__=target.__module__, **fields)  # type: ignore[call-overload,no-any-return]
    except SignatureError:
        raise
    except Exception as error:  # types may bring code of their own, and need not be types
        raise SignatureError(f"{name}: {type(error).__name__}: {text_of(error)}") from None


def _type(option: Option, name: str) -> Any:
    where = f"{name}: option {option.written} has the type {option.type!r}"
    try:
        kind = in_file(option.type)
        TypeAdapter(kind)
    except SignatureError as error:
        raise SignatureError(f"{where}: {error}") from None
    except (PydanticSchemaGenerationError, PydanticUserError):
        raise SignatureError(
            f"{where}, which no value in a file can become; use ImportString[...], or begin its name with _"
        ) from None
    except Exception as error:  # types may bring code of their own, and need not be types
        raise SignatureError(f"{where}, which is none: {type(error).__name__}: {text_of(error)}") from None
    return kind


def _field(option: Option) -> Any:
    if option.default is REQUIRED:
        return Field(alias=option.written)
    if isinstance(option.default, str | int | float | bool | type(None)):
        return Field(alias=option.written, default=option.default)
    return Field(alias=option.written, default_factory=partial(_same, option.default))


def _same(default: object) -> object:
    """The default itself: pydantic would copy it."""
    return default


@dataclass(frozen=True)
class WrongOption:
    """One thing that is wrong with ``option``.

    ``path`` leads to what is wrong. ``key``: that is the name there, not the value.
    """

    code: str
    option: str
    message: str
    path: tuple[str | int, ...]
    key: bool = False


def check_options(
    target: Callable[..., Any], kind: str, name: str, data: Mapping[str, Any], surroundings: Surroundings
) -> tuple[dict[str, Any], list[WrongOption]]:
    """The arguments for ``target``, called ``name`` in the file, that ``data`` give, and all that is wrong."""
    try:
        options = options_model(target, kind).model_validate(dict(data), context=surroundings)
    except ValidationError as error:
        return {}, _wrong(error, f"{kind} {name}", [option.written for option in options_of(target, kind)])
    return options.arguments(), []


def _wrong(error: ValidationError, who: str, known: list[str]) -> list[WrongOption]:
    found: list[WrongOption] = []
    values: dict[str, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False, include_input=False):
        path, kind = detail["loc"], detail["type"]
        name = str(path[0])
        if kind == "extra_forbidden" and len(path) == 1:
            suggestion = did_you_mean(name, known) or f"; it has {', '.join(known) or 'none'}"
            message = f'{who} has no option "{name}"{suggestion}'
            found.append(WrongOption("unknown-option", name, message, path, key=True))
        elif kind == "missing" and len(path) == 1:
            message = f'{who} needs the option "{name}"'
            found.append(WrongOption("missing-option", name, message, (), key=True))
        else:
            values.setdefault(name, []).append(detail)
    for name, details in values.items():  # a union has one for each of its types
        text = ", or ".join(dict.fromkeys(_plain(detail["msg"]) for detail in details))
        path = details[0]["loc"] if len(details) == 1 else (name,)
        found.append(WrongOption("wrong-option", name, f"{name}: {text}", path))
    return found


def _plain(message: str) -> str:
    """Pydantic's message without what only a reader of pydantic's manual needs."""
    message = re.sub(r"^(Input|Value error,|Assertion failed,) ", "", message)
    return message[:1].lower() + message[1:] if message[1:2].islower() else message
