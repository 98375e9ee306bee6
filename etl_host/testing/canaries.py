"""Secrets that can be recognised, put wherever an option takes one."""

from __future__ import annotations

import types
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Final, Union, get_args, get_origin

from etl_host.pipeline.secrecy import fields_of, is_secret, parts_of

CANARY: Final = "canary-5a1cbd83e0"
"""Stands for every secret."""


def with_canaries(annotation: Any, given: object = None) -> Any:
    """``given``, a value of that type as a file gives it, with CANARY for each secret that the type has.

    Where nothing is given it is made up, as far as it consists of secrets.
    """
    annotation = getattr(annotation, "__value__", annotation)  # type X = ...
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return with_canaries(args[0], given)
    if origin in (Union, types.UnionType):
        return with_canaries(next(arg for arg in args if is_secret(arg)), given)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        values = given if isinstance(given, Mapping) else {"name": None}
        return {key: with_canaries(args[-1], value) for key, value in values.items()}
    if isinstance(origin, type) and issubclass(origin, Collection):
        items = given if isinstance(given, list) else [None]
        return [with_canaries(next(arg for arg in args if is_secret(arg)), item) for item in items]
    if not (fields := fields_of(annotation)):
        return CANARY
    known = dict(given) if isinstance(given, Mapping) else {}
    secret = {name: kind for name, kind in fields.items() if is_secret(kind) and (name in known or _is_flat(kind))}
    return known | {name: with_canaries(kind, known.get(name)) for name, kind in secret.items()}


def _is_flat(annotation: Any) -> bool:
    """Whether it holds no model, which may need more than secrets, or hold itself."""
    return not any(fields_of(part) for part in parts_of(annotation))
