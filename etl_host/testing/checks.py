"""What makes a method of a contract a check."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FunctionType
from typing import Any, Final, ParamSpec

import pytest

P = ParamSpec("P")

SIZES: Final = (1, 2, 7, 1_000)
"""The batch sizes that rows are asked for with: one by one, with a rest, all at once."""

each_size = pytest.mark.parametrize("size", SIZES)


def check(remedy: str, *, where: str = "") -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Marks a test method of a contract; its docstring says what is demanded, and why.

    Both are shown when it fails. ``where``: what the contract's class must declare for it to be collected at all, e.g.
    "resumable" (see ``PluginContract.declares``).
    """

    def decorate(function: Callable[P, None]) -> Callable[P, None]:
        demanded = " ".join((inspect.getdoc(function) or "").split())

        @wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> None:
            __tracebackhide__ = True
            try:
                function(*args, **kwargs)
            except (Exception, pytest.fail.Exception) as error:
                error.add_note(f"Demanded: {demanded}\nRemedy: {remedy}")
                raise

        checked.where = where  # type: ignore[attr-defined]
        return checked

    return decorate


def where_of(function: object) -> str:
    """What must be declared for ``function`` to apply; nothing where it is no check or always applies."""
    found: str = getattr(function, "where", "")
    return found


def expected_to_fail(function: Callable[..., Any], reason: str) -> Callable[..., Any]:
    """A copy of ``function`` that is reported as failing where it does, and as an error where it passes."""
    assert isinstance(function, FunctionType)
    copy = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    copy.__dict__.update(function.__dict__)
    copy.__doc__ = function.__doc__
    marked: Callable[..., Any] = pytest.mark.xfail(reason=reason, strict=True)(copy)
    return marked


@contextmanager
def must_raise(expected: type[BaseException], otherwise: str) -> Iterator[None]:
    """Fails with ``otherwise`` where the block does not raise ``expected``; other errors go through."""
    __tracebackhide__ = True
    try:
        yield
    except expected:
        return
    except StopIteration:
        pass  # a generator that was thrown an error into has ended as if it were none
    pytest.fail(otherwise)
