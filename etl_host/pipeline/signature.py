"""A constructor's signature is the configuration schema of what it makes."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Final, NotRequired, Required, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from etl_host.core.errors import text_of

REQUIRED: Final = inspect.Parameter.empty
_UNSET: Final = object()
_INJECTED: Final = frozenset({"context", "task", "predecessor"})
_INJECTED_INTO_TASKS: Final = frozenset({"context", "name", "optional"})


class SignatureError(TypeError):
    """The constructor can't be read as a configuration schema: its author must change it."""


@dataclass(frozen=True)
class Option:
    """One option. ``default``: REQUIRED where there is none. ``positional``: it may be passed without its name."""

    name: str
    type: Any
    default: Any
    positional: bool

    @property
    def written(self) -> str:
        """What the option is called in a file: the parameter ``from_`` is ``from`` there."""
        return self.name.rstrip("_")

    @property
    def help(self) -> str:
        """What its author says about it; "" for nothing."""
        metadata = get_args(self.type)[1:] if get_origin(self.type) is Annotated else ()
        texts = (item.description if isinstance(item, FieldInfo) else item for item in metadata)
        return next((text for text in texts if isinstance(text, str)), "")


@cache
def options_of(target: Callable[..., Any], kind: str) -> tuple[Option, ...]:
    """The options of ``target``: its constructor's parameters but those that the host fills, or that begin with
    ``_``.

    ``**kwargs: Any`` stands for the parameters of the next constructor in the MRO, ``**kwargs: Unpack[...]``
    for the keys of that TypedDict. Raises SignatureError.
    """
    try:
        return tuple(_options(target, _INJECTED_INTO_TASKS if kind == "task" else _INJECTED))
    except SignatureError:
        raise
    except Exception as error:  # a class without a signature, or with one of its own making
        raise SignatureError(
            f"it has no signature that can be read: {type(error).__name__}: {text_of(error)}"
        ) from None


def shorthand(options: tuple[Option, ...]) -> Option | None:
    """The option that ``csv: stops.txt`` fills: the first that may be passed by position."""
    return next((option for option in options if option.positional), None)


def _options(target: Callable[..., Any], injected: frozenset[str]) -> Iterator[Option]:
    name = getattr(target, "__qualname__", repr(target))
    inits = [base.__dict__["__init__"] for base in getattr(target, "__mro__", ()) if "__init__" in base.__dict__]
    seen = set(injected)
    for function in inits or [target]:
        rest: inspect.Parameter | None = None
        for parameter in list(inspect.signature(function).parameters.values())[bool(inits) :]:
            if parameter.kind is parameter.VAR_KEYWORD:
                rest = parameter
            elif parameter.kind is not parameter.VAR_POSITIONAL and parameter.name not in seen:
                seen.add(parameter.name)
                if not parameter.name.startswith("_"):
                    yield _option(parameter, function, f"{name}: parameter {parameter.name}")
        if rest is None:
            return
        where = f"{name}: **{rest.name}"
        unpacked = Any if rest.annotation is REQUIRED else _evaluated(rest.annotation, function, where)
        if unpacked is not Any:
            yield from _keys(unpacked, where)
            return


def _option(parameter: inspect.Parameter, function: Callable[..., Any], where: str) -> Option:
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise SignatureError(f"{where} is positional-only")
    if isinstance(parameter.default, FieldInfo):
        raise SignatureError(f"{where}: write Annotated[T, Field(...)] = default, not = Field(...)")
    if parameter.annotation is REQUIRED:
        raise SignatureError(f"{where} has no type annotation")
    annotation = _evaluated(parameter.annotation, function, where)
    return Option(parameter.name, annotation, parameter.default, parameter.kind is parameter.POSITIONAL_OR_KEYWORD)


def _evaluated(annotation: Any, function: Callable[..., Any], where: str) -> Any:
    """The type that an annotation names, looked up where the constructor is written, not where it is inherited.

    Each alone: ``context`` and ``task`` may have types that are imported for type checkers only.
    """
    holder = types.SimpleNamespace(__annotations__={"it": annotation})
    names = getattr(inspect.unwrap(function), "__globals__", {})
    try:
        return get_type_hints(holder, names, include_extras=True)["it"]
    except NameError as error:
        remedy = "import it at the top of the module, not under TYPE_CHECKING"
        raise SignatureError(f"{where}: {error}; {remedy}") from None
    except Exception as error:  # an annotation is code of the plugin
        raise SignatureError(f"{where}: {type(error).__name__}: {text_of(error)}") from None


def _keys(unpacked: Any, where: str) -> Iterator[Option]:
    """The options that ``**kwargs: Unpack[Keys]`` stands for."""
    keys: Any = next(iter(get_args(unpacked)), None)
    if not hasattr(keys, "__optional_keys__"):
        raise SignatureError(f"{where} must be Any or Unpack[a TypedDict]")
    for name, hint in get_type_hints(keys, include_extras=True).items():
        optional = name in keys.__optional_keys__
        if get_origin(hint) in (
            Required,
            NotRequired,
        ):  # __optional_keys__ misses these in annotations that are strings
            optional, hint = get_origin(hint) is NotRequired, get_args(hint)[0]
        yield Option(name, hint, _UNSET if optional else REQUIRED, False)
