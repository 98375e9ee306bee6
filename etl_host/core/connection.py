"""What several processors of a run share: a connection to a database, a service, a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self, runtime_checkable


@runtime_checkable
class Connection(Protocol):
    """One connection of a run, made once and closed with the context.

    Its constructor connects to nothing: the first use does. Its constructor's parameters are its options. It
    may have an attribute ``look``: a command line that shows what is behind it, for the end of the summary; and
    a method ``check() -> Iterable[Problem]``: connects, and says what can be said of the other side beforehand.
    """

    @classmethod
    def from_settings(cls, settings: Mapping[str, str], name: str) -> Self:
        """The connection called ``name``, from environment variables.

        Raises ConnectionMissing where they don't say enough.
        """
        ...

    def close(self) -> None:
        """Let go of everything; called once, also when nothing was ever used."""
        ...
