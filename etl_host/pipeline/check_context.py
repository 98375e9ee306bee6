"""The context of checks: it lends connections, and asks each what can be said of its other side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from etl_host.core.connection import Connection
from etl_host.core.context import ETLContext
from etl_host.core.errors import EtlHostError, OptionError
from etl_host.core.problem import Problem
from etl_host.delivery import ExactlyOnce

C = TypeVar("C", bound=Connection)


class NotLookedAt(EtlHostError):
    """A check needs a connection that it may not use, or that has failed."""


class CheckContext(ETLContext):
    """Processors are made in it to be asked, not to be run.

    ``lender``: the context whose connections they use; None: they may use none. ``said``: what connections say, which
    are asked when they are first wanted; whoever looks at it empties it.
    """

    def __init__(self, pipeline: str, settings: Mapping[str, str], lender: ETLContext | None) -> None:
        super().__init__(settings, ExactlyOnce(pipeline))
        self._lender = lender
        self._asked: set[int] = set()
        self._failed: dict[str, str] = {}
        self.said: list[Problem] = []

    def connection(self, name: str, kind: type[C]) -> C:
        """The lender's. Raises NotLookedAt where there is none, or it doesn't work: then ``said`` tells why."""
        if self._lender is None:
            raise NotLookedAt(f"it needs connection {name}")
        if name in self._failed:
            raise NotLookedAt(self._failed[name])
        try:
            connection = self._lender.connection(name, kind)
            if id(connection) not in self._asked:
                self._asked.add(id(connection))
                self._ask(name, connection)
        except EtlHostError as error:
            self.said.append(problem_of(f"connection {name}", error))
            self._failed[name] = f"connection {name} fails"
            raise NotLookedAt(self._failed[name]) from error
        return connection

    def _ask(self, name: str, connection: Any) -> None:
        check = getattr(connection, "check", None)
        problems = [] if check is None else [*check()]
        self.said += problems
        if any(problem.level == "fail" for problem in problems):
            self._failed[name] = f"connection {name} fails"


def problem_of(subject: str, error: EtlHostError) -> Problem:
    """The failure that ``error`` is."""
    option = error.option if isinstance(error, OptionError) else None
    return Problem("fail", subject, str(error), option, error.remedy, error.exit_code, error.code)
