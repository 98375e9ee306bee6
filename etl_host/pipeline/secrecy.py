"""Where secrets are: in the types of options, and in values of these types."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any, Final, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import BaseModel, Secret, SecretBytes, SecretStr

_SECRETS: Final = (SecretStr, SecretBytes, Secret)


def is_secret(annotation: Any) -> bool:
    """Whether values of that type are never shown: it is a secret, or has one among its parts or fields."""
    return any(isinstance(part, type) and issubclass(part, _SECRETS) for part in parts_of(annotation))


def secrets_in(value: object) -> Iterator[str]:
    """The texts that are kept secret in ``value``, which a constructor is given."""
    match value:
        case SecretStr():
            yield value.get_secret_value()
        case SecretBytes():
            yield value.get_secret_value().decode(errors="replace")
        case Secret():
            yield str(value.get_secret_value())
        case str() | bytes():
            return
        case Mapping():
            yield from _all_in(value.values())
        case list() | tuple() | set() | frozenset():
            yield from _all_in(value)
        case BaseModel():
            yield from _all_in(value.__dict__.values())
        case _ if is_dataclass(value) and not isinstance(value, type):
            yield from _all_in(getattr(value, "__dict__", {}).values())


def fields_of(kind: Any) -> Mapping[str, Any]:
    """The types of the fields of a model, dataclass or TypedDict, by the names that a file gives them; else none."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return {field.alias or name: field.annotation for name, field in kind.model_fields.items()}
    if is_typeddict(kind) or (isinstance(kind, type) and is_dataclass(kind)):
        try:
            return get_type_hints(kind, include_extras=True)
        except Exception:  # its annotations are code of the plugin, and can't be evaluated
            return {}
    return {}


def _all_in(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        yield from secrets_in(value)


def parts_of(annotation: Any) -> Iterator[Any]:
    """``annotation`` and all that it is made of, fields included."""
    yield from _parts(annotation, [])


def _parts(annotation: Any, seen: list[Any]) -> Iterator[Any]:
    """``seen``: models may hold themselves."""
    annotation = getattr(annotation, "__value__", annotation)  # type X = ...
    if any(annotation is known for known in seen):
        return
    seen.append(annotation)
    yield annotation
    for part in (get_origin(annotation), *get_args(annotation), *fields_of(annotation).values()):
        if part is not None:
            yield from _parts(part, seen)
