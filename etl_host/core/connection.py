"""What several processors of a run share: a connection to a database, a service, a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from etl_host.core.store import CheckpointStore


@runtime_checkable
class Connection(Protocol):
    """One connection of a run, made once and closed with the context.

    Its constructor connects to nothing: the first use does. Its constructor's parameters are its options. It
    may have an attribute ``look``: a command line that shows what is behind it, for the end of the summary; a
    method ``check() -> Iterable[Problem]``: connects, and says what can be said of the other side beforehand; and an
    attribute ``store``: the CheckpointStore in which its runs are recorded. ``exists`` may say, without connecting,
    that there is nothing behind it yet, which only a load would make.
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


def store_behind(connection: Connection) -> CheckpointStore | None:
    """The store of ``connection``; None where it has none, or where there is nothing yet to look at."""
    if not getattr(connection, "exists", True):
        return None
    store: CheckpointStore | None = getattr(connection, "store", None)
    return store
